package infra

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Namespaces of the metrics that Azure ML measures.
const (
	endpointMetrics   = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
	deploymentMetrics = endpointMetrics + "/deployments"
)

// An instance takes 12 to 18 minutes to come, so scaling out again before it
// is there would overshoot; scaling in is slower still, to hold what came.
const (
	scaleOutCooldown = "PT15M"
	scaleInCooldown  = "PT30M"
)

// declareScaling lets Azure Monitor choose the instance counts.
func (e *managedEndpoint) declareScaling(ctx *pulumi.Context) error {
	for _, d := range e.args.Deployments {
		if d.Autoscale == nil {
			continue
		}
		name := e.args.Names.Stem + "-" + d.AzureName()
		_, err := insights.NewAutoscaleSetting(ctx, e.named("autoscale-"+d.AzureName()), &insights.AutoscaleSettingArgs{
			ResourceGroupName:    e.args.ResourceGroup,
			AutoscaleSettingName: pulumi.String(name),
			Name:                 pulumi.String(name),
			Location:             pulumi.String(e.args.Location),
			Enabled:              pulumi.Bool(true),
			TargetResourceUri:    e.deployments[d.Name].ID().ToStringOutput(),
			Profiles:             e.scaleProfiles(d),
			Tags:                 e.args.Tags,
		}, e.options()...)
		if err != nil {
			return err
		}
	}
	return nil
}

// defaultProfile is the profile outside all schedules.
const defaultProfile = "default"

// scaleProfiles are the default profile and two for each schedule: one that
// begins it, and one that ends it by repeating the default, in whose name
// Azure wants to read which one it ends.
func (e *managedEndpoint) scaleProfiles(d deploymentArgs) insights.AutoscaleProfileArray {
	a := d.Autoscale
	rules := e.scaleRules(d)
	usual := scaleCapacity(a.Minimum, a.Maximum, d.InstanceCount)
	var profiles insights.AutoscaleProfileArray
	for _, schedule := range a.Schedules {
		profiles = append(profiles, &insights.AutoscaleProfileArgs{
			Name:       pulumi.String(schedule.Name),
			Capacity:   scaleCapacity(schedule.Minimum, schedule.Maximum, schedule.Minimum),
			Rules:      rules,
			Recurrence: weekly(schedule, schedule.From),
		}, &insights.AutoscaleProfileArgs{
			Name:       pulumi.String(fmt.Sprintf(`{"name":%q,"for":%q}`, defaultProfile, schedule.Name)),
			Capacity:   usual,
			Rules:      rules,
			Recurrence: weekly(schedule, schedule.To),
		})
	}
	return append(profiles, &insights.AutoscaleProfileArgs{
		Name: pulumi.String(defaultProfile), Capacity: usual, Rules: rules,
	})
}

func scaleCapacity(minimum, maximum, initial int) *insights.ScaleCapacityArgs {
	return &insights.ScaleCapacityArgs{
		Minimum: pulumi.String(strconv.Itoa(minimum)),
		Maximum: pulumi.String(strconv.Itoa(maximum)),
		Default: pulumi.String(strconv.Itoa(initial)),
	}
}

// weekly recurs on the schedule's days at a time HH:MM.
func weekly(schedule stackconfig.Schedule, at string) *insights.RecurrenceArgs {
	hour, minute, _ := strings.Cut(at, ":") // config_check.go has parsed it
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	return &insights.RecurrenceArgs{
		Frequency: insights.RecurrenceFrequencyWeek,
		Schedule: &insights.RecurrentScheduleArgs{
			Days:     pulumi.ToStringArray(schedule.Days),
			Hours:    pulumi.IntArray{pulumi.Int(h)},
			Minutes:  pulumi.IntArray{pulumi.Int(m)},
			TimeZone: pulumi.String(schedule.TimeZone),
		},
	}
}

func (e *managedEndpoint) scaleRules(d deploymentArgs) insights.ScaleRuleArray {
	rules := insights.ScaleRuleArray{}
	a := d.Autoscale
	deployment := e.deployments[d.Name].ID().ToStringOutput()
	band := func(metric string, band *stackconfig.Band) {
		if band != nil {
			rules = append(rules,
				scaleRule(deploymentMetrics, metric, deployment, "", insights.ComparisonOperationTypeGreaterThan, band.Out),
				scaleRule(deploymentMetrics, metric, deployment, "", insights.ComparisonOperationTypeLessThan, band.In))
		}
	}
	band("CpuUtilizationPercentage", a.CPUPercent)
	band("GpuUtilizationPercentage", a.GPUPercent)
	if a.LatencyP95Milliseconds > 0 {
		rules = append(rules, scaleRule(endpointMetrics, "RequestLatency_P95", e.endpoint.ID().ToStringOutput(),
			d.AzureName(), insights.ComparisonOperationTypeGreaterThan, a.LatencyP95Milliseconds))
	}
	return rules
}

// scaleRule adds an instance above a threshold, or takes one away below it,
// looking at five minutes. deployment narrows an endpoint's metric to one.
func scaleRule(namespace, metric string, resource pulumi.StringInput, deployment string,
	operator insights.ComparisonOperationType, threshold int) *insights.ScaleRuleArgs {
	direction, cooldown := insights.ScaleDirectionIncrease, scaleOutCooldown
	if operator == insights.ComparisonOperationTypeLessThan {
		direction, cooldown = insights.ScaleDirectionDecrease, scaleInCooldown
	}
	dimensions := insights.ScaleRuleMetricDimensionArray{}
	if deployment != "" {
		dimensions = append(dimensions, &insights.ScaleRuleMetricDimensionArgs{
			DimensionName: pulumi.String("deployment"),
			Operator:      pulumi.String("Equals"),
			Values:        pulumi.StringArray{pulumi.String(deployment)},
		})
	}
	return &insights.ScaleRuleArgs{
		MetricTrigger: &insights.MetricTriggerArgs{
			MetricNamespace:   pulumi.String(namespace),
			MetricName:        pulumi.String(metric),
			MetricResourceUri: resource,
			Dimensions:        dimensions,
			Statistic:         insights.MetricStatisticTypeAverage,
			TimeAggregation:   insights.TimeAggregationTypeAverage,
			TimeGrain:         pulumi.String("PT1M"),
			TimeWindow:        pulumi.String("PT5M"),
			Operator:          operator,
			Threshold:         pulumi.Float64(threshold),
		},
		ScaleAction: &insights.ScaleActionArgs{
			Direction: direction,
			Type:      insights.ScaleTypeChangeCount,
			Value:     pulumi.String("1"),
			Cooldown:  pulumi.String(cooldown),
		},
	}
}
