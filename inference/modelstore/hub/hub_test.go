package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
)

const repo = "someone/classifier"

// repository has what the hub's repositories have: files that serving needs,
// and others.
func repository() map[string][]byte {
	big := make([]byte, 300_000)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(big)
	return map[string][]byte{
		"config.json":           []byte(`{"architectures": ["DistilBertForSequenceClassification"]}`),
		"tokenizer.json":        []byte(strings.Repeat(`{"model": {}}`, 200)),
		"tokenizer_config.json": []byte(`{}`),
		"vocab.txt":             []byte("[PAD]\n"),
		"onnx/model.onnx":       big,
		"onnx/model.onnx_data":  big[:100_000],
		"pytorch_model.bin":     big[:5000],
		"README.md":             []byte("# a model"),
	}
}

// pull fetches from h into a new folder.
func pull(t *testing.T, h *hubtest.Hub, change ...func(*Options)) (string, *Record, error) {
	t.Helper()
	o := Options{Repo: h.Repo, Dir: filepath.Join(t.TempDir(), "model"), Endpoint: h.URL, Backoff: time.Millisecond, Note: func(s string) { t.Log(s) }}
	for _, f := range change {
		f(&o)
	}
	r, _, err := Pull(context.Background(), o)
	return o.Dir, r, err
}

