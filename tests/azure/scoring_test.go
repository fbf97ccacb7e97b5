package azure

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// serving is an endpoint with one deployment that gets the traffic, whose
// environment has a scoring route and whose container tells what it was asked.
func serving(t *testing.T, route string) (*world, string) {
	t.Helper()
	w := newWorld(t)
	w.Token = "of-" + t.Name()
	w.grant()
	w.must(ml+"/environments/e/versions/2", map[string]any{"properties": map[string]any{
		"image":           "registry1.azurecr.io/scorer@sha256:2",
		"inferenceConfig": map[string]any{"scoringRoute": map[string]any{"path": route, "port": 5001}},
	}})
	deployment := w.deployment()
	deployment["properties"].(map[string]any)["environmentId"] = w.group + ml + "/environments/e/versions/2"
	w.must(ml+"/onlineEndpoints/endpoint/deployments/blue", deployment)
	w.must(ml+"/onlineEndpoints/endpoint", w.endpoint(map[string]any{"blue": 100.0}, nil))
	w.Publish("sha256:2", Container{Handler: http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/refused" {
			answer.Header().Set("Retry-After", "3")
			answer.WriteHeader(http.StatusTooManyRequests)
		}
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(answer, "%s %s %s %s|%s", r.Method, r.URL.RequestURI(), body, r.Header.Get("X-Of-The-Caller"), r.Header.Get("Authorization"))
	})})
	g := &Gateway{}
	g.Add(w.Cloud)
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	return w, g.ScoringAddress(server.URL, w.Cloud) + "/endpoint"
}

func (w *world) ask(t *testing.T, method, url, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.Token)
	r.Header.Set("X-Of-The-Caller", "kept")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(content)
}

// TestRootForwardsAll: a scoring route of / lets every path through, as it is.
func TestRootForwardsAll(t *testing.T) {
	w, url := serving(t, "/")
	for _, c := range [][2]string{
		{"GET", "/v1/models"}, {"GET", "/v1/models?limit=1&a=b%2Fc"}, {"POST", "/v1/chat/completions"}, {"POST", "/"}, {"GET", "/"}, {"POST", "/score"},
		{"POST", "//v1//completions/"}, {"GET", "/v1/models/google%2Fgemma"}, {"OPTIONS", "/v2/models/m/infer"}, {"DELETE", "/x"},
	} {
		resp, body := w.ask(t, c[0], url+c[1], "sent")
		if want := c[0] + " " + c[1] + " sent kept|"; resp.StatusCode != 200 || body != want || resp.Header.Get(api.DeploymentHeader) != "blue" {
			t.Errorf("%v: status %d, the container saw %q, want %q", c, resp.StatusCode, body, want)
		}
	}
	if _, body := w.ask(t, "GET", url, ""); body != "GET /  kept|" {
		t.Errorf("without a slash the container saw %q", body)
	}
	resp, body := w.ask(t, "POST", url+"/refused", "sent")
	if resp.StatusCode != 424 || resp.Header.Get(api.ModelStatusHeader) != "429" || resp.Header.Get("Retry-After") != "3" || !strings.HasPrefix(body, "POST /refused") {
		t.Errorf("status %d, %v, %s", resp.StatusCode, resp.Header, body)
	}
}

// TestOtherRouteForwardsItself: whether more is let through isn't known.
func TestOtherRouteForwardsItself(t *testing.T) {
	w, url := serving(t, "/score")
	for path, status := range map[string]int{"/score": 200, "/score?a=b": 200, "/": 404, "/v1/models": 404, "/scores": 404, "/score/more": 404} {
		if resp, body := w.ask(t, "POST", url+path, ""); resp.StatusCode != status {
			t.Errorf("%s: status %d, want %d: %s", path, resp.StatusCode, status, body)
		}
	}
}

// TestScoringURIHasTheRoute of a deployment, once there is one.
func TestScoringURIHasTheRoute(t *testing.T) {
	const host = "https://endpoint.westeurope.inference.ml.azure.com"
	shown := func(w *world) any {
		endpoint, err := w.Get(w.group + ml + "/onlineEndpoints/endpoint")
		if err != nil {
			t.Fatal(err)
		}
		return at(endpoint, "properties", "scoringUri")
	}
	if got := shown(newWorld(t)); got != host+"/score" {
		t.Errorf("without deployments %v", got)
	}
	w, _ := serving(t, "/")
	if got := shown(w); got != host+"/" {
		t.Errorf("with a deployment %v", got)
	}
}

// TestStreamsArriveAsTheyGrow: the gateway passes on what a container has flushed.
func TestStreamsArriveAsTheyGrow(t *testing.T) {
	w, url := serving(t, "/")
	next := make(chan struct{})
	w.Publish("sha256:2", Container{Handler: http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		answer.Header().Set("Content-Type", "text/event-stream")
		for range 3 {
			_, _ = io.WriteString(answer, "data: {}\n\n")
			answer.(http.Flusher).Flush()
			select {
			case <-next:
			case <-r.Context().Done():
				return
			}
		}
	})})
	r, err := http.NewRequest("POST", url+"/v1/chat/completions", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.Token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("the answer's type is %q", resp.Header.Get("Content-Type"))
	}
	event := make([]byte, len("data: {}\n\n"))
	for range 3 {
		if _, err := io.ReadFull(resp.Body, event); err != nil {
			t.Fatal(err)
		}
		next <- struct{}{}
	}
	if directed, live, mirrored := w.Scored("blue"); directed != 0 || live > 1 || mirrored != 0 {
		t.Errorf("counted %d, %d, %d", directed, live, mirrored)
	}
}
