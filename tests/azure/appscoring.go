package azure

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// replica is what a revision that scales to zero has, or had.
type replica struct {
	ready  chan struct{} // closed once it answers
	used   time.Time
	starts int
}

// usualCooldown is Azure's (Microsoft Learn, container-apps/scale-app).
const usualCooldown = 300 * time.Second

// longestRequest is how long the ingress waits (Microsoft Learn, container-apps/
// ingress-overview).
const longestRequest = 240 * time.Second

// AppsClient reaches the cloud's Container Apps under their names, and nothing else.
func (c *Cloud) AppsClient() *http.Client { return &http.Client{Transport: appsTransport{c}} }

type appsTransport struct{ cloud *Cloud }

func (a appsTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" || !strings.HasSuffix(r.URL.Host, ".azurecontainerapps.io") {
		return nil, fmt.Errorf("nobody is at %s", r.URL)
	}
	recorder := httptest.NewRecorder()
	asked := r.Clone(r.Context())
	asked.Host = r.URL.Host
	if asked.Body == nil {
		asked.Body = io.NopCloser(bytes.NewReader(nil))
	}
	a.cloud.app(recorder, asked)
	answer := recorder.Result()
	answer.Request = r
	return answer, r.Context().Err()
}

// app plays the ingress of a Container App: who may call, which revision answers, and
// that the first request waits for the first replica. A label has an address of its
// own, APP---LABEL.DOMAIN (Microsoft Learn, container-apps/revisions and
// blue-green-deployment). Who isn't signed in gets 401, who may not call 403
// (container-apps/authentication).
func (c *Cloud) app(w http.ResponseWriter, r *http.Request) {
	first, domain, _ := strings.Cut(r.Host, ".")
	name, label, _ := strings.Cut(first, "---")
	c.mu.Lock()
	app := c.appAt(name + "." + domain)
	if app == nil {
		c.mu.Unlock()
		http.Error(w, "Error 404 - This Container App is stopped or does not exist.", http.StatusNotFound)
		return
	}
	status := c.mayCall(app, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	revision := c.chosen(app, label)
	c.mu.Unlock()
	switch {
	case status != http.StatusOK:
		http.Error(w, http.StatusText(status), status)
		return
	case revision == nil:
		http.Error(w, "Error 404 - This Container App is stopped or does not exist.", http.StatusNotFound)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), longestRequest)
	defer cancel()
	if !c.awaitReplica(ctx, revision) {
		http.Error(w, "upstream request timeout", http.StatusGatewayTimeout)
		return
	}
	c.mu.Lock()
	handler, instance := c.revisionContainer(revision).Handler, revisionInstance(revision)
	c.mu.Unlock()
	if handler == nil && c.Host != nil {
		handler = c.Host(instance)
	}
	if handler == nil {
		handler = http.HandlerFunc(Scorer)
	}
	start, answer := time.Now(), &passed{ResponseWriter: w, status: http.StatusOK}
	r.Header.Del("Authorization")
	handler.ServeHTTP(answer, r.WithContext(ctx))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.scored = append(c.scored, scored{start, app.ID, last(revision.ID), answer.status, answer.status, time.Since(start), label != "", false})
}

// passed notes the status of an answer.
type passed struct {
	http.ResponseWriter
	status int
}

func (p *passed) WriteHeader(status int) {
	p.status = status
	p.ResponseWriter.WriteHeader(status)
}

func (p *passed) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// appAt is the app that answers under a name, if it does so to the outside. The
// caller holds the lock.
func (c *Cloud) appAt(host string) *Resource {
	for _, r := range c.resources {
		ingress := object(r.Body, "properties", "configuration", "ingress")
		if strings.EqualFold(r.Type, appType) && ingress["external"] == true && text(ingress, "fqdn") == host {
			return r
		}
	}
	return nil
}

// mayCall is the status that a caller gets: 200 for one that may. An app that
// nobody told who may call lets everybody in. The caller holds the lock.
func (c *Cloud) mayCall(app *Resource, token string) int {
	auth := c.resources[key(app.ID+"/authConfigs/current")]
	if auth == nil {
		return http.StatusOK
	}
	directory := object(auth.Body, "properties", "identityProviders", "azureActiveDirectory")
	if text(auth.Body, "properties", "globalValidation", "unauthenticatedClientAction") == "AllowAnonymous" && token == "" {
		return http.StatusOK
	}
	if refusal, _ := c.refuses(token, text(directory, "registration", "clientId")+"/.default"); refusal != nil {
		return http.StatusUnauthorized
	}
	identities, _ := object(directory, "validation", "defaultAuthorizationPolicy", "allowedPrincipals")["identities"].([]any)
	if len(identities) > 0 && !slices.Contains(identities, any(c.ObjectID)) {
		return http.StatusForbidden
	}
	return http.StatusOK
}

// chosen is the active revision that answers, by its label or by chance. The caller
// holds the lock.
func (c *Cloud) chosen(app *Resource, label string) *Resource {
	left := rand.Float64() * 100
	for _, share := range list(app.Body, "properties", "configuration", "ingress", "traffic") {
		revision := c.resources[key(app.ID+"/revisions/"+text(share, "revisionName"))]
		if label != "" && text(share, "label") != label {
			continue
		}
		if left -= number(share, "weight"); label == "" && left >= 0 {
			continue
		}
		if revision == nil || properties(revision.Body)["active"] != true {
			return nil
		}
		return revision
	}
	return nil
}

