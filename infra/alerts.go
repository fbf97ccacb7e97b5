package infra

import (
	"fmt"

	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Severities of Azure Monitor: 0 is critical, 4 verbose.
const (
	severityError   = 1
	severityWarning = 2
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
| where Line.msg == "heartbeat"
| summarize Last = max(TimeGenerated)
| where isnotnull(Last)
| project SilentMinutes = datetime_diff("minute", now(), Last)`

// silentMinutes is more than logs take to arrive.
const silentMinutes = 15

// declareAlerts makes the action group and the alerts that tell it.
func (e *Endpoint) declareAlerts(ctx *pulumi.Context) error {
	if !e.args.Alerts.Enabled {
		return nil
	}
	if err := e.declareActionGroup(ctx); err != nil {
		return err
	}
	if err := e.alertOnFailedRequests(ctx); err != nil {
		return err
	}
	err := e.alertOnMetric(ctx, metricAlert{
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

func (e *Endpoint) declareActionGroup(ctx *pulumi.Context) error {
	receivers := insights.EmailReceiverArray{}
	for i, address := range e.args.Alerts.Emails {
		receivers = append(receivers, &insights.EmailReceiverArgs{
			Name:                 pulumi.String(fmt.Sprintf("email-%d", i+1)),
			EmailAddress:         pulumi.String(address),
			UseCommonAlertSchema: pulumi.Bool(true),
		})
	}
	made, err := insights.NewActionGroup(ctx, "action-group", &insights.ActionGroupArgs{
		ResourceGroupName: e.args.ResourceGroup,
		ActionGroupName:   pulumi.String(e.args.Names.ActionGroup),
		GroupShortName:    pulumi.String(e.args.ShortName),
		Location:          pulumi.String("Global"),
		Enabled:           pulumi.Bool(true),
		EmailReceivers:    receivers,
		Tags:              e.args.Tags,
	}, e.options()...)
	if err != nil {
		return err
	}
	e.actions = made.ID().ToStringOutput()
	return nil
}

func (e *Endpoint) alertOnFailedRequests(ctx *pulumi.Context) error {
	return e.alertOnQuery(ctx, queryAlert{
		name: "failed-requests", title: "Failed requests of " + e.args.Names.Endpoint,
		why:    "Percentage of answers that are 5xx, or 424 except for callers' own mistakes",
		query:  fmt.Sprintf(failedRequestsQuery, e.args.Names.Endpoint),
		window: "PT15M", column: "FailedPercent", threshold: e.args.Alerts.FailedRequestsPercent,
	})
}

func (e *Endpoint) alertOnSilence(ctx *pulumi.Context, d DeploymentArgs) error {
	return e.alertOnQuery(ctx, queryAlert{
		name: "silent-" + d.AzureName(), title: "No ready instance of " + d.AzureName(),
		why:    "Minutes since a ready instance's last heartbeat",
		query:  fmt.Sprintf(silentQuery, e.args.Names.Workspace, d.AzureName()),
		window: "PT6H", column: "SilentMinutes", threshold: silentMinutes,
	})
}

// queryAlert compares a column of a query's answer with a threshold. It fires
// above.
type queryAlert struct {
	name, title, why string
	query            string
	window           string // of the logs
	column           string
	threshold        float64
}

func (e *Endpoint) alertOnQuery(ctx *pulumi.Context, a queryAlert) error {
	_, err := insights.NewScheduledQueryRule(ctx, "alert-"+a.name, &insights.ScheduledQueryRuleArgs{
		ResourceGroupName:   e.args.ResourceGroup,
		RuleName:            pulumi.String(e.args.Names.Stem + "-" + a.name),
		Location:            pulumi.String(e.args.Location),
		Kind:                pulumi.String("LogAlert"),
		DisplayName:         pulumi.String(a.title),
		Description:         pulumi.String(a.why),
		Severity:            pulumi.Float64(severityError),
		Enabled:             pulumi.Bool(true),
		AutoMitigate:        pulumi.Bool(true),
		EvaluationFrequency: pulumi.String("PT5M"),
		WindowSize:          pulumi.String(a.window),
		Scopes:              pulumi.StringArray{e.args.Logs},
		// The table doesn't exist before its first line.
		SkipQueryValidation: pulumi.Bool(true),
		Criteria: &insights.ScheduledQueryRuleCriteriaArgs{AllOf: insights.ConditionArray{&insights.ConditionArgs{
			Query:               pulumi.String(a.query),
			MetricMeasureColumn: pulumi.String(a.column),
			TimeAggregation:     pulumi.String("Maximum"),
			Operator:            pulumi.String("GreaterThan"),
			Threshold:           pulumi.Float64(a.threshold),
			FailingPeriods: &insights.ConditionFailingPeriodsArgs{
				NumberOfEvaluationPeriods: pulumi.Float64(1), MinFailingPeriodsToAlert: pulumi.Float64(1),
			},
		}}},
		Actions: &insights.ActionsArgs{ActionGroups: pulumi.StringArray{e.actions}},
		Tags:    e.args.Tags,
	}, e.options()...)
	return err
}

// alertOnDeployment watches one deployment's instances.
func (e *Endpoint) alertOnDeployment(ctx *pulumi.Context, d DeploymentArgs) error {
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
		if err := e.alertOnMetric(ctx, a); err != nil {
			return err
		}
	}
	return e.alertOnSilence(ctx, d)
}

// metricAlert compares a metric of one resource with a threshold.
type metricAlert struct {
	name             string
	resource         pulumi.IDOutput
	namespace        string
	metric           string
	dimension, value string // narrows the metric, optional
	aggregation      string
	above            bool // fires above the threshold, else below
	threshold        int
	severity         int
	why              string
}

func (e *Endpoint) alertOnMetric(ctx *pulumi.Context, a metricAlert) error {
	operator := "LessThan"
	if a.above {
		operator = "GreaterThan"
	}
	criterion := &insights.MetricCriteriaArgs{
		CriterionType:   pulumi.String("StaticThresholdCriterion"),
		Name:            pulumi.String("threshold"),
		MetricNamespace: pulumi.String(a.namespace),
		MetricName:      pulumi.String(a.metric),
		Operator:        pulumi.String(operator),
		Threshold:       pulumi.Float64(a.threshold),
		TimeAggregation: pulumi.String(a.aggregation),
		// Azure knows a metric only after its first value.
		SkipMetricValidation: pulumi.Bool(true),
	}
	if a.dimension != "" {
		criterion.Dimensions = insights.MetricDimensionArray{&insights.MetricDimensionArgs{
			Name: pulumi.String(a.dimension), Operator: pulumi.String("Include"), Values: pulumi.StringArray{pulumi.String(a.value)},
		}}
	}
	_, err := insights.NewMetricAlert(ctx, "alert-"+a.name, &insights.MetricAlertArgs{
		ResourceGroupName:   e.args.ResourceGroup,
		RuleName:            pulumi.String(e.args.Names.Stem + "-" + a.name),
		Location:            pulumi.String("global"),
		Description:         pulumi.String(a.why),
		Severity:            pulumi.Int(a.severity),
		Enabled:             pulumi.Bool(true),
		AutoMitigate:        pulumi.Bool(true),
		EvaluationFrequency: pulumi.String("PT1M"),
		WindowSize:          pulumi.String("PT5M"),
		Scopes:              pulumi.StringArray{a.resource.ToStringOutput()},
		Criteria: &insights.MetricAlertSingleResourceMultipleMetricCriteriaArgs{
			OdataType: pulumi.String("Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"),
			AllOf:     insights.MetricCriteriaArray{criterion},
		},
		Actions: insights.MetricAlertActionArray{&insights.MetricAlertActionArgs{ActionGroupId: e.actions}},
		Tags:    e.args.Tags,
	}, e.options()...)
	return err
}
