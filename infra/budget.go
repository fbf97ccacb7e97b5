package infra

import (
	"time"

	"github.com/pulumi/pulumi-azure-native-sdk/consumption/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// budget watches what the resource group costs in a month, and tells
// its owners and the addresses that hear the alerts.
func (r run) budget(group group) error {
	if r.cfg.Budget.MonthlyAmount == 0 {
		return nil
	}
	notify := func(kind string, percent float64) *consumption.NotificationArgs {
		return &consumption.NotificationArgs{
			Enabled:       pulumi.Bool(true),
			Operator:      pulumi.String("GreaterThan"),
			Threshold:     pulumi.Float64(percent),
			ThresholdType: pulumi.String(kind),
			ContactEmails: pulumi.ToStringArray(r.cfg.Alerts.Emails),
			ContactRoles:  pulumi.StringArray{pulumi.String("Owner")},
		}
	}
	// Azure takes a start in the running month only, so it is the month of
	// the first `up`, and stays that.
	start := time.Now().UTC().Format("2006-01") + "-01T00:00:00Z"
	_, err := consumption.NewBudget(r.ctx, r.named("budget"), &consumption.BudgetArgs{
		BudgetName: pulumi.String(r.names.Stem),
		Scope:      group.id,
		Category:   pulumi.String("Cost"),
		TimeGrain:  pulumi.String("Monthly"),
		Amount:     pulumi.Float64(r.cfg.Budget.MonthlyAmount),
		TimePeriod: &consumption.BudgetTimePeriodArgs{StartDate: pulumi.String(start)},
		Notifications: consumption.NotificationMap{
			"actual-80":    notify("Actual", 80),
			"actual-100":   notify("Actual", 100),
			"forecast-100": notify("Forecasted", 100),
		},
	}, r.options(pulumi.IgnoreChanges([]string{"timePeriod"}))...)
	return err
}
