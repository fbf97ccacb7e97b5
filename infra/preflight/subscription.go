package preflight

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// API versions of the other providers.
const (
	budgetVersion = "2023-05-01"
	skusVersion   = "2021-07-01"
)

// checkBudget asks whether the subscription can have budgets: on offers that
// Cost Management doesn't serve, such as sponsored ones, the list is refused
// with the same sentence as a budget (mivano/azure-cost-cli#24,
// Azure/azure-powershell#11642), and the whole update would be.
func (r *Report) checkBudget(ctx context.Context, stack Stack, client *Client) {
	if !stack.Budget {
		return
	}
	err := client.list(ctx, client.provider("Microsoft.Consumption/budgets"), budgetVersion, nil, func(json.RawMessage) error { return nil })
	switch {
	case arm.Status(err) == http.StatusBadRequest:
		r.find("budget.monthlyAmount: this subscription can't have budgets: %s; set budget.monthlyAmount to 0", arm.Reason(err))
	case err != nil:
		r.skip("whether the subscription can have a budget", err.Error())
	}
}

// checkRestrictions warns of sizes that the subscription may not use in the
// region, whatever its quota: their deployments stay in Creating for an hour.
// It is no finding: the list is that of virtual machines, and Azure ML's own
// hosts may differ.
func (r *Report) checkRestrictions(ctx context.Context, stack Stack, client *Client) {
	restricted, err := client.restricted(ctx, stack.Location)
	if err != nil {
		r.skip("restrictions of sizes", err.Error())
		return
	}
	for _, d := range stack.Deployments {
		size := strings.ToLower(d.Size)
		if !restricted[size] {
			continue
		}
		r.warn("deployments.%s.instanceType = %q: %s restricts it for this subscription (NotAvailableForSubscription), whatever the quota; "+
			"regions without the restriction: %s; or ask Azure's support to lift it", d.Name, d.Size, stack.Location, client.unrestricted(ctx, stack.Location, size))
	}
}

// restricted says of each size of a region, by its name in lower case, whether
// the subscription may not use it there.
func (c *Client) restricted(ctx context.Context, location string) (map[string]bool, error) {
	all := map[string]bool{}
	err := c.list(ctx, c.provider("Microsoft.Compute/skus"), skusVersion, map[string]string{"$filter": fmt.Sprintf("location eq '%s'", location)}, func(data json.RawMessage) error {
		var sku struct {
			Name, ResourceType string
			Locations          []string
			Restrictions       []struct{ Type, ReasonCode string }
		}
		if err := json.Unmarshal(data, &sku); err != nil {
			return err
		}
		if !strings.EqualFold(sku.ResourceType, "virtualMachines") || !slices.ContainsFunc(sku.Locations, func(l string) bool { return strings.EqualFold(l, location) }) {
			return nil
		}
		name := strings.ToLower(sku.Name)
		if _, ok := all[name]; !ok {
			all[name] = false
		}
		for _, restriction := range sku.Restrictions {
			// One of type Zone leaves other zones.
			if restriction.ReasonCode == "NotAvailableForSubscription" && restriction.Type == "Location" {
				all[name] = true
			}
		}
		return nil
	})
	return all, err
}

// unrestricted names other regions that have a size without the restriction.
func (c *Client) unrestricted(ctx context.Context, not, size string) string {
	var out []string
	for _, region := range otherRegions {
		if region == not {
			continue
		}
		restricted, err := c.restricted(ctx, region)
		if there, ok := restricted[size]; err == nil && ok && !there {
			out = append(out, region)
		}
	}
	if len(out) == 0 {
		return "none of those asked (" + strings.Join(otherRegions, ", ") + ")"
	}
	return strings.Join(out, ", ")
}

// provider is the path of what a resource provider lists for the subscription.
func (c *Client) provider(what string) string {
	return "/subscriptions/" + url.PathEscape(c.Subscription) + "/providers/" + what
}
