package hostile

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// marker is in each text, key and header that TestTextsStayOut sends; it is one word, so
// that nothing that is cut or escaped hides it.
const marker = "zanzibar7731"

// TestTextsStayOut sends a marker by each route, in each place that a caller fills, and
// looks for it in the most verbose log, in the metrics, and in what a collector is sent.
func TestTextsStayOut(t *testing.T) {
	var sent scorerproc.Buffer
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(&sent, r.Body)
	}))
	defer collector.Close()
	for name, value := range map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL, "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
		"OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_METRIC_EXPORT_INTERVAL": "200", // milliseconds
	} {
		t.Setenv(name, value)
	}
	for _, format := range []string{"json", "text"} {
		p := serve(t, "--log-level", "debug", "--log-format", format, "--caller", "header:X-Caller", "--drain-delay", "0s")
		answered := 0
		for _, q := range marked() {
			for _, contentType := range []string{"application/json", "text/plain; about=" + marker} {
				r, err := http.NewRequest(q.method, p.URL+q.path, strings.NewReader(q.body))
				if err != nil {
					t.Fatal(err)
				}
				for _, header := range []string{"Authorization", "Api-Key", "X-Caller", "X-Forwarded-For", "User-Agent", "Cookie", "Origin", "Referer", "Accept", "Baggage", "Tracestate"} {
					r.Header.Set(header, "Bearer "+marker)
				}
				r.Header.Set("Content-Type", contentType)
				resp, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatalf("%s: %v", q.path, err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode == http.StatusOK {
					answered++
				}
				if resp.StatusCode >= 500 {
					t.Errorf("%s %s: status %d", q.method, q.path, resp.StatusCode)
				}
			}
		}
		left := dial(t, p, post(api.ChatPath, strings.Replace(fmt.Sprintf(longChat, true), "the sea", marker, 1)))
		buffer := make([]byte, 512)
		if _, err := left.Read(buffer); err != nil {
			t.Fatal(err)
		}
		_ = left.Close()
		broken := dial(t, p, "POST /"+marker+" HTTP/1.1\r\nHost: a\r\n"+marker+"\r\n\r\n")
		_, _ = io.Copy(io.Discard, broken)
		_, metrics, err := send(http.DefaultClient, p.URL, request{"GET", api.MetricsPath, ""})
		if err != nil {
			t.Fatal(err)
		}
		for began := time.Now(); !strings.Contains(p.Log(), "499") && time.Since(began) < 20*time.Second; {
			time.Sleep(5 * time.Millisecond)
		}
		if err := p.Terminate(); err != nil {
			t.Fatal(err)
		}
		if err := p.Wait(); err != nil {
			t.Fatal(err)
		}
		for where, content := range map[string]string{"the log": p.Log(), "the metrics": string(metrics), "what the collector got": sent.String()} {
			for line := range strings.Lines(content) {
				if strings.Contains(strings.ToLower(line), marker) {
					t.Errorf("%s has what was sent: %.400q", where, line)
				}
			}
			if len(content) < 10_000 {
				t.Errorf("%s has %d bytes only", where, len(content))
			}
		}
		if answered < 15 {
			t.Errorf("%d requests were answered", answered)
		}
		t.Logf("--log-format %s: %d requests were answered, %d bytes of log, %d of metrics, %d to the collector", format, answered, len(p.Log()), len(metrics), len(sent.String()))
	}
}

