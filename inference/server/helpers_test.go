package server_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// limits that tests can reach.
var limits = api.Limits{
	MaxInputLength: 512, MaxClientBatchSize: 8, MaxBatchTokens: 512, MaxConcurrentRequests: 64,
	MaxBodyBytes: 4096, RequestTimeoutSeconds: 5, Truncation: true,
}

// started is a server that answers over a real connection.
type started struct {
	*server.Server
	url     string
	log     *scorerproc.Buffer
	metrics *telemetry.Metrics
}

func start(t testing.TB, c server.Classifier, change ...func(*server.Options)) *started {
	t.Helper()
	log := &scorerproc.Buffer{}
	metrics := telemetry.NewMetrics()
	o := server.Options{
		Classifier: c, Limits: limits, Metrics: metrics,
		Versions: api.Versions{Scorer: "test", ONNXRuntime: "1.30.0", Go: "go"},
		Log:      slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&o)
	}
	s := server.New(o)
	s.SetReady()
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return &started{s, h.URL, log, metrics}
}

// load loads a folder with the real runtime, by the pipeline's function for its task.
func load[T interface{ Close(context.Context) error }](t testing.TB, dir string, of func(*modelstore.Folder, pipeline.Runtime, pipeline.Options) (T, error)) T {
	t.Helper()
	onnxtest.Init(t)
	folder, err := modelstore.Find(dir, modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := of(folder, pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512, MaxConcurrentRequests: 64})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = loaded.Close(context.Background()) })
	return loaded
}

// architecture is what transformers computes with a small model.
func architecture(t *testing.T, name string) *goldens.Architecture {
	t.Helper()
	g, err := goldens.LoadArchitecture(name)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// model loads one of the small models with the real runtime.
func model(t testing.TB, name string) *pipeline.Classifier {
	t.Helper()
	return load(t, goldens.ModelDir(name), pipeline.Load)
}

// fake answers what a test says, without a model.
type fake struct {
	result pipeline.ClassifyResult
	err    error
	wait   bool // until the context ends
	panics bool
	began  chan struct{} // gets a value for each request, if it isn't nil
}

func (f *fake) Info() pipeline.Info {
	return pipeline.Info{Name: "fake", Architecture: "none", Labels: []string{"NEGATIVE", "POSITIVE"}, Function: pipeline.Softmax, MaxTokens: 512}
}

func (f *fake) Classify(ctx context.Context, r pipeline.ClassifyRequest) (pipeline.ClassifyResult, error) {
	if f.panics {
		panic("the fake was told to")
	}
	if f.began != nil {
		f.began <- struct{}{}
	}
	if f.wait {
		<-ctx.Done()
		return pipeline.ClassifyResult{}, ctx.Err()
	}
	result := f.result
	for range r.Texts {
		result.Scores = append(result.Scores, []pipeline.LabelScore{{Label: "POSITIVE", Score: 0.75, Class: 1}, {Label: "NEGATIVE", Score: 0.25}})
	}
	return result, f.err
}

func (f *fake) ZeroShot(ctx context.Context, r pipeline.ZeroShotRequest) (pipeline.ZeroShotResult, error) {
	one, err := f.Classify(ctx, pipeline.ClassifyRequest{Texts: r.Texts})
	return pipeline.ZeroShotResult{Scores: one.Scores, Work: one.Work}, err
}

func (f *fake) Rerank(_ context.Context, r pipeline.RerankRequest) (result pipeline.RerankResult, err error) {
	for i := range r.Texts {
		result.Ranked = append(result.Ranked, pipeline.Ranked{Index: i, Score: 0.5})
	}
	return result, f.err
}

// keeping is a fake that keeps the last request.
type keeping struct {
	fake
	mu   sync.Mutex
	last pipeline.ClassifyRequest
}

func (k *keeping) Classify(ctx context.Context, r pipeline.ClassifyRequest) (pipeline.ClassifyResult, error) {
	k.mu.Lock()
	k.last = r
	k.mu.Unlock()
	return k.fake.Classify(ctx, r)
}

// texts are the last request's.
func (k *keeping) texts() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.last.Texts
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

func (s *started) do(t testing.TB, method, path, body string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp, string(content)}
}

// failure reads the error of an answer.
func (a answer) failure(t testing.TB) api.Error {
	t.Helper()
	var body api.ErrorBody
	if err := json.Unmarshal([]byte(a.body), &body); err != nil || body.Error.Code == "" {
		t.Fatalf("status %d with %q, want an error body", a.StatusCode, a.body)
	}
	return body.Error
}
