package infra

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// appMetrics is the namespace of the metrics that Azure measures of an app
// (Microsoft Learn, azure-monitor/reference/supported-metrics/
// microsoft-app-containerapps-metrics).
const appMetrics = "Microsoft.App/containerApps"

// appRequestsQuery begins the queries of an app's requests: Azure has no log of
// them, but the scorer has, one JSON line a request.
const appRequestsQuery = `ContainerAppConsoleLogs
| where ContainerAppName == "%s" and ContainerName == "scorer"
| extend Line = parse_json(Log)
| where Line.msg == "request"
`

// A few requests are no rate, and no percentile.
const (
	appFailedQuery = appRequestsQuery + `| summarize Total = count(), Failed = countif(toint(Line.status) >= 500)
| where Total >= 20
| project FailedPercent = 100.0 * Failed / Total`
	appSlowQuery = appRequestsQuery + `| summarize Total = count(), P95 = percentile(todouble(Line.duration_ms), 95)
| where Total >= 20
| project P95`
	// appSilentQuery is silentQuery for a deployment that always has a replica.
	appSilentQuery = `ContainerAppConsoleLogs
| where ContainerAppName == "%s" and RevisionName startswith "%s--%s-" and ContainerName == "scorer"
| extend Line = parse_json(Log)
` + sinceHeartbeat
)

// restarts are more than a replica has in a normal life.
const restarts = 2

// declareAlerts makes the action group and the alerts that tell it.
func (a *hostedApp) declareAlerts(ctx *pulumi.Context) error {
	if !a.args.Alerts.Enabled {
		return nil
	}
	name := a.args.Names.Endpoint
	l := &alerting{
		logical: a.logical, names: a.args.Names, location: a.args.Location, resourceGroup: a.args.ResourceGroup, logs: a.args.Logs,
		alerts: a.args.Alerts, shortName: a.args.ShortName, tags: a.args.Tags, parent: a,
	}
	if err := l.declareActionGroup(ctx); err != nil {
		return err
	}
	queries := []queryAlert{
		{name: "failed-requests", title: "Failed requests of " + name, why: "Percentage of answers that are 5xx",
			query: fmt.Sprintf(appFailedQuery, name), window: "PT15M", column: "FailedPercent", threshold: a.args.Alerts.FailedRequestsPercent},
		{name: "slow-requests", title: "Slow requests of " + name, why: "95 % of the requests should be faster than this many milliseconds, from when a replica has them",
			query: fmt.Sprintf(appSlowQuery, name), window: "PT15M", column: "P95", threshold: float64(a.args.Alerts.LatencyP95Milliseconds), severity: severityWarning},
	}
	for _, d := range a.args.Deployments {
		if d.Replicas.Minimum > 0 { // one that scales to zero is silent as a rule
			queries = append(queries, queryAlert{name: "silent-" + d.Name, title: "No ready replica of " + d.Name, why: "Minutes since a ready replica's last heartbeat",
				query: fmt.Sprintf(appSilentQuery, name, name, d.Name), window: "PT6H", column: "SilentMinutes", threshold: silentMinutes})
		}
	}
	for _, query := range queries {
		if err := l.alertOnQuery(ctx, query); err != nil {
			return err
		}
	}
	for _, metric := range []metricAlert{
		{name: "restarts", metric: "RestartCount", threshold: restarts, severity: severityError, why: "A replica is started again and again"},
		{name: "memory-full", metric: "MemoryPercentage", threshold: a.args.Alerts.MemoryPercent, severity: severityWarning, why: "Memory in use, percent"},
	} {
		metric.resource, metric.namespace, metric.aggregation, metric.above = a.app.ID(), appMetrics, "Maximum", true
		if err := l.alertOnMetric(ctx, metric); err != nil {
			return err
		}
	}
	return nil
}