// marked are requests with the marker, by each route, of which some are answered and
// some refused.
func marked() []request {
	const messages = `"messages": [{"role": "system", "content": "` + marker + `"}, {"role": "user", "content": "` + marker + `"}], "max_tokens": 3`
	all := []request{
		{"GET", "/" + marker, ""},
		{"GET", api.InfoPath + "?about=" + marker, ""},
		{"GET", api.ModelsPath + "/" + marker, ""},
		{"GET", "/v2/models/" + marker, ""},
		{"DELETE", api.ScorePath + "?" + marker, ""},
		{"POST", "/v2/models/distilbert-tiny-sentiment/infer", `{"id": "` + marker + `", "inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["` + marker + `"]}]}`},
		{"POST", "/v2/models/distilbert-tiny-sentiment/infer", `{"inputs": [{"name": "` + marker + `", "datatype": "` + marker + `", "shape": [9], "data": ["` + marker + `"]}]}`},
		{"POST", api.ScorePath, `{"input_data": {"input_string": ["` + marker + `"], "parameters": {"` + marker + `": 1}}}`},
		{"POST", api.ScorePath, `{"input_data": {"columns": ["` + marker + `"], "data": [["` + marker + `"]]}}`},
		{"POST", api.ScorePath, `{"inputs": "` + marker + `", "parameters": {"max_new_tokens": 3, "stop": ["` + marker + `"]}}`},
		{"POST", "/", `{"inputs": ["` + marker + `"]}`},
		{"POST", api.PredictPath, `{"inputs": [["` + marker + `", "` + marker + `"]], "` + marker + `": 1}`},
		{"POST", api.TokenizePath, `{"text": "` + marker + `"}`},
		{"POST", "/v1/responses", `{"input": "` + marker + `"}`},
	}
	for _, extra := range []string{
		``, `, "stream": true`, `, "stop": ["` + marker + `"]`, `, "user": "` + marker + `"`, `, "model": "` + marker + `"`, `, "` + marker + `": true`, `, "temperature": "` + marker + `"`,
		`, "response_format": {"type": "json_schema", "json_schema": {"name": "` + marker + `", "schema": {"type": "object", "properties": {"` + marker + `": {"const": "` + marker + `"}}, "required": ["` + marker + `"]}}}`,
		`, "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"$ref": "#/` + marker + `"}}}`,
		`, "tools": [{"type": "function", "function": {"name": "` + marker + `"}}]`,
		`, "metadata": {"` + marker + `": "` + marker + `"}`,
	} {
		all = append(all, request{"POST", api.ChatPath, "{" + messages + extra + "}"},
			request{"POST", api.CompletionsPath, `{"prompt": "` + marker + `", "max_tokens": 3` + extra + "}"})
	}
	for _, path := range []string{api.ScorePath, "/", api.PredictPath, api.ChatPath, api.CompletionsPath, api.TokenizePath, "/v2/models/distilbert-tiny-sentiment/infer"} {
		for _, body := range []string{marker, `{"text": "` + marker, `{"` + marker + `": "` + marker + `"}`, `["` + marker + `"]`, `{"text": "` + strings.Repeat(marker+" ", 2000) + `"}`, `{"text": "` + marker + "\xff" + `"}`} {
			all = append(all, request{"POST", path, body})
		}
	}
	return all
}

// TestTokenStaysOut looks for HF_TOKEN in what `pull` writes to its streams and to disk, where
// the hub takes it, refuses it, and says it back.
func TestTokenStaysOut(t *testing.T) {
	for how, answer := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"taken":   nil,
		"refused": func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusForbidden); return true },
		"said back": func(w http.ResponseWriter, r *http.Request) bool {
			_, _ = io.WriteString(w, `{"sha": "`+r.Header.Get("Authorization")+`"}`)
			return true
		},
		"redirected": func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "ftp://elsewhere/?token="+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), http.StatusFound)
			return true
		},
	} {
		h := hub(t)
		h.RequireToken("hf_" + marker)
		h.Answer(answer)
		top := t.TempDir()
		out, err := command(t, []string{"HF_TOKEN=hf_" + marker}, "pull", h.Repo, "--to", filepath.Join(top, "model"), "--endpoint", h.URL, "--no-optimize")
		if (err == nil) != (how == "taken") {
			t.Errorf("%s: %v: %s", how, err, out)
		}
		if strings.Contains(out, marker) {
			t.Errorf("%s: the token is printed: %s", how, out)
		}
		for _, name := range below(t, top) {
			if content := read(t, filepath.Join(top, name)); strings.Contains(content, marker) {
				t.Errorf("%s: %s has the token", how, name)
			}
		}
	}
}