// awaitReplica holds a request until a replica of the revision answers: one that
// scaled to zero begins one.
func (c *Cloud) awaitReplica(ctx context.Context, revision *Resource) bool {
	c.mu.Lock()
	cooldown := c.Cooldown
	if cooldown == 0 {
		cooldown = usualCooldown
	}
	if c.replicas == nil {
		c.replicas = map[string]*replica{}
	}
	now := c.replicas[key(revision.ID)]
	if now == nil {
		now = &replica{}
		c.replicas[key(revision.ID)] = now
	}
	idle := number(revision.Body, "properties", "template", "scale", "minReplicas") == 0 && time.Since(now.used) > cooldown
	if now.ready == nil || idle {
		now.ready = make(chan struct{})
		now.starts++
		time.AfterFunc(c.ColdStart, func(ready chan struct{}) func() { return func() { close(ready) } }(now.ready))
	}
	now.used = time.Now()
	ready := now.ready
	c.mu.Unlock()
	select {
	case <-ready:
		return true
	case <-ctx.Done():
		return false
	}
}

// Starts counts how often a revision of a Container App came from zero.
func (c *Cloud) Starts(revision string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, r := range c.replicas {
		if last(id) == revision {
			return r.starts
		}
	}
	return 0
}

// revisionInstance is what runs in a revision.
func revisionInstance(revision *Resource) Instance {
	out := Instance{Name: last(revision.ID), Variables: map[string]string{}}
	template := object(revision.Body, "properties", "template")
	if containers := list(template, "containers"); len(containers) > 0 {
		out.Image = text(containers[0], "image")
		for _, variable := range list(containers[0], "env") {
			out.Variables[text(variable, "name")] = text(variable, "value")
		}
	}
	if init := list(template, "initContainers"); len(init) > 0 {
		if args, _ := init[0]["args"].([]any); len(args) > 1 {
			out.ModelURI, _ = args[1].(string)
		}
	}
	return out
}

// revisionContainer is what the image of a revision does. The caller holds the lock.
func (c *Cloud) revisionContainer(revision *Resource) Container {
	_, digest, _ := strings.Cut(revisionInstance(revision).Image, "@")
	return c.containers[digest]
}

var (
	revisionFilter = regexp.MustCompile(`revisionName eq '([^']+)'`)
	revisionQuery  = regexp.MustCompile(`RevisionName startswith "([^"]+)"`)
)

// appMetrics answers the metric Requests of an app, by status (Microsoft Learn,
// azure-monitor/reference/supported-metrics/microsoft-app-containerapps-metrics).
func (c *Cloud) appMetrics(app, revision string, query url.Values) (map[string]any, *Error) {
	from, _, _ := strings.Cut(query.Get("timespan"), "/")
	since, err := time.Parse(time.RFC3339, from)
	if err != nil || query.Get("metricnames") != "Requests" || query.Get("aggregation") != "Total" || query.Get("interval") != "PT1M" {
		return nil, badRequest("a metric of an app: %v", query)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := map[int]int{}
	for _, s := range c.scored {
		if !c.silent["Requests"] && key(s.endpoint) == key(app) && s.deployment == revision && !s.at.Before(since) {
			counts[s.status]++
		}
	}
	series := []any{}
	for status, n := range counts {
		series = append(series, map[string]any{
			"metadatavalues": []any{map[string]any{"name": map[string]any{"value": "statuscode"}, "value": fmt.Sprint(status)}},
			"data":           []any{map[string]any{"timeStamp": from, "total": n}},
		})
	}
	return map[string]any{"value": []any{map[string]any{"errorCode": "Success", "timeseries": series}}}, nil
}

var containerQuery = regexp.MustCompile(`ContainerName == "([^"]+)"`)

// appLog answers the queries of an app's two tables, for revisions whose names begin
// alike.
func (c *Cloud) appLog(table, revision, query string) (map[string]any, *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if strings.HasSuffix(query, "\n| count") {
		lines := 0
		for _, s := range c.scored {
			if !c.silent[table] && strings.HasPrefix(s.deployment, revision) {
				lines++
			}
		}
		return map[string]any{"tables": []any{map[string]any{"name": "PrimaryResult", "rows": []any{[]any{lines}}}}}, nil
	}
	rows := []any{}
	now := time.Now().UTC().Format(time.RFC3339)
	container := containerQuery.FindStringSubmatch(query)
	for _, r := range c.resources {
		if r.Type != revisionType || !strings.HasPrefix(last(r.ID), revision) {
			continue
		}
		does := c.revisionContainer(r)
		switch {
		case table == "ContainerAppSystemLogs":
			for _, event := range does.Events {
				rows = append(rows, []any{now, event[0], event[1]})
			}
		case table == "ContainerAppConsoleLogs" && container != nil:
			kind := map[string]string{"model": "StorageInitializer", "scorer": "InferenceServer"}[container[1]]
			for line := range strings.Lines(does.Logs[kind]) {
				rows = append(rows, []any{now, "stdout", strings.TrimSpace(line)})
			}
		default:
			return nil, badRequest("the query is not known here: %s", query)
		}
	}
	return map[string]any{"tables": []any{map[string]any{"name": "PrimaryResult", "rows": rows}}}, nil
}