// complete checks that dir has what serving needs, as it is on the hub, and
// nothing else.
func complete(t *testing.T, dir string, r *Record) {
	t.Helper()
	all := repository()
	want := []string{"config.json", "onnx/model.onnx", "onnx/model.onnx_data", "tokenizer.json", "tokenizer_config.json", "vocab.txt"}
	var got []string
	for _, f := range r.Files {
		got = append(got, f.Path)
		content, err := os.ReadFile(filepath.Join(dir, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(all[f.Path])
		if string(content) != string(all[f.Path]) || f.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s is not what the hub has", f.Path)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("fetched %v, want %v", got, want)
	}
	for _, left := range []string{".lock", ".commit", "onnx/model.onnx.partial", "README.md"} {
		if _, err := os.Stat(filepath.Join(dir, left)); err == nil {
			t.Errorf("%s was left in the folder", left)
		}
	}
	if _, err := os.Stat(dir + ".partial"); err == nil {
		t.Error("the staging folder is still there")
	}
}

func TestPull(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	h.PageSize = 3
	var done, total int64
	dir, r, err := pull(t, h, func(o *Options) { o.Progress = func(d, n int64) { done, total = d, n } })
	if err != nil {
		t.Fatal(err)
	}
	complete(t, dir, r)
	if r.Commit != hubtest.Commit || r.Revision != "main" || done != total || total < 400_000 {
		t.Errorf("record %+v, progress %d of %d", r, done, total)
	}
	before := len(h.Requests())
	again, already, err := Pull(context.Background(), Options{Repo: repo, Dir: dir, Endpoint: h.URL})
	if err != nil || !already || again.Commit != r.Commit || len(h.Requests()) != before {
		t.Errorf("a second pull: %v, already %v, %d more requests", err, already, len(h.Requests())-before)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Pull(context.Background(), Options{Repo: repo, Dir: dir, Endpoint: h.URL}); err == nil || !strings.Contains(err.Error(), "is not as it was pulled") {
		t.Errorf("a changed file: %v", err)
	}
}

// TestPullResumes breaks the connection off many times within one pull.
func TestPullResumes(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	h.Breaks = []int{10, -1, 5, 100_000, 0, 0, 100_000, 50_000, 1}
	dir, r, err := pull(t, h)
	if err != nil {
		t.Fatal(err)
	}
	complete(t, dir, r)
	resumed := 0
	for _, request := range h.Requests() {
		if strings.Contains(request, "bytes=") {
			resumed++
		}
	}
	if resumed < 4 {
		t.Errorf("%d requests asked for the rest: %v", resumed, h.Requests())
	}
}

// TestInterruptedPullNeverLooksComplete ends pulls midway, where the connection
// breaks off, and goes on.
func TestInterruptedPullNeverLooksComplete(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	o := Options{Repo: repo, Dir: filepath.Join(t.TempDir(), "model"), Endpoint: h.URL, Backoff: time.Minute}
	for i, breaks := range [][]int{{-1, -1, -1, -1, 60_000}, {30_000}, {5_000}} {
		h.Breaks = breaks
		ctx, cancel := context.WithCancel(context.Background())
		o.Note = func(note string) {
			if strings.Contains(note, "trying again") {
				cancel()
			}
		}
		if _, _, err := Pull(ctx, o); !errors.Is(err, context.Canceled) {
			t.Fatalf("interrupted pull %d: %v", i, err)
		}
		cancel()
		if _, err := os.Stat(o.Dir); err == nil {
			t.Fatal("the folder is there though it isn't complete")
		}
	}
	r, already, err := Pull(context.Background(), o)
	if err != nil || already {
		t.Fatal(already, err)
	}
	complete(t, o.Dir, r)
	for _, want := range []string{"bytes=60000-", "bytes=90000-", "bytes=95000-"} {
		if !slices.ContainsFunc(h.Requests(), func(request string) bool { return strings.HasSuffix(request, want) }) {
			t.Errorf("no request asked for %s: %v", want, h.Requests())
		}
	}
}

func TestServerThatIgnoresRanges(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	h.IgnoreRange = true
	h.Breaks = []int{-1, -1, -1, -1, 100_000}
	dir, r, err := pull(t, h)
	if err != nil {
		t.Fatal(err)
	}
	complete(t, dir, r)
}

func TestWrongContent(t *testing.T) {
	for _, name := range []string{"onnx/model.onnx", "config.json"} { // by SHA-256, by git's hash
		h := hubtest.New(t, repo, repository())
		h.Corrupt[name] = 1
		dir, r, err := pull(t, h)
		if err != nil {
			t.Fatalf("%s, wrong once: %v", name, err)
		}
		complete(t, dir, r)
		h = hubtest.New(t, repo, repository())
		h.Corrupt[name] = 100
		dir, _, err = pull(t, h)
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "the content is not used") {
			t.Errorf("%s, wrong always: %v", name, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Error("the folder is there though a file is wrong")
		}
	}
}

func TestTemporaryErrors(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	h.Statuses = []int{429, 500, 0, 503, 0, 0, 502}
	dir, r, err := pull(t, h)
	if err != nil {
		t.Fatal(err)
	}
	complete(t, dir, r)
	h = hubtest.New(t, repo, repository())
	h.Statuses, h.RetryAfter = []int{429}, "1"
	began := time.Now()
	if _, _, err = pull(t, h); err != nil || time.Since(began) < time.Second {
		t.Errorf("Retry-After was not waited for: %v after %v", err, time.Since(began))
	}
	h = hubtest.New(t, repo, repository())
	h.Statuses = slices.Repeat([]int{500}, 50)
	if _, _, err = pull(t, h); err == nil || !strings.Contains(err.Error(), "after 6 attempts") {
		t.Errorf("a hub that is down: %v", err)
	}
}

// TestToken checks that the token opens a gated repository, and that it stays
// with the hub: large files are redirected to another host.
func TestToken(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	h.RequireToken("hf_secret")
	if _, _, err := pull(t, h); err == nil || !strings.Contains(err.Error(), "set HF_TOKEN") || !strings.Contains(err.Error(), "licence") {
		t.Errorf("without a token: %v", err)
	}
	if _, _, err := pull(t, h, func(o *Options) { o.Token = "hf_other" }); err == nil || !strings.Contains(err.Error(), "may not read") || strings.Contains(err.Error(), "hf_other") {
		t.Errorf("with a wrong token: %v", err)
	}
	dir, r, err := pull(t, h, func(o *Options) { o.Token = "hf_secret" })
	if err != nil {
		t.Fatal(err)
	}
	complete(t, dir, r)
	if h.Leaked {
		t.Error("the token was sent to the host of the large files")
	}
	if data, err := json.Marshal(r); err != nil || strings.Contains(string(data), "hf_secret") {
		t.Errorf("the record has the token: %s, %v", data, err)
	}
}

func TestRefusals(t *testing.T) {
	without := func(names ...string) map[string][]byte {
		files := repository()
		for _, n := range names {
			delete(files, n)
		}
		return files
	}
	both := repository()
	both["model.onnx"] = []byte("x")
	for name, c := range map[string]struct {
		files  map[string][]byte
		change func(*Options)
		want   string
	}{
		"no graph":       {without("onnx/model.onnx", "onnx/model.onnx_data"), nil, "pytorch_model.bin alone"},
		"no such graph":  {repository(), func(o *Options) { o.ModelFile = "other.onnx" }, "name one of onnx/model.onnx with --model-file"},
		"two graphs":     {both, nil, "two candidate models, model.onnx and onnx/model.onnx"},
		"no config":      {without("config.json"), nil, "has no config.json"},
		"no tokenizer":   {without("tokenizer.json", "vocab.txt"), nil, "has no tokenizer.json, nor a vocab.txt"},
		"bad name":       {repository(), func(o *Options) { o.Repo = "classifier" }, "OWNER/NAME"},
		"another repo":   {repository(), func(o *Options) { o.Repo = "someone/else" }, "check the names"},
		"another commit": {repository(), func(o *Options) { o.Revision = strings.Repeat("f", 40) }, "check the names"},
		"not a hub":      {repository(), func(o *Options) { o.Endpoint += "/nowhere" }, "404"},
	} {
		h := hubtest.New(t, repo, c.files)
		change := c.change
		if change == nil {
			change = func(*Options) {}
		}
		if _, _, err := pull(t, h, change); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// TestTokenizerFiles: those that a tokenizer is made of without a tokenizer.json, and
// sentence-transformers' own, come along.
func TestTokenizerFiles(t *testing.T) {
	some := []byte("x")
	for _, names := range []string{"vocab.json merges.txt", "sentencepiece.bpe.model", "spm.model", "spiece.model", "vocab.txt modules.json 1_Pooling/config.json sentence_bert_config.json config_sentence_transformers.json"} {
		files := map[string][]byte{"config.json": some, "model.safetensors": some, "training_args.bin": some}
		for _, f := range strings.Fields(names) {
			files[f] = some
		}
		_, r, err := pull(t, hubtest.New(t, repo, files))
		if err != nil {
			t.Errorf("%s: %v", names, err)
			continue
		}
		if len(r.Files) != len(files)-1 {
			t.Errorf("%s: fetched %v", names, r.Files)
		}
	}
}

// TestLayouts: which of a repository's graphs and weights are fetched.
func TestLayouts(t *testing.T) {
	some := []byte("x")
	for name, c := range map[string]struct {
		add, named string // files beside the tokenizer, and what is asked for
		want, note string
	}{
		"one precision":     {"onnx/model_quantized.onnx", "", "onnx/model_quantized.onnx", ""},
		"several":           {"onnx/model_q4.onnx onnx/model_fp16.onnx onnx/model_quantized.onnx", "", "onnx/model_fp16.onnx", "the most precise is served, onnx/model_fp16.onnx"},
		"named":             {"onnx/model.onnx onnx/model_fp16.onnx", "onnx/model_fp16.onnx", "onnx/model_fp16.onnx", ""},
		"weights":           {"model.safetensors pytorch_model.bin", "", "model.safetensors", ""},
		"weights, rounded":  {"model.safetensors onnx/model_quantized.onnx", "", "model.safetensors", "the most precise is served, model.safetensors"},
		"export, weights":   {"model.safetensors onnx/model.onnx", "", "onnx/model.onnx", "onnx/model.onnx; --model-file"},
		"weights are named": {"model.safetensors onnx/model.onnx", "model.safetensors", "model.safetensors", ""},
		"shards": {"model.safetensors.index.json model-00001-of-00002.safetensors model-00002-of-00002.safetensors consolidated.safetensors", "",
			"model-00001-of-00002.safetensors model-00002-of-00002.safetensors model.safetensors.index.json", ""},
		"other folders": {"openvino/model.onnx model.safetensors", "", "model.safetensors", ""},
	} {
		files := map[string][]byte{"config.json": some, "tokenizer.json": some}
		for _, f := range strings.Fields(c.add) {
			files[f] = some
		}
		var notes []string
		_, r, err := pull(t, hubtest.New(t, repo, files), func(o *Options) {
			o.ModelFile, o.Note = c.named, func(note string) { notes = append(notes, note) }
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, f := range r.Files {
			if files[f.Path] != nil && strings.Contains(f.Path, "model") {
				got = append(got, f.Path)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != c.want || !strings.Contains(strings.Join(notes, " "), c.note) || (c.note == "") != (notes == nil) {
			t.Errorf("%s: fetched %v, %q; want %s", name, got, notes, c.want)
		}
	}
}

func TestFoldersThatAreTaken(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.tex"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Pull(context.Background(), Options{Repo: repo, Dir: dir, Endpoint: h.URL}); err == nil || !strings.Contains(err.Error(), "was not made by scorer pull") {
		t.Errorf("somebody's folder: %v", err)
	}
	dir = filepath.Join(t.TempDir(), "model")
	_, unlock, err := prepare(dir, hubtest.Commit)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, _, err := Pull(context.Background(), Options{Repo: repo, Dir: dir, Endpoint: h.URL}); err == nil || !strings.Contains(err.Error(), "another scorer pull") {
		t.Errorf("two at once: %v", err)
	}
}

// TestTokenStaysWithTheHub lets the hub name other hosts, by links and by
// redirects: none of them is asked with the token, and their lists aren't read.
func TestTokenStaysWithTheHub(t *testing.T) {
	for name, change := range map[string]func(*hubtest.Hub){
		"a next page elsewhere":               func(h *hubtest.Hub) { h.Next = h.CDN + "/api/tree/" },
		"a next page on another port":         func(h *hubtest.Hub) { h.Next = strings.Replace(h.CDN, "localhost", "127.0.0.1", 1) + "/api/tree/" },
		"a next page by another scheme":       func(h *hubtest.Hub) { h.Next = "ftp" + strings.TrimPrefix(h.URL, "http") + "/api/tree/" },
		"a list elsewhere":                    func(h *hubtest.Hub) { h.MoveTree = true },
		"a page relative to a list elsewhere": func(h *hubtest.Hub) { h.MoveTree, h.PageSize = true, 3 },
	} {
		t.Run(name, func(t *testing.T) {
			h := hubtest.New(t, repo, repository())
			h.RequireToken("secret")
			change(h)
			_, _, err := pull(t, h, func(o *Options) { o.Token = "secret" })
			if err == nil || !strings.Contains(err.Error(), "only "+h.URL+" itself is asked") {
				t.Errorf("%v", err)
			}
			if h.Leaked {
				t.Error("the token went to another host")
			}
		})
	}
}

func TestStatedSizes(t *testing.T) {
	for _, size := range []int64{-1, 1 << 40, 1<<63 - 1} {
		h := hubtest.New(t, repo, repository())
		h.Sizes = map[string]int64{"onnx/model.onnx": size, "vocab.txt": 1 << 37}
		if _, _, err := pull(t, h); err == nil || !strings.Contains(err.Error(), "the hub states ") {
			t.Errorf("%d: %v", size, err)
		}
	}
}

func TestPatienceEnds(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	h.Statuses, h.RetryAfter = []int{429}, "86400"
	if _, _, err := pull(t, h); err == nil || !strings.Contains(err.Error(), "come again in 24h0m0s") {
		t.Error(err)
	}
}

// TestPatienceWithSilence lets the hub stop in the middle of a file, without closing.
func TestPatienceWithSilence(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	silences := 2
	h.Answer(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/blobs/onnx/model.onnx" || silences == 0 {
			return false
		}
		silences--
		w.Header().Set("Content-Length", "300000")
		if r.Header.Get("Range") != "" {
			w.Header().Set("Content-Length", "299000")
			w.WriteHeader(http.StatusPartialContent)
		} else {
			_, _ = w.Write(repository()["onnx/model.onnx"][:1000])
		}
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		return true
	})
	var notes []string
	dir, r, err := pull(t, h, func(o *Options) {
		o.Patience = 50 * time.Millisecond
		o.Note = func(s string) { notes = append(notes, s) }
	})
	if err != nil {
		t.Fatal(err)
	}
	complete(t, dir, r)
	if silences != 0 || !strings.Contains(strings.Join(notes, "\n"), "broke off at 1000 of 300000 bytes: nothing came for 50ms") {
		t.Errorf("%d silences are left: %v", silences, notes)
	}
}

// TestStagedFileThatChanged spoils what a pull that broke off had fetched.
func TestStagedFileThatChanged(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	h.Statuses = []int{0, 0, 0, 0, 0, 0, 404}
	dir, _, err := pull(t, h)
	if err == nil {
		t.Fatal("it did not break off")
	}
	if err := os.WriteFile(filepath.Join(dir+".partial", "config.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, r, err := pull(t, h, func(o *Options) { o.Dir = dir })
	if err != nil {
		t.Fatal(err)
	}
	complete(t, dir, r)
}

// TestShortOfWhatIsStated has a hub that sends the same part again and again.
func TestShortOfWhatIsStated(t *testing.T) {
	h := hubtest.New(t, repo, repository())
	asked := 0
	h.Answer(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/blobs/onnx/model.onnx" {
			return false
		}
		asked++
		_ = http.NewResponseController(w).Flush() // so that no length is said
		_, _ = w.Write(repository()["onnx/model.onnx"][:1000])
		return true
	})
	if _, _, err := pull(t, h); err == nil || !strings.Contains(err.Error(), "after 6 attempts: the connection ended at 1000 of 300000 bytes") || asked > 8 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}
