package infra

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// failedRequestsQuery counts what is a failure of ours: the gateway's own 5xx,
// and 424, which stands for any error of the container, but for the container's
// 4xx: that is the caller's own mistake. ModelStatusCode, a number, is empty
// where the container said nothing (Azure Monitor's reference of the table). A
// few requests are no rate.
const failedRequestsQuery = `AmlOnlineEndpointTrafficLog
| where EndpointName == "%s"
| summarize Total = count(), Failed = countif(toint(ResponseCode) >= 500 or toint(ResponseCode) == 424 and coalesce(toint(ModelStatusCode), 0) !between (400 .. 499))
| where Total >= 20
| project FailedPercent = 100.0 * Failed / Total`

// silentQuery says for how long a deployment's ready instances have been silent.
// A metric that ends raises no alert on its values; a heartbeat that was there
// within hours and isn't any more does, and one that never was doesn't. The
// console's table has DeploymentName, and the endpoint in _ResourceId alone.
const silentQuery = `AmlOnlineEndpointConsoleLog
| where _ResourceId has "%s" and DeploymentName == "%s"
| extend Line = parse_json(Message)
` + sinceHeartbeat

// sinceHeartbeat ends a query that has a Line of the scorer's log.
const sinceHeartbeat = `| where Line.msg == "heartbeat"
| summarize Last = max(TimeGenerated)
| where isnotnull(Last)
| project SilentMinutes = datetime_diff("minute", now(), Last)`

// silentMinutes is more than logs take to arrive.
const silentMinutes = 15

// declareAlerts makes the action group and the alerts that tell it.
func (e *managedEndpoint) declareAlerts(ctx *pulumi.Context) error {
	if !e.args.Alerts.Enabled {
		return nil
	}
	e.alerting = &alerting{
		logical: e.logical, names: e.args.Names, location: e.args.Location, resourceGroup: e.args.ResourceGroup, logs: e.args.Logs,
		alerts: e.args.Alerts, shortName: e.args.ShortName, tags: e.args.Tags, parent: e,
	}
	if err := e.alerting.declareActionGroup(ctx); err != nil {
		return err
	}
	if err := e.alertOnFailedRequests(ctx); err != nil {
		return err
	}
	err := e.alerting.alertOnMetric(ctx, metricAlert{
		name: "slow-requests", resource: e.endpoint.ID(), namespace: endpointMetrics, metric: "RequestLatency_P95",
		aggregation: "Average", above: true, threshold: e.args.Alerts.LatencyP95Milliseconds, severity: severityWarning,
		why: "95 % of the requests should be faster than this many milliseconds",
	})
	if err != nil {
		return err
	}
	for _, d := range e.args.Deployments {
		if err := e.alertOnDeployment(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (e *managedEndpoint) alertOnFailedRequests(ctx *pulumi.Context) error {
	return e.alerting.alertOnQuery(ctx, queryAlert{
		name: "failed-requests", title: "Failed requests of " + e.args.Names.Endpoint,
		why:    "Percentage of answers that are 5xx, or 424 except for callers' own mistakes",
		query:  fmt.Sprintf(failedRequestsQuery, e.args.Names.Endpoint),
		window: "PT15M", column: "FailedPercent", threshold: e.args.Alerts.FailedRequestsPercent,
	})
}

func (e *managedEndpoint) alertOnSilence(ctx *pulumi.Context, d deploymentArgs) error {
	return e.alerting.alertOnQuery(ctx, queryAlert{
		name: "silent-" + d.AzureName(), title: "No ready instance of " + d.AzureName(),
		why:    "Minutes since a ready instance's last heartbeat",
		query:  fmt.Sprintf(silentQuery, e.args.Names.Workspace, d.AzureName()),
		window: "PT6H", column: "SilentMinutes", threshold: silentMinutes,
	})
}

// alertOnDeployment watches one deployment's instances.
func (e *managedEndpoint) alertOnDeployment(ctx *pulumi.Context, d deploymentArgs) error {
	alert := func(what, metric, aggregation string, above bool, threshold, severity int, why string) metricAlert {
		return metricAlert{
			name: what + "-" + d.AzureName(), resource: e.deployments[d.Name].ID(), namespace: deploymentMetrics,
			metric: metric, aggregation: aggregation, above: above, threshold: threshold, severity: severity, why: why,
		}
	}
	healthy := alert("no-healthy-instance", "DeploymentCapacity", "Maximum", false, 1, severityError, "No instance is healthy")
	healthy.dimension, healthy.value = "State", "Healthy"
	alerts := []metricAlert{
		healthy,
		alert("disk-full", "DiskUtilization", "Maximum", true, e.args.Alerts.DiskPercent, severityWarning, "Images and models fill the disk, percent"),
		alert("memory-full", "CpuMemoryUtilizationPercentage", "Maximum", true, e.args.Alerts.MemoryPercent, severityWarning, "Memory in use, percent"),
	}
	if d.Model.GPU {
		alerts = append(alerts, alert("gpu-memory-full", "GpuMemoryUtilizationPercentage", "Maximum", true,
			e.args.Alerts.GPUMemoryPercent, severityWarning, "GPU memory in use, percent"))
	}
	for _, a := range alerts {
		if err := e.alerting.alertOnMetric(ctx, a); err != nil {
			return err
		}
	}
	return e.alertOnSilence(ctx, d)
}
