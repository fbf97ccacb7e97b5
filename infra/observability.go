package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// declareObservability makes the Log Analytics workspace and the Application
// Insights component that stores its data there.
func (s *stack) declareObservability() (err error) {
	args := &operationalinsights.WorkspaceArgs{
		ResourceGroupName: s.group.Name,
		WorkspaceName:     pulumi.String(s.names.Logs),
		Location:          s.location(),
		Sku:               &operationalinsights.WorkspaceSkuArgs{Name: pulumi.String("PerGB2018")},
		RetentionInDays:   pulumi.Int(s.cfg.Logs.RetentionDays),
		WorkspaceCapping:  &operationalinsights.WorkspaceCappingArgs{DailyQuotaGb: pulumi.Float64(s.cfg.Logs.DailyCapGB)},
		Tags:              s.tags,
	}
	if s.logs, err = operationalinsights.NewWorkspace(s.ctx, "logs", args); err != nil {
		return err
	}
	s.insights, err = insights.NewComponent(s.ctx, "insights", &insights.ComponentArgs{
		ResourceGroupName:   s.group.Name,
		ResourceName:        pulumi.String(s.names.Insights),
		Location:            s.location(),
		Kind:                pulumi.String("web"),
		ApplicationType:     pulumi.String("web"),
		IngestionMode:       pulumi.String("LogAnalytics"),
		WorkspaceResourceId: s.logs.ID(),
		Tags:                s.tags,
	})
	return err
}

// diagnose sends logs and metrics of a resource to Log Analytics.
func (s *stack) diagnose(name string, id pulumi.IDOutput, logs insights.LogSettingsArray) (*insights.DiagnosticSetting, error) {
	return insights.NewDiagnosticSetting(s.ctx, name, &insights.DiagnosticSettingArgs{
		Name:                        pulumi.String("to-log-analytics"),
		ResourceUri:                 id.ToStringOutput(),
		WorkspaceId:                 s.logs.ID(),
		LogAnalyticsDestinationType: pulumi.String("Dedicated"),
		Logs:                        logs,
		Metrics: insights.MetricSettingsArray{
			&insights.MetricSettingsArgs{Category: pulumi.String("AllMetrics"), Enabled: pulumi.Bool(true)},
		},
	})
}

func logCategories(categories ...string) insights.LogSettingsArray {
	var logs insights.LogSettingsArray
	for _, category := range categories {
		logs = append(logs, &insights.LogSettingsArgs{Category: pulumi.String(category), Enabled: pulumi.Bool(true)})
	}
	return logs
}
