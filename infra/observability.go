package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// observability makes the Log Analytics workspace, or looks up the existing one,
// and the Application Insights component that stores its data there.
func (r run) observability(group group) (*operationalinsights.Workspace, *insights.Component, error) {
	logs, err := r.logs(group)
	if err != nil {
		return nil, nil, err
	}
	component, err := insights.NewComponent(r.ctx, r.named("insights"), &insights.ComponentArgs{
		ResourceGroupName:   group.name,
		ResourceName:        pulumi.String(r.names.Insights),
		Location:            r.location(),
		Kind:                pulumi.String("web"),
		ApplicationType:     pulumi.String("web"),
		IngestionMode:       pulumi.String("LogAnalytics"),
		WorkspaceResourceId: logs.ID(),
		Tags:                r.tags,
	}, r.options()...)
	return logs, component, err
}

func (r run) logs(group group) (*operationalinsights.Workspace, error) {
	if r.cfg.Logs.Existing() {
		return operationalinsights.GetWorkspace(r.ctx, r.named("logs"), pulumi.ID(r.logsID()), nil, r.options()...)
	}
	return operationalinsights.NewWorkspace(r.ctx, r.named("logs"), &operationalinsights.WorkspaceArgs{
		ResourceGroupName: group.name,
		WorkspaceName:     pulumi.String(r.names.Logs),
		Location:          r.location(),
		Sku:               &operationalinsights.WorkspaceSkuArgs{Name: pulumi.String("PerGB2018")},
		RetentionInDays:   pulumi.Int(r.cfg.Logs.RetentionDays),
		WorkspaceCapping:  &operationalinsights.WorkspaceCappingArgs{DailyQuotaGb: pulumi.Float64(r.cfg.Logs.DailyCapGB)},
		Tags:              r.tags,
	}, r.options()...)
}

// diagnose sends logs and metrics of a resource to Log Analytics, whose id is
// logs.
func diagnose(ctx *pulumi.Context, name string, of pulumi.IDOutput, logs pulumi.StringInput, categories insights.LogSettingsArray,
	options ...pulumi.ResourceOption) (*insights.DiagnosticSetting, error) {
	return insights.NewDiagnosticSetting(ctx, name, &insights.DiagnosticSettingArgs{
		Name:                        pulumi.String("to-log-analytics"),
		ResourceUri:                 of.ToStringOutput(),
		WorkspaceId:                 logs,
		LogAnalyticsDestinationType: pulumi.String("Dedicated"),
		Logs:                        categories,
		Metrics: insights.MetricSettingsArray{
			&insights.MetricSettingsArgs{Category: pulumi.String("AllMetrics"), Enabled: pulumi.Bool(true)},
		},
	}, options...)
}

func logCategories(categories ...string) insights.LogSettingsArray {
	var logs insights.LogSettingsArray
	for _, category := range categories {
		logs = append(logs, &insights.LogSettingsArgs{Category: pulumi.String(category), Enabled: pulumi.Bool(true)})
	}
	return logs
}
