package infra

import "fmt"

// Queries of an app's workbook, on the scorer's log.
const (
	appLatencyQuery = appRequestsQuery + `| summarize P50 = percentile(todouble(Line.duration_ms), 50), P95 = percentile(todouble(Line.duration_ms), 95), P99 = percentile(todouble(Line.duration_ms), 99) by bin(TimeGenerated, 5m)
| render timechart`
	appStatusQuery = appRequestsQuery + `| summarize Requests = count() by Status = tostring(Line.status), RevisionName, bin(TimeGenerated, 5m)
| render timechart`
	appTokensQuery = appRequestsQuery + `| where isnotnull(Line.tokens) or isnotnull(Line.prompt_tokens)
| summarize Texts = sum(tolong(Line.texts)), Tokens = sum(tolong(Line.tokens)), Prompt = sum(tolong(Line.prompt_tokens)), Output = sum(tolong(Line.output_tokens)) by RevisionName, bin(TimeGenerated, 5m)
| render timechart`
)

// appDashboard makes a workbook on an app's latency, errors, tokens, replicas and
// cost.
func (r run) appDashboard(base platform, app *hostedApp) error {
	return r.declareWorkbook(base, app.served, r.appWorkbook)
}

func (r run) appWorkbook(app, logs, group string) (string, error) {
	name := r.names.Endpoint
	return workbookOf([]any{
		workbookText("## " + name + "\nLatency, errors and tokens from the scorer's log, replicas and load as Azure measures them, cost from Cost Management (a day late)."),
		workbookQuery("Latency, ms", logs, fmt.Sprintf(appLatencyQuery, name)),
		workbookQuery("Answers by status", logs, fmt.Sprintf(appStatusQuery, name)),
		workbookQuery("Tokens and texts", logs, fmt.Sprintf(appTokensQuery, name)),
		workbookMetrics("Replicas", app, appMetrics, "Replicas", "RestartCount"),
		workbookMetrics("Load, percent", app, appMetrics, "CpuPercentage", "MemoryPercentage"),
		workbookCost(group),
	}, logs)
}
