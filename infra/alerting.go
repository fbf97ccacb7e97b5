package infra

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Severities of Azure Monitor: 0 is critical, 4 verbose.
const (
	severityError   = 1
	severityWarning = 2
)

// alerting declares alerts, and the action group that they tell.
type alerting struct {
	logical
	names         stackconfig.Names
	location      string
	resourceGroup pulumi.StringInput // name
	logs          pulumi.StringInput // ARM id of the Log Analytics workspace
	alerts        stackconfig.Alerts
	shortName     string // of the action group, at most 12 characters
	tags          pulumi.StringMap
	parent        pulumi.Resource

	actions pulumi.StringInput // the action group's id
}

func (l *alerting) declareActionGroup(ctx *pulumi.Context) error {
	receivers := insights.EmailReceiverArray{}
	for i, address := range l.alerts.Emails {
		receivers = append(receivers, &insights.EmailReceiverArgs{
			Name:                 pulumi.String(fmt.Sprintf("email-%d", i+1)),
			EmailAddress:         pulumi.String(address),
			UseCommonAlertSchema: pulumi.Bool(true),
		})
	}
	made, err := insights.NewActionGroup(ctx, l.named("action-group"), &insights.ActionGroupArgs{
		ResourceGroupName: l.resourceGroup,
		ActionGroupName:   pulumi.String(l.names.ActionGroup),
		GroupShortName:    pulumi.String(l.shortName),
		Location:          pulumi.String("Global"),
		Enabled:           pulumi.Bool(true),
		EmailReceivers:    receivers,
		Tags:              l.tags,
	}, pulumi.Parent(l.parent))
	if err != nil {
		return err
	}
	l.actions = made.ID().ToStringOutput()
	return nil
}

// queryAlert compares a column of a query's answer with a threshold. It fires
// above.
type queryAlert struct {
	name, title, why string
	query            string
	window           string // of the logs
	column           string
	threshold        float64
	severity         int // severityError unless it is set
}

func (l *alerting) alertOnQuery(ctx *pulumi.Context, a queryAlert) error {
	_, err := insights.NewScheduledQueryRule(ctx, l.named("alert-"+a.name), &insights.ScheduledQueryRuleArgs{
		ResourceGroupName:   l.resourceGroup,
		RuleName:            pulumi.String(l.names.Stem + "-" + a.name),
		Location:            pulumi.String(l.location),
		Kind:                pulumi.String("LogAlert"),
		DisplayName:         pulumi.String(a.title),
		Description:         pulumi.String(a.why),
		Severity:            pulumi.Float64(cmp.Or(a.severity, severityError)),
		Enabled:             pulumi.Bool(true),
		AutoMitigate:        pulumi.Bool(true),
		EvaluationFrequency: pulumi.String("PT5M"),
		WindowSize:          pulumi.String(a.window),
		Scopes:              pulumi.StringArray{l.logs},
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
		Actions: &insights.ActionsArgs{ActionGroups: pulumi.StringArray{l.actions}},
		Tags:    l.tags,
	}, pulumi.Parent(l.parent))
	return err
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

func (l *alerting) alertOnMetric(ctx *pulumi.Context, a metricAlert) error {
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
	_, err := insights.NewMetricAlert(ctx, l.named("alert-"+a.name), &insights.MetricAlertArgs{
		ResourceGroupName:   l.resourceGroup,
		RuleName:            pulumi.String(l.names.Stem + "-" + a.name),
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
		Actions: insights.MetricAlertActionArray{&insights.MetricAlertActionArgs{ActionGroupId: l.actions}},
		Tags:    l.tags,
	}, pulumi.Parent(l.parent))
	return err
}
