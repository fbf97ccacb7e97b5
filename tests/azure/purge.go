package azure

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Ghosts lists the names that soft-deleted resources hold, as "TYPE NAME", in
// order.
func (c *Cloud) Ghosts() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for name := range c.ghosts {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// deleteForGood deletes without leaving a ghost: a workspace by forceToPurge,
// which takes a soft-deleted one too as long as its resource group is there,
// and Log Analytics by force, which doesn't.
func (c *Cloud) deleteForGood(id string) error {
	parsed, err := parseID(id)
	if err != nil {
		return err
	}
	c.mu.Lock()
	exists, group := c.resources[key(id)] != nil, c.resources[key(parsed.group)] != nil
	c.mu.Unlock()
	if !group {
		return notFound("ResourceGroupNotFound", "resource group %q could not be found", last(parsed.group))
	}
	if exists {
		if err := c.Delete(id); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if exists || strings.EqualFold(parsed.typ, workspaceType) {
		delete(c.ghosts, ghostKey(parsed))
	}
	return nil
}

var (
	deletedVaultPath = regexp.MustCompile(`^/subscriptions/[^/]+/providers/Microsoft\.KeyVault/locations/([^/]+)/deletedVaults/([^/]+)(/purge)?$`)
	availabilityPath = regexp.MustCompile(`^/subscriptions/[^/]+/providers/([^/]+)/checkNameAvailability$`)
	workspacesPath   = regexp.MustCompile(`^/subscriptions/[^/]+/providers/Microsoft\.MachineLearningServices/workspaces$`)
	deletedLogsPath  = regexp.MustCompile(`^/subscriptions/[^/]+/providers/Microsoft\.OperationalInsights/deletedWorkspaces$`)
)

// deletedVault answers for a soft-deleted vault, and purges it.
func (c *Cloud) deletedVault(location, name string, purge bool) (map[string]any, *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := strings.ToLower(vaultType + " " + name)
	ghost, ok := c.ghosts[k]
	switch {
	case !ok || !sameLocation(ghost.location, location):
		return nil, notFound("DeletedVaultNotFound", "no deleted vault %q in %s", name, location)
	case purge && ghost.protected:
		return nil, conflict("MethodNotAllowed", "purge protection keeps the vault %q", name)
	case purge:
		delete(c.ghosts, k)
		return map[string]any{}, nil
	}
	return map[string]any{"name": name, "properties": map[string]any{
		"vaultId": ghost.id, "location": ghost.location, "purgeProtectionEnabled": ghost.protected,
		"scheduledPurgeDate": time.Now().AddDate(0, 0, 7).UTC().Format(time.RFC3339),
	}}, nil
}

// nameAvailability answers whether a name that is unique in Azure is free.
func (c *Cloud) nameAvailability(provider string, body map[string]any) (map[string]any, *Error) {
	name, typ := text(body, "name"), text(body, "type")
	if !strings.HasPrefix(typ, provider+"/") || name == "" {
		return nil, badRequest("name %q or type %q", name, typ)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := func(by string) (map[string]any, *Error) {
		return map[string]any{"nameAvailable": false, "reason": "AlreadyExists", "message": fmt.Sprintf("The name %s is taken by %s.", name, by)}, nil
	}
	for _, r := range c.resources {
		if strings.EqualFold(r.Type, typ) && strings.EqualFold(last(r.ID), name) {
			return taken(r.ID)
		}
	}
	if ghost, ok := c.ghosts[strings.ToLower(typ+" "+name)]; ok {
		return taken("the soft-deleted " + ghost.id)
	}
	return map[string]any{"nameAvailable": true}, nil
}

// deletedLogs lists the soft-deleted Log Analytics workspaces.
func (c *Cloud) deletedLogs() []any {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := []any{}
	for name, ghost := range c.ghosts {
		if strings.HasPrefix(name, strings.ToLower(logType)+" ") {
			list = append(list, map[string]any{"name": last(ghost.id), "id": ghost.id})
		}
	}
	return list
}

// workspaces lists the subscription's machine learning workspaces, soft-deleted
// ones too (Azure/azure-powershell#28286).
func (c *Cloud) workspaces() []any {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := []any{}
	for _, r := range c.resources {
		if strings.EqualFold(r.Type, workspaceType) {
			list = append(list, map[string]any{"name": last(r.ID), "id": r.ID})
		}
	}
	for name, ghost := range c.ghosts {
		if strings.HasPrefix(name, strings.ToLower(workspaceType)+" ") {
			list = append(list, map[string]any{"name": last(ghost.id), "id": ghost.id})
		}
	}
	return list
}

// purging answers the requests that free names; ok is false for others.
func (c *Cloud) purging(method, path string, body map[string]any) (answer map[string]any, err *Error, ok bool) {
	if vault := deletedVaultPath.FindStringSubmatch(path); vault != nil && (method == http.MethodPost) == (vault[3] != "") {
		answer, err = c.deletedVault(vault[1], vault[2], vault[3] != "")
		return answer, err, true
	}
	if provider := availabilityPath.FindStringSubmatch(path); provider != nil && method == http.MethodPost {
		answer, err = c.nameAvailability(provider[1], body)
		return answer, err, true
	}
	if deletedLogsPath.MatchString(path) && method == http.MethodGet {
		return map[string]any{"value": c.deletedLogs()}, nil, true
	}
	if workspacesPath.MatchString(path) && method == http.MethodGet {
		return map[string]any{"value": c.workspaces()}, nil, true
	}
	return nil, nil, false
}
