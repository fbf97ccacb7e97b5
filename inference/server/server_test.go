package server_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"log/slog"
	"net/http/httptest"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/browser"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func TestStates(t *testing.T) {
	s := server.New(server.Options{Classifier: &fake{}, Limits: limits, Metrics: telemetry.NewMetrics(), Log: slog.New(slog.DiscardHandler)})
	h := httptest.NewServer(s)
	defer h.Close()
	st := &started{Server: s, url: h.URL, log: &scorerproc.Buffer{}}
	check := func(path string, status int, code api.Code) {
		t.Helper()
		method, body := "GET", ""
		if path == "/score" {
			method, body = "POST", `{"text": "a"}`
		}
		got := st.do(t, method, path, body)
		if got.StatusCode != status || code != "" && !strings.HasPrefix(path, "/v2") && got.failure(t).Code != code {
			t.Errorf("%s: status %d, %s; want %d, %s", path, got.StatusCode, got.body, status, code)
		}
	}
	check("/livez", 200, "")
	check("/readyz", 503, api.NotReady)
	check("/v2/health/ready", 503, api.NotReady)
	check("/score", 503, api.NotReady)
	s.SetReady()
	check("/readyz", 200, "")
	check("/v2/health/ready", 200, "")
	check("/score", 200, "")
	s.Drain()
	check("/livez", 200, "")
	check("/readyz", 503, api.Draining)
	check("/score", 200, "")
	if got := st.do(t, "GET", "/livez", ""); !got.Close {
		t.Error("while draining, connections are kept")
	}
	s.SetReady()
	check("/readyz", 503, api.Draining)
}

func TestAzureRoutes(t *testing.T) {
	s := start(t, &fake{})
	if got := s.do(t, "GET", "/", ""); got.body != "Healthy" || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("/ answers %q as %s", got.body, got.Header.Get("Content-Type"))
	}
	for query, want := range map[string]string{"": `"swagger": "2.0"`, "?version=2": `"swagger": "2.0"`, "?version=3": `"openapi": "3.0.3"`} {
		got := s.do(t, "GET", "/swagger.json"+query, "")
		if !json.Valid([]byte(got.body)) || !strings.Contains(got.body, want) || !strings.Contains(got.body, `"/score"`) {
			t.Errorf("/swagger.json%s lacks %s", query, want)
		}
	}
	if got := chats(t, &scripted{}).do(t, "GET", "/swagger.json", ""); !json.Valid([]byte(got.body)) || !strings.Contains(got.body, `"messages"`) {
		t.Errorf("a chat model's /swagger.json is %s", got.body)
	}
	if got := s.do(t, "GET", "/swagger.json?version=9", ""); got.StatusCode != 404 {
		t.Errorf("version 9: status %d", got.StatusCode)
	}
}

func TestRequestIDs(t *testing.T) {
	s := start(t, &fake{})
	for _, c := range []struct {
		client, request, gateway string
		wantClient, wantRequest  string // "*": any
	}{
		{"", "", "", "", "*"},
		{"mine-1", "", "", "mine-1", "*"},
		{"mine-1", "r-2", "", "mine-1", "r-2"},
		{"mine-1", "r-2", "g-3", "mine-1", "g-3"},
		{strings.Repeat("x", 41), strings.Repeat("y", 41), "", "", "*"},
		{"with space", "with\ttab", "", "", "*"},
	} {
		got := s.do(t, "POST", "/score", `{"text": "a"}`, api.ClientRequestIDHeader, c.client, api.RequestIDHeader, c.request, "x-request-id", c.gateway)
		id := got.Header.Get(api.RequestIDHeader)
		if got.Header.Get(api.ClientRequestIDHeader) != c.wantClient || id == "" || c.wantRequest != "*" && id != c.wantRequest {
			t.Errorf("%+v: got %q and %q", c, got.Header.Get(api.ClientRequestIDHeader), id)
		}
		if !strings.Contains(s.log.String(), `"request_id":"`+id+`"`) {
			t.Errorf("the log lacks the id %q", id)
		}
	}
}

// TestLogsAndMetrics checks what is said of a request, and that its text isn't.
func TestLogsAndMetrics(t *testing.T) {
	s := start(t, model(t, "distilbert-tiny-sentiment"))
	const secret = "zanzibar is lovely"
	s.do(t, "POST", "/score", `{"text": "`+secret+`", "parameters": {"truncation": true}}`)
	s.do(t, "POST", "/score", `{"text": ["`+secret+`", 1]}`)
	s.do(t, "POST", "/score", `{"`+secret+`": 1}`)
	log := s.log.String()
	if strings.Contains(log, "zanzibar") {
		t.Errorf("the log has the text: %s", log)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(strings.SplitN(log, "\n", 2)[0]), &line); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"request_id", "route", "status", "duration_ms", "texts", "tokens", "truncated", "tokenize_ms", "queue_ms", "inference_ms"} {
		if _, ok := line[key]; !ok {
			t.Errorf("the log line lacks %s: %v", key, line)
		}
	}
	metrics := s.do(t, "GET", "/metrics", "").body
	for _, want := range []string{
		`scorer_requests_total{route="POST /score",status="200"} 1`,
		`scorer_requests_total{route="POST /score",status="400"} 2`,
		"scorer_texts_total 1",
		`scorer_phase_duration_seconds_count{phase="inference"} 1`,
		`scorer_model_info{architecture="DistilBertForSequenceClassification"`,
		"scorer_ready 1",
		"process_resident_memory_bytes",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(metrics, "zanzibar") {
		t.Error("the metrics have the text")
	}
}

func TestInfo(t *testing.T) {
	s := start(t, &fake{})
	var info api.Info
	if err := json.Unmarshal([]byte(s.do(t, "GET", "/info", "").body), &info); err != nil {
		t.Fatal(err)
	}
	if info.Model.Name != "fake" || info.Model.Function != string(pipeline.Softmax) || info.Limits != limits || info.Versions.Scorer != "test" {
		t.Errorf("got %+v", info)
	}
}

// TestDocsPage opens /docs in a real browser, which must show every operation
// of /openapi.json.
func TestDocsPage(t *testing.T) {
	s := start(t, &fake{})
	cmd := exec.Command(browser.Path(t), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(),
		"--virtual-time-budget=5000", "--dump-dom", s.url+"/docs")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct{ Summary string }
	}
	if err := json.Unmarshal(api.OpenAPI, &document); err != nil {
		t.Fatal(err)
	}
	for path, item := range document.Paths {
		for method, operation := range item {
			want := `<code>` + path + `</code> ` + operation.Summary
			if !strings.Contains(string(out), want) {
				t.Errorf("the page lacks %s %s: %s", method, path, want)
			}
		}
	}
	if !strings.Contains(string(out), "azure-nlp-endpoint") || len(document.Paths) < 10 {
		t.Errorf("the page shows %.500s", out)
	}
}
