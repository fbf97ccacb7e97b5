package azure

import (
	"fmt"
	"regexp"
	"strings"
)

func checkLog(_ *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	if days, ok := at(body, "properties", "retentionInDays").(float64); ok && (days < 30 || days > 730) {
		return badRequest("properties.retentionInDays: %v is not between 30 and 730", days)
	}
	return nil
}

func completeLog(_ *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	p["customerId"] = guid("customer", id.full)
	if p["sku"] == nil {
		p["sku"] = map[string]any{"name": "PerGB2018"}
	}
	return nil
}

func checkComponent(c *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	workspace := text(body, "properties", "WorkspaceResourceId")
	if workspace == "" {
		return badRequest("properties.WorkspaceResourceId is required: classic components can't be made any more")
	}
	return c.exists("properties.WorkspaceResourceId", workspace)
}

func completeComponent(_ *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	p["AppId"], p["ApplicationId"] = guid("app", id.full), id.name
	p["InstrumentationKey"] = guid("instrumentation", id.full)
	p["ConnectionString"] = fmt.Sprintf("InstrumentationKey=%s;IngestionEndpoint=https://%s-0.in.applicationinsights.azure.com/",
		p["InstrumentationKey"], text(body, "location"))
	return nil
}

func checkAutoscale(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	target := text(p, "targetResourceUri")
	if failure := c.exists("properties.targetResourceUri", target); failure != nil {
		return failure
	}
	for _, other := range c.resources {
		if strings.EqualFold(other.Type, autoscaleType) && key(other.ID) != key(id.full) &&
			key(text(other.Body, "properties", "targetResourceUri")) == key(target) {
			return conflict("TargetResourceHasAutoscaleSetting", "%s scales %s already", other.ID, target)
		}
	}
	profiles, _ := p["profiles"].([]any)
	if len(profiles) == 0 {
		return badRequest("properties.profiles is empty")
	}
	for i, entry := range profiles {
		profile, _ := entry.(map[string]any)
		var minimum, maximum, fallback int
		for name, into := range map[string]*int{"minimum": &minimum, "maximum": &maximum, "default": &fallback} {
			value := text(profile, "capacity", name)
			if _, err := fmt.Sscanf(value, "%d", into); err != nil {
				return badRequest("properties.profiles[%d].capacity.%s: %q is no number in a string", i, name, value)
			}
		}
		if minimum < 1 || minimum > fallback || fallback > maximum {
			return badRequest("properties.profiles[%d].capacity: want 1 <= minimum <= default <= maximum, have %d, %d, %d",
				i, minimum, fallback, maximum)
		}
		metrics, _ := profile["rules"].([]any)
		if len(metrics) > 10 {
			return badRequest("properties.profiles[%d].rules: %d rules; 10 are allowed", i, len(metrics))
		}
		for j, metric := range metrics {
			rule, _ := metric.(map[string]any)
			source := text(rule, "metricTrigger", "metricResourceUri")
			if failure := c.exists(fmt.Sprintf("properties.profiles[%d].rules[%d].metricTrigger.metricResourceUri", i, j), source); failure != nil {
				return failure
			}
		}
	}
	return nil
}

func (c *Cloud) checkScopes(body map[string]any) *Error {
	scopes, _ := at(body, "properties", "scopes").([]any)
	if len(scopes) == 0 {
		return badRequest("properties.scopes is empty")
	}
	for i, scope := range scopes {
		id, _ := scope.(string)
		if failure := c.exists(fmt.Sprintf("properties.scopes[%d]", i), id); failure != nil {
			return failure
		}
	}
	return nil
}

func (c *Cloud) checkActions(ids []any) *Error {
	for _, entry := range ids {
		id, _ := entry.(string)
		if action, ok := entry.(map[string]any); ok {
			id = text(action, "actionGroupId")
		}
		if failure := c.exists("properties.actions", id); failure != nil {
			return failure
		}
	}
	return nil
}

func checkMetricAlert(c *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	if !sameLocation(body["location"], "global") {
		return badRequest("location: a metric alert lies in global, not %v", body["location"])
	}
	if failure := c.checkScopes(body); failure != nil {
		return failure
	}
	if text(body, "properties", "criteria", "odata.type") == "" {
		return badRequest("properties.criteria.odata.type is required")
	}
	actions, _ := at(body, "properties", "actions").([]any)
	return c.checkActions(actions)
}

func checkQueryAlert(c *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	if failure := c.checkScopes(body); failure != nil {
		return failure
	}
	groups, _ := at(body, "properties", "actions", "actionGroups").([]any)
	return c.checkActions(groups)
}

func checkActionGroup(_ *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	short := text(body, "properties", "groupShortName")
	if len(short) < 1 || len(short) > 12 {
		return badRequest("properties.groupShortName: %q has not 1 to 12 characters", short)
	}
	return nil
}

func checkDiagnostics(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	workspace := text(body, "properties", "workspaceId")
	if failure := c.exists("properties.workspaceId", workspace); failure != nil {
		return failure
	}
	// Two settings of one resource can't send the same data to one workspace.
	for _, other := range c.children(id.parent) {
		if strings.EqualFold(other.Type, diagnosticsType) && key(other.ID) != key(id.full) {
			scope, _, _ := strings.Cut(key(other.ID), "/providers/microsoft.insights/")
			if scope == key(id.parent) && key(text(other.Body, "properties", "workspaceId")) == key(workspace) {
				return conflict("Conflict", "%s sends to %s already", other.ID, workspace)
			}
		}
	}
	return nil
}

var firstOfMonth = regexp.MustCompile(`^\d{4}-\d{2}-01T00:00:00(?:\.0+)?Z$`)

// budgets refuses budgets, and to list them, on an offer that Cost Management
// doesn't serve, in the words of mivano/azure-cost-cli#24.
func (c *Cloud) budgets() *Error {
	if c.Offer == "" {
		return nil
	}
	return &Error{Status: 400, Code: "400", Message: "Cost Management supports only Enterprise Agreement, Web direct and Microsoft Customer Agreement offer types. " +
		"offerId: " + c.Offer + " is associated with offerType: None"}
}

func checkBudget(c *Cloud, _ resourceID, body map[string]any, old *Resource) *Error {
	if failure := c.budgets(); failure != nil {
		return failure
	}
	p := properties(body)
	if amount, _ := p["amount"].(float64); amount <= 0 {
		return badRequest("properties.amount: %v is not positive", p["amount"])
	}
	start := text(p, "timePeriod", "startDate")
	if !firstOfMonth.MatchString(start) {
		return badRequest("properties.timePeriod.startDate: %q is not the first of a month, 00:00:00Z", start)
	}
	if old != nil && text(old.Body, "properties", "timePeriod", "startDate") != start {
		return badRequest("properties.timePeriod.startDate can't be changed")
	}
	notifications := object(p, "notifications")
	if len(notifications) > 5 {
		return badRequest("properties.notifications: %d; 5 are allowed", len(notifications))
	}
	for name, entry := range notifications {
		notification, _ := entry.(map[string]any)
		people := 0
		for _, list := range []string{"contactEmails", "contactRoles", "contactGroups"} {
			values, _ := notification[list].([]any)
			people += len(values)
		}
		if people == 0 {
			return badRequest("properties.notifications.%s reaches nobody", name)
		}
	}
	return nil
}

func checkWorkbook(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	if !guidPattern.MatchString(id.name) {
		return badRequest("a workbook's name is a GUID, not %q", id.name)
	}
	source := text(body, "properties", "sourceId")
	if source == "" || strings.EqualFold(source, "azure monitor") {
		return nil
	}
	return c.exists("properties.sourceId", source)
}
