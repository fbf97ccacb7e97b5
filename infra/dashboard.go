package infra

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// watching declares what looks at the whole: the dashboard and the budget.
func (r run) watching(base platform, endpoint *managedEndpoint) (err error) {
	if r, err = r.in("watching"); err != nil {
		return err
	}
	if err := r.dashboard(base, endpoint); err != nil {
		return err
	}
	return r.budget(base.group)
}

// dashboard makes a workbook on latency, errors, tokens and cost.
func (r run) dashboard(base platform, endpoint *managedEndpoint) error {
	return r.declareWorkbook(base, endpoint.served, r.workbook)
}

// declareWorkbook makes a workbook of a content, which is told the ids of what is
// watched, of its logs and of the resource group.
func (r run) declareWorkbook(base platform, watched served, of func(watched, logs, group string) (string, error)) error {
	content := pulumi.All(watched.ID, base.logs.ID(), base.group.id).ApplyT(func(ids []any) (string, error) {
		return of(ids[0].(string), string(ids[1].(pulumi.ID)), ids[2].(string))
	}).(pulumi.StringOutput)
	_, err := insights.NewWorkbook(r.ctx, r.named("dashboard"), &insights.WorkbookArgs{
		ResourceGroupName: base.name,
		ResourceName:      pulumi.String(stackconfig.GUID(r.names.Stem, "dashboard")),
		Location:          r.location(),
		Kind:              pulumi.String("shared"),
		Category:          pulumi.String("workbook"),
		DisplayName:       pulumi.String("Endpoint " + r.names.Endpoint),
		SourceId:          base.logs.ID().ToStringOutput(),
		SerializedData:    content,
		Tags:              r.tags,
	}, r.options()...)
	return err
}

// Queries of the workbook. The scorer logs one JSON line a request, with its
// tokens and never its text.
const (
	errorsQuery = `AmlOnlineEndpointTrafficLog
| where EndpointName == "%s"
| summarize Requests = count() by Status = tostring(ResponseCode), DeploymentName, bin(TimeGenerated, 5m)
| render timechart`
	tokensQuery = `AmlOnlineEndpointConsoleLog
| where _ResourceId has "%s"
| extend Line = parse_json(Message)
| where Line.msg == "request"
| where isnotnull(Line.tokens) or isnotnull(Line.prompt_tokens)
| summarize Texts = sum(tolong(Line.texts)), Tokens = sum(tolong(Line.tokens)), Prompt = sum(tolong(Line.prompt_tokens)), Output = sum(tolong(Line.output_tokens)) by DeploymentName, bin(TimeGenerated, 5m)
| render timechart`
	costQuery = `{
  "type": "ActualCost", "timeframe": "MonthToDate",
  "dataset": {
    "granularity": "Daily",
    "aggregation": {"totalCost": {"name": "Cost", "function": "Sum"}},
    "grouping": [{"type": "Dimension", "name": "ServiceName"}]
  }
}`
)

// workbook is the workbook's content, in Azure's Notebook/1.0 form.
func (r run) workbook(endpoint, logs, group string) (string, error) {
	items := []any{
		workbookText("## " + r.names.Endpoint + "\nLatency and load as the gateway measures them, errors and tokens from the logs, cost from Cost Management (a day late)."),
		workbookMetrics("Latency, ms", endpoint, endpointMetrics, "RequestLatency_P50", "RequestLatency_P95", "RequestLatency_P99"),
		workbookMetrics("Requests per minute", endpoint, endpointMetrics, "RequestsPerMinute"),
		workbookQuery("Answers by status", logs, fmt.Sprintf(errorsQuery, r.names.Endpoint)),
		workbookQuery("Tokens and texts", logs, fmt.Sprintf(tokensQuery, r.names.Workspace)),
	}
	for _, name := range r.cfg.DeploymentNames() {
		d := r.cfg.Deployments[name]
		azureName := stackconfig.DeploymentName(name, d.InstanceType)
		metrics := []string{"CpuUtilizationPercentage", "CpuMemoryUtilizationPercentage", "DiskUtilization"}
		if d.Model.GPU {
			metrics = append(metrics, "GpuUtilizationPercentage", "GpuMemoryUtilizationPercentage")
		}
		items = append(items, workbookMetrics(azureName+", percent", endpoint+"/deployments/"+azureName, deploymentMetrics, metrics...))
	}
	return workbookOf(append(items, workbookCost(group)), logs)
}

// workbookOf is a workbook of items.
func workbookOf(items []any, logs string) (string, error) {
	data, err := json.Marshal(map[string]any{
		"version":             "Notebook/1.0",
		"items":               items,
		"fallbackResourceIds": []string{logs},
		"$schema":             "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json",
	})
	return string(data), err
}

// Item types of a workbook.
const (
	itemText    = 1
	itemQuery   = 3
	itemMetrics = 10
)

func workbookText(markdown string) any {
	return map[string]any{"type": itemText, "name": "title", "content": map[string]any{"json": markdown}}
}

func workbookMetrics(title, resource, namespace string, metrics ...string) any {
	var list []any
	for _, metric := range metrics {
		list = append(list, map[string]any{
			"namespace": namespace, "metric": namespace + "--" + metric, "aggregation": 4, // average
		})
	}
	return map[string]any{"type": itemMetrics, "name": title, "content": map[string]any{
		"chartId": stackconfig.GUID(resource, title), "version": "MetricsItem/2.0", "size": 0, "chartType": 2, "title": title,
		"resourceType": namespace, "metricScope": 0, "resourceIds": []string{resource},
		"timeContext": map[string]any{"durationMs": 24 * 3600 * 1000}, "metrics": list,
	}}
}

func workbookQuery(title, logs, query string) any {
	return map[string]any{"type": itemQuery, "name": title, "content": map[string]any{
		"version": "KqlItem/1.0", "query": query, "size": 0, "title": title,
		"timeContext": map[string]any{"durationMs": 24 * 3600 * 1000},
		"queryType":   0, "resourceType": "microsoft.operationalinsights/workspaces", "crossComponentResources": []string{logs},
	}}
}

// workbookCost asks Cost Management, through the workbook's data source for
// Azure Resource Manager.
func workbookCost(group string) any {
	source, err := json.Marshal(map[string]any{
		"version": "ARMEndpoint/1.0", "method": "POST", "path": group + "/providers/Microsoft.CostManagement/query",
		"urlParams": []any{map[string]any{"key": "api-version", "value": "2023-03-01"}},
		"headers":   []any{}, "data": costQuery,
		"transformers": []any{map[string]any{"type": "jsonpath", "settings": map[string]any{
			"tablePath": "$.properties.rows",
			"columns": []any{
				map[string]any{"path": "$[0]", "columnid": "Cost"},
				map[string]any{"path": "$[1]", "columnid": "Day"},
				map[string]any{"path": "$[2]", "columnid": "Service"},
				map[string]any{"path": "$[3]", "columnid": "Currency"},
			},
		}}},
	})
	if err != nil {
		panic(err) // strings and numbers alone
	}
	return map[string]any{"type": itemQuery, "name": "cost", "content": map[string]any{
		"version": "KqlItem/1.0", "query": string(source), "size": 0, "title": "Cost this month", "queryType": 12,
	}}
}
