package azure

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"time"
)

var (
	actionPath   = regexp.MustCompile(`^(/subscriptions/.+)/(listKeys|getLogs|query|provisionManagedNetwork)$`)
	metricsPath  = regexp.MustCompile(`^(/subscriptions/.+)/providers/Microsoft\.Insights/metrics$`)
	skusPath     = regexp.MustCompile(`^/subscriptions/[^/]+/providers/Microsoft\.Compute/skus$`)
	budgetsPath  = regexp.MustCompile(`^/subscriptions/[^/]+/providers/Microsoft\.Consumption/budgets$`)
	activityPath = regexp.MustCompile(`^/subscriptions/[^/]+/providers/Microsoft\.Insights/eventtypes/management/values$`)
)

// arm answers what a typed client of ARM sends: resources by their ids, the
// actions that a rollout uses, metrics and logs.
func (c *Cloud) arm(r *http.Request) (answer map[string]any, err error) {
	var body map[string]any
	if r.Body != nil && r.ContentLength != 0 {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return nil, badRequest("the body: %v", err)
		}
	}
	path, query := r.URL.Path, r.URL.Query()
	if answer, failure, ok := c.purging(r.Method, path, body); ok {
		return answer, orNil(failure)
	}
	if answer, failure, ok := c.appUsages(path); ok {
		return answer, orNil(failure)
	}
	if answer, ok := c.zones(path); ok && r.Method == http.MethodGet {
		return answer, nil
	}
	if answer, failure, ok := c.revisions(r.Method, path); ok {
		return answer, orNil(failure)
	}
	if metrics := metricsPath.FindStringSubmatch(path); metrics != nil {
		answer, failure := c.metrics(metrics[1], query)
		return answer, orNil(failure)
	}
	if budgetsPath.MatchString(path) && r.Method == http.MethodGet {
		return map[string]any{"value": []any{}}, orNil(c.budgets())
	}
	if skusPath.MatchString(path) && r.Method == http.MethodGet {
		return map[string]any{"value": c.skus(query.Get("$filter"))}, orNil(c.asked("Microsoft.Compute"))
	}
	if service := servicePath.FindStringSubmatch(path); service != nil {
		answer, failure := c.service(r.Method, service[1], service[2] != "")
		return answer, orNil(failure)
	}
	if activityPath.MatchString(path) {
		answer, failure := c.activity(query)
		return answer, orNil(failure)
	}
	if action := actionPath.FindStringSubmatch(path); action != nil && r.Method == http.MethodPost {
		return c.action(action[1], action[2], body)
	}
	switch r.Method {
	case http.MethodGet:
		answer, err = c.Get(path)
		if err == nil {
			c.mu.Lock()
			answer["systemData"] = c.systemData(path)
			c.mu.Unlock()
		}
		return answer, err
	case http.MethodPut:
		answer, _, err = c.Put(path, query.Get("api-version"), body)
		return answer, err
	case http.MethodDelete:
		if query.Get("forceToPurge") == "true" || query.Get("force") == "true" {
			return nil, c.deleteForGood(path)
		}
		return nil, c.Delete(path)
	}
	return nil, notFound("NotFound", "%s %s", r.Method, path)
}

func (c *Cloud) action(id, name string, body map[string]any) (map[string]any, error) {
	switch name {
	case "listKeys":
		return c.Keys(id)
	case "provisionManagedNetwork":
		return c.provisionNetwork(id)
	case "query":
		answer, failure := c.eventLog(text(body, "query"))
		return answer, orNil(failure)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	deployment := c.resources[key(id)]
	if deployment == nil {
		return nil, notFound("ResourceNotFound", "%s was not found", id)
	}
	kind := text(body, "containerType")
	if kind != "StorageInitializer" && kind != "InferenceServer" {
		return nil, badRequest("containerType: %q", kind)
	}
	return map[string]any{"content": c.container(deployment).Logs[kind]}, nil
}

// systemData says when a resource was made. The caller holds the lock.
func (c *Cloud) systemData(id string) map[string]any {
	r := c.resources[key(id)]
	if r == nil {
		return nil
	}
	return map[string]any{"createdAt": r.Created.UTC().Format(time.RFC3339Nano)}
}

// orNil keeps a nil *Error from becoming an error that isn't nil.
func orNil(err *Error) error {
	if err == nil {
		return nil
	}
	return err
}

// answer writes what arm returned.
func answerARM(w http.ResponseWriter, answer map[string]any, err error) {
	var failure *Error
	switch {
	case errors.As(err, &failure):
		refuse(w, failure)
	case err != nil:
		refuse(w, &Error{Status: http.StatusInternalServerError, Code: "InternalServerError", Message: err.Error()})
	case answer == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}
}
