package preflight

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// cores is the quota that instances of a size use. Managed online endpoints
// reserve a fifth more instances, for upgrades.
func cores(instances, vCPUs int) int {
	return (instances*12 + 9) / 10 * vCPUs
}

// otherRegions are asked for quota where a stack's own has too little.
var otherRegions = []string{"westeurope", "northeurope", "swedencentral", "uksouth", "francecentral", "eastus", "eastus2", "southcentralus", "westus3"}

// checkQuota compares what the stack needs at its largest with what the
// subscription has left: all deployments at their maximum, and those that
// exist and will be taken out, which go only after the others have come.
func (r *Report) checkQuota(ctx context.Context, stack Stack, sizes map[string]size, client *Client) {
	usages, err := client.usages(ctx, stack.Location)
	if err != nil {
		r.skip("quota", err.Error())
		return
	}
	var existing []running
	if stack.Endpoint != "" {
		if existing, err = client.running(ctx, stack.Endpoint); err != nil {
			// Without, the stack's own cores would count as used by others.
			r.skip("quota", "what the stack's own deployments use isn't known: "+err.Error())
			return
		}
	}
	needed, own, parts := map[string]int{}, map[string]int{}, map[string][]string{}
	for _, d := range stack.Deployments {
		if s, ok := sizes[strings.ToLower(d.Size)]; ok {
			needed[s.Family] += cores(d.Maximum, s.VCPUs)
			parts[s.Family] = append(parts[s.Family], fmt.Sprintf("%s %d x %s", d.Name, d.Maximum, s.Name))
		}
	}
	for _, e := range existing {
		s, ok := sizes[strings.ToLower(e.Size)]
		if !ok {
			continue
		}
		own[s.Family] += cores(e.Instances, s.VCPUs)
		if !slices.ContainsFunc(stack.Deployments, func(d Deployment) bool { return d.Azure == e.Name }) {
			needed[s.Family] += cores(e.Instances, s.VCPUs)
			parts[s.Family] = append(parts[s.Family], fmt.Sprintf("%s, until it is taken out, %d x %s", e.Name, e.Instances, s.Name))
		}
	}
	r.checkTotal(stack, usages, needed, own)
	for _, family := range slices.Sorted(maps.Keys(needed)) {
		quota, ok := familyQuota(usages, family)
		if !ok {
			r.skip("quota of "+family, "Azure lists none in "+stack.Location)
			continue
		}
		used := max(quota.CurrentValue-own[family], 0)
		if quota.Limit < 0 || needed[family] <= quota.Limit-used {
			continue
		}
		r.find("quota of %s in %s: needed %d vCPUs (1.2 x instances, rounded up, x vCPUs: %s), used by others %d, limit %d; "+
			"sizes that would fit: %s; regions that would: %s; ask for more machine learning quota at https://ml.azure.com/quota",
			quota.Name.Value, stack.Location, needed[family], strings.Join(parts[family], "; "), used, quota.Limit,
			alternatives(stack, sizes, usages, family), regions(ctx, client, stack.Location, family, needed[family]))
	}
}

// checkTotal compares the sum over all families with the region's total, which
// binds as well.
func (r *Report) checkTotal(stack Stack, usages []usage, needed, own map[string]int) {
	at := slices.IndexFunc(usages, func(u usage) bool { return u.of("dedicatedCores") })
	if at < 0 {
		return // not every answer has one
	}
	total, sum, mine := usages[at], 0, 0
	for family, n := range needed {
		sum += n
		mine += own[family]
	}
	used := max(total.CurrentValue-mine, 0)
	if total.Limit < 0 || sum <= total.Limit-used {
		return
	}
	r.find("%s in %s: needed %d vCPUs for all deployments (1.2 x instances, rounded up, x vCPUs), used by others %d, limit %d; "+
		"ask for more machine learning quota at https://ml.azure.com/quota", total.Name.Value, stack.Location, sum, used, total.Limit)
}

// of reports whether the quota is of a kind, by the end of its type. The same
// names appear again for workspaces and computes.
func (u usage) of(kind string) bool {
	return strings.HasSuffix(strings.ToLower(u.Type), "/locations/"+strings.ToLower(kind)+"/usages") ||
		strings.HasSuffix(strings.ToLower(u.Type), "services/"+strings.ToLower(kind)+"/usages")
}

// familyQuota finds the quota of a family of sizes: dedicated, not low
// priority.
func familyQuota(usages []usage, family string) (usage, bool) {
	for _, u := range usages {
		name := plain(u.Name.Value)
		if u.of("vmFamily") && strings.HasPrefix(name, plain(family)) && !strings.Contains(name, "lowpriority") {
			return u, true
		}
	}
	return usage{}, false
}

// alternatives names sizes of other families that the family's deployments
// would fit on with the quota that is left.
func alternatives(stack Stack, sizes map[string]size, usages []usage, family string) string {
	var out []string
	for _, d := range stack.Deployments {
		if sizes[strings.ToLower(d.Size)].Family != family {
			continue
		}
		names := fitting(d, sizes, func(s size) bool {
			quota, ok := familyQuota(usages, s.Family)
			return ok && s.Family != family && (quota.Limit < 0 || cores(d.Maximum, s.VCPUs) <= quota.Limit-quota.CurrentValue)
		})
		out = append(out, d.Name+" "+names)
	}
	return strings.Join(out, "; ")
}

// regions names regions where the family has the quota.
func regions(ctx context.Context, client *Client, not, family string, needed int) string {
	var out, tried, silent []string
	for _, region := range otherRegions {
		if region == not {
			continue
		}
		usages, err := client.usages(ctx, region)
		if err != nil {
			silent = append(silent, region)
			continue
		}
		tried = append(tried, region)
		if quota, ok := familyQuota(usages, family); ok && (quota.Limit < 0 || needed <= quota.Limit-quota.CurrentValue) {
			out = append(out, region)
		}
	}
	answer := strings.Join(out, ", ")
	if len(out) == 0 {
		answer = "none of " + cmp.Or(strings.Join(tried, ", "), "those asked")
	}
	if len(silent) > 0 {
		answer += " (no answer for " + strings.Join(silent, ", ") + ")"
	}
	return answer
}
