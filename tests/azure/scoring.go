package azure

import (
	"bytes"
	"context"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// scored is a request that a deployment answered.
type scored struct {
	at                 time.Time
	endpoint           string // id
	deployment         string
	status, own        int // the gateway's and the container's
	latency            time.Duration
	directed, mirrored bool
}

// Endpoints serves the endpoints under the names that Azure gives them,
// NAME.REGION.inference.ml.azure.com.
func (c *Cloud) Endpoints() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(r.Host, ".")
		c.score(w, r, name, r.URL.EscapedPath())
	})
}

// score plays the gateway of an endpoint: who may call, which deployment answers,
// what is let through, how its status comes back. path is what follows the
// endpoint's address, as it was sent.
//
// A deployment whose environment has the scoring route "/" gets every path, with its
// method and query: Microsoft's samples call such deployments so. In
// Azure/azureml-examples, cli/endpoints/online, custom-container/triton/single-model/
// triton-cc-deployment.yml has that route, and triton/single-model/
// triton_densenet_scoring.py asks the endpoint GET /v2/health/ready and POST
// /v2/models/model_1/infer; custom-container/vllm and huggingface-tgi have it too.
// What another route lets through beside itself isn't known
// (Azure/azure-sdk-for-python#39025): nothing here.
func (c *Cloud) score(w http.ResponseWriter, r *http.Request, endpointName, path string) {
	c.mu.Lock()
	var endpoint *Resource
	for _, resource := range c.resources {
		if strings.EqualFold(resource.Type, endpointType) && strings.EqualFold(last(resource.ID), endpointName) {
			endpoint = resource
		}
	}
	if endpoint == nil {
		c.mu.Unlock()
		http.Error(w, "no such endpoint", http.StatusNotFound)
		return
	}
	id, keyed := endpoint.ID, text(endpoint.Body, "properties", "authMode") == "Key"
	c.mu.Unlock()

	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	refusal, _ := c.refuses(token, scoringScope)
	allowed := refusal == nil
	if keyed {
		keys, err := c.Keys(id)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		allowed = token != "" && (token == keys["primaryKey"] || token == keys["secondaryKey"])
	}
	if !allowed {
		http.Error(w, "key_auth_bad_header_or_token", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	asked := r.Header.Get(api.DeploymentHeader)
	chosen, mirror := c.route(id, asked)
	if chosen == "" {
		http.Error(w, "no deployment answers", http.StatusNotFound)
		return
	}
	target, err := url.ParseRequestURI(path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	target.RawQuery = r.URL.RawQuery
	ask := request{r.Method, target, r.Header.Clone(), body}
	ask.header.Del("Authorization") // the gateway's business
	if mirror != "" {
		c.ask(context.WithoutCancel(r.Context()), id, mirror, ask, &relay{}, false, true)
	}
	c.ask(r.Context(), id, chosen, ask, &relay{to: w}, asked != "", false)
}

// route chooses a deployment by the header or by chance, and one that gets a
// copy.
func (c *Cloud) route(endpoint, asked string) (chosen, mirror string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if asked != "" {
		deployment := c.resources[key(endpoint+"/deployments/"+asked)]
		if deployment == nil || deployment.State != stateSucceeded && deployment.State != stateUpdating {
			return "", ""
		}
		return asked, ""
	}
	draw := func(split string) string {
		left := rand.Float64() * 100
		shares := object(c.resources[key(endpoint)].Body, "properties", split)
		for _, name := range slices.Sorted(maps.Keys(shares)) {
			share, _ := shares[name].(float64)
			if left -= share; left < 0 {
				return name
			}
		}
		return ""
	}
	return draw("traffic"), draw("mirrorTraffic")
}

// request is what a container gets, once or twice.
type request struct {
	method string
	target *url.URL
	header http.Header
	body   []byte
}

// ask has a deployment answer, within its time-out, and counts it.
func (c *Cloud) ask(ctx context.Context, endpoint, name string, q request, answer *relay, directed, mirrored bool) {
	c.mu.Lock()
	deployment := c.resources[key(endpoint+"/deployments/"+name)]
	answer.deployment = name
	if deployment == nil {
		c.mu.Unlock()
		answer.refuse(http.StatusNotFound)
		return
	}
	handler, route := c.container(deployment).Handler, c.scoringRoute(deployment.ID, deployment.Body)
	instance := c.instance(deployment)
	limit, err := isoDuration(text(deployment.Body, "properties", "requestSettings", "requestTimeout"))
	c.mu.Unlock()
	if route != "/" && q.target.Path != route {
		answer.refuse(http.StatusNotFound)
		return
	}
	if handler == nil && c.Host != nil {
		handler = c.Host(instance)
	}
	if handler == nil {
		handler = http.HandlerFunc(Scorer)
	}
	if err != nil {
		limit = 5 * time.Second // Azure's default
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, q.method, "/", bytes.NewReader(q.body))
	r.URL, r.RequestURI, r.Header, answer.ended = q.target, q.target.RequestURI(), q.header.Clone(), ctx.Err
	start := time.Now()
	// Also where the handler breaks off, as a proxy does if the client leaves with the last
	// event, before the stream's end.
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.scored = append(c.scored, scored{start, endpoint, name, answer.status, answer.own, time.Since(start), directed, mirrored})
	}()
	handler.ServeHTTP(answer, r)
	answer.WriteHeader(http.StatusOK) // if it wrote nothing
}

// Scored counts the requests that a deployment of any endpoint answered: those
// that the header directed to it, those of the traffic, and mirrored ones.
func (c *Cloud) Scored(deployment string) (directed, live, mirrored int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.scored {
		switch {
		case s.deployment != deployment:
		case s.mirrored:
			mirrored++
		case s.directed:
			directed++
		default:
			live++
		}
	}
	return directed, live, mirrored
}
