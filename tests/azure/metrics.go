package azure

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

var deploymentFilter = regexp.MustCompile(`deployment eq '([^']+)'`)

// metrics answers Azure Monitor's metrics of an endpoint that a rollout asks
// for, with one point for the whole time span.
func (c *Cloud) metrics(endpoint string, query url.Values) (map[string]any, *Error) {
	if query.Get("metricnames") == "DeploymentCapacity" {
		return c.capacity(endpoint, query)
	}
	if revision := revisionFilter.FindStringSubmatch(query.Get("$filter")); revision != nil {
		return c.appMetrics(endpoint, revision[1], query)
	}
	filter := deploymentFilter.FindStringSubmatch(query.Get("$filter"))
	from, to, _ := strings.Cut(query.Get("timespan"), "/")
	since, err := time.Parse(time.RFC3339, from)
	if _, bad := time.Parse(time.RFC3339, to); err != nil || bad != nil || filter == nil || query.Get("interval") != "PT1M" || query.Get("aggregation") != "Average" {
		return nil, badRequest("timespan, interval, aggregation or $filter: %v", query)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	counts, latencies := map[[2]string]int{}, []time.Duration{}
	for _, s := range c.scored {
		if !c.silent[query.Get("metricnames")] && key(s.endpoint) == key(endpoint) && s.deployment == filter[1] && !s.at.Before(since) {
			counts[[2]string{fmt.Sprint(s.status), fmt.Sprint(s.own)}]++
			latencies = append(latencies, s.latency)
		}
	}
	var series []any
	add := func(value float64, dimensions ...string) {
		metadata := []any{}
		for i := 0; i < len(dimensions); i += 2 {
			metadata = append(metadata, map[string]any{"name": map[string]any{"value": dimensions[i]}, "value": dimensions[i+1]})
		}
		series = append(series, map[string]any{"metadatavalues": metadata, "data": []any{map[string]any{"timeStamp": from, "average": value}}})
	}
	switch query.Get("metricnames") {
	case "RequestsPerMinute":
		for status, n := range counts {
			add(float64(n), "deployment", filter[1], "statuscode", status[0], "modelstatuscode", status[1])
		}
	case "RequestLatency_P95":
		if slices.Sort(latencies); len(latencies) > 0 {
			add(float64(latencies[len(latencies)*95/100].Microseconds())/1000, "deployment", filter[1])
		}
	default:
		return nil, badRequest("metricnames: %q is not known here", query.Get("metricnames"))
	}
	return map[string]any{"value": []any{map[string]any{"errorCode": "Success", "timeseries": series}}}, nil
}

// capacity answers the metric of a deployment's healthy instances.
func (c *Cloud) capacity(deployment string, query url.Values) (map[string]any, *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.resources[key(deployment)]
	if r == nil || !strings.EqualFold(r.Type, onlineType) || query.Get("aggregation") != "Maximum" || query.Get("$filter") != "State eq 'Healthy'" {
		return nil, badRequest("DeploymentCapacity of %s: %v", deployment, query)
	}
	series := []any{}
	if !c.silent["DeploymentCapacity"] {
		series = []any{map[string]any{"data": []any{map[string]any{"maximum": at(r.Body, "sku", "capacity")}}}}
	}
	return map[string]any{"value": []any{map[string]any{"errorCode": "Success", "timeseries": series}}}, nil
}

var resourceFilter = regexp.MustCompile(`resourceUri eq '([^']+)'`)

// activity answers the activity log: the failures of a resource, newest first.
func (c *Cloud) activity(query url.Values) (map[string]any, *Error) {
	filter := resourceFilter.FindStringSubmatch(query.Get("$filter"))
	if filter == nil {
		return nil, badRequest("$filter names no resourceUri: %q", query.Get("$filter"))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	events := []any{}
	for _, f := range c.failures {
		if key(f.id) == key(filter[1]) {
			events = append([]any{map[string]any{
				"eventTimestamp": f.at.UTC().Format(time.RFC3339), "status": map[string]any{"value": "Failed"},
				"operationName": map[string]any{"value": onlineType + "/write"},
				"properties":    map[string]any{"statusCode": http.StatusText(f.err.Status), "statusMessage": f.err.Code + ": " + f.err.Message},
			}}, events...)
		}
	}
	return map[string]any{"value": events}, nil
}

var deploymentQuery = regexp.MustCompile(`DeploymentName == "([^"]+)"`)

// eventLog answers the queries of Log Analytics that a rollout sends, and the
// counts that verify sends.
func (c *Cloud) eventLog(query string) (map[string]any, *Error) {
	name := deploymentQuery.FindStringSubmatch(query)
	table, _, _ := strings.Cut(query, "\n")
	if revision := revisionQuery.FindStringSubmatch(query); revision != nil {
		return c.appLog(table, revision[1], query)
	}
	if name != nil && strings.HasSuffix(query, "\n| count") && (table == "AmlOnlineEndpointConsoleLog" || table == "AmlOnlineEndpointTrafficLog") {
		return c.logLines(table, name[1]), nil
	}
	if name == nil || table != "AmlOnlineEndpointEventLog" {
		return nil, badRequest("the query is not known here: %s", query)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	rows := []any{}
	for _, r := range c.resources {
		if strings.EqualFold(r.Type, onlineType) && last(r.ID) == name[1] {
			for _, event := range c.container(r).Events {
				rows = append(rows, []any{time.Now().UTC().Format(time.RFC3339), event[0], event[1]})
			}
		}
	}
	return map[string]any{"tables": []any{map[string]any{"name": "PrimaryResult", "rows": rows}}}, nil
}

// logLines counts a table's lines of a deployment, one for each request.
func (c *Cloud) logLines(table, deployment string) map[string]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := 0
	for _, s := range c.scored {
		if !c.silent[table] && s.deployment == deployment {
			lines++
		}
	}
	return map[string]any{"tables": []any{map[string]any{"name": "PrimaryResult", "rows": []any{[]any{lines}}}}}
}
