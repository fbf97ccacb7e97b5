package preflight

import (
	"strings"
	"testing"
)

// TestBudget: on an offer without Cost Management, a stack with a budget is
// refused, one without isn't.
func TestBudget(t *testing.T) {
	a := newAzure(t)
	stack := Stack{Location: "westeurope", Deployments: []Deployment{dev()}, Budget: true}
	if err := Check(t.Context(), stack, a.client()).Err(); err != nil {
		t.Error(err)
	}
	a.offer = "MS-AZR-0036P"
	err := Check(t.Context(), stack, a.client()).Err()
	if err == nil || !strings.Contains(err.Error(), "budget.monthlyAmount") || !strings.Contains(err.Error(), "offerId: MS-AZR-0036P") {
		t.Error(err)
	}
	stack.Budget = false
	if err := Check(t.Context(), stack, a.client()).Err(); err != nil {
		t.Error(err)
	}
}

// sku is a size as Microsoft.Compute/skus lists it, restricted by a type of
// restriction, or not.
func sku(name, region, restriction string) map[string]any {
	s := map[string]any{"name": name, "resourceType": "virtualMachines", "locations": []string{region}, "restrictions": []any{}}
	if restriction != "" {
		s["restrictions"] = []any{map[string]any{"type": restriction, "values": []string{region}, "reasonCode": "NotAvailableForSubscription"}}
	}
	return s
}

// TestRestrictions: a size that the subscription may not use in the region is a
// warning that names regions without it, over pages.
func TestRestrictions(t *testing.T) {
	a := newAzure(t)
	a.pageSize = 1
	a.skus = map[string][]map[string]any{
		"westeurope":    {sku("Standard_F4s_v2", "westeurope", "Zone"), sku("Standard_NC4as_T4_v3", "WestEurope", "Location")},
		"northeurope":   {sku("Standard_F4s_v2", "northeurope", "")}, // has no T4
		"swedencentral": {sku("Standard_NC4as_T4_v3", "swedencentral", "Location")},
		"eastus":        {sku("Standard_NC4as_T4_v3", "eastus", "Zone")},
		"westus3":       {sku("Standard_NC4as_T4_v3", "westus3", "")},
	}
	report := Check(t.Context(), Stack{Location: "westeurope", Deployments: []Deployment{dev(), gpu()}}, a.client())
	if len(report.Warnings) != 1 || !strings.Contains(report.Warnings[0], `"Standard_NC4as_T4_v3": westeurope restricts it`) ||
		!strings.Contains(report.Warnings[0], "without the restriction: eastus, westus3;") {
		t.Errorf("warnings: %q", report.Warnings)
	}
	if lines := report.Lines(); len(lines) == 0 || !strings.HasPrefix(lines[0], "warning: deployments.blue.instanceType") {
		t.Errorf("lines: %q", lines)
	}
}
