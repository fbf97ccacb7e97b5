package azure

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
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

// score plays the gateway of an endpoint's scoring URI: who may call, which
// deployment answers, how its status comes back.
func (c *Cloud) score(w http.ResponseWriter, r *http.Request, endpointName string) {
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

	token, want := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), []any{c.Token}
	if keyed {
		keys, err := c.Keys(id)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		want = []any{keys["primaryKey"], keys["secondaryKey"]}
	}
	if token == "" || !slices.Contains(want, any(token)) {
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
	if mirror != "" {
		c.ask(context.WithoutCancel(r.Context()), id, mirror, body, false, true)
	}
	answer, status := c.ask(r.Context(), id, chosen, body, asked != "", false)
	maps.Copy(w.Header(), answer.Header())
	w.Header().Set(api.DeploymentHeader, chosen)
	if status == http.StatusFailedDependency {
		w.Header().Set(api.ModelStatusHeader, fmt.Sprint(answer.Code))
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer.Body.Bytes())
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

// ask has a deployment answer, within its time-out, and counts it.
func (c *Cloud) ask(ctx context.Context, endpoint, name string, body []byte, directed, mirrored bool) (*httptest.ResponseRecorder, int) {
	answer := httptest.NewRecorder()
	c.mu.Lock()
	deployment := c.resources[key(endpoint+"/deployments/"+name)]
	if deployment == nil {
		c.mu.Unlock()
		answer.WriteHeader(http.StatusNotFound)
		return answer, http.StatusNotFound
	}
	handler := c.container(deployment).Handler
	limit, err := isoDuration(text(deployment.Body, "properties", "requestSettings", "requestTimeout"))
	c.mu.Unlock()
	if handler == nil {
		handler = http.HandlerFunc(Scorer)
	}
	if err != nil {
		limit = 5 * time.Second // Azure's default
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, api.ScorePath, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	start := time.Now()
	handler.ServeHTTP(answer, request)
	status := answer.Code
	switch {
	case ctx.Err() != nil:
		status = http.StatusRequestTimeout
	case status != http.StatusOK:
		status = http.StatusFailedDependency
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.scored = append(c.scored, scored{start, endpoint, name, status, answer.Code, time.Since(start), directed, mirrored})
	return answer, status
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
