package azure

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// builtInRoles are the built-in role definitions that the cloud knows, by
// GUID. Source: Azure built-in roles, Microsoft Learn.
var builtInRoles = map[string]string{
	"8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
	"b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
	"acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
	"18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
	"f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
	"7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
	"8311e382-0749-4cb8-b61a-304f252e45ec": "AcrPush",
	"2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
	"ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
	"b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
	"69566ab7-960f-475b-8e7c-b3118f30c6bd": "Storage File Data Privileged Contributor",
	"f6c7c914-8db3-469d-8ca1-694a8f32e121": "AzureML Data Scientist",
	"635dd51f-9968-44d3-b7fb-6d9a6bd613ae": "AzureML Metrics Writer (preview)",
	"b556d68e-0be0-4f35-a333-ad7ee1ce17ea": "Azure AI Enterprise Network Connection Approver",
	"e503ece1-11d0-4e8e-8e2c-7a6c3bf38815": "AzureML Compute Operator",
	"ea01e6af-a1c1-4350-9563-ad00f8c72ec5": "Azure Machine Learning Workspace Connection Secrets Reader",
	"00482a5a-887f-4fb3-b363-3b7fe8e74483": "Key Vault Administrator",
	"4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
	"b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
	"f1a07417-d97a-45cb-824c-7a7467783830": "Managed Identity Operator",
	"43d0d8ad-25c7-4714-9337-8ba259a9fe05": "Monitoring Reader",
	"749f88d5-cbae-40b8-bcfc-e573ddc772fa": "Monitoring Contributor",
	"3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
	"73c42c96-874c-492b-b04d-ab87bfcd6caa": "Log Analytics Reader",
	"92aaf0da-9dab-42b6-94a3-d43ce8d16293": "Log Analytics Contributor",
	"72fafb9e-0641-4937-9268-a91bfd8191a3": "Cost Management Reader",
}

// including lists the roles whose rights hold those of the key.
var including = map[string][]string{
	"AcrPull":                       {"AcrPush", "Contributor", "Owner"},
	"Storage Blob Data Contributor": {"Storage Blob Data Owner"},
	"Storage Blob Data Reader":      {"Storage Blob Data Contributor", "Storage Blob Data Owner"},
}

var guidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)

func checkAssignment(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	if !guidPattern.MatchString(id.name) {
		return badRequest("InvalidRoleAssignmentId: the name %q is no GUID", id.name)
	}
	p := properties(body)
	role, principal := text(p, "roleDefinitionId"), text(p, "principalId")
	if c.roleName(role) == "" {
		return badRequest("RoleDefinitionDoesNotExist: %q", role)
	}
	if old != nil {
		// A PUT that changes nothing is fine, any other is refused.
		for _, fixed := range []string{"roleDefinitionId", "principalId"} {
			if before := text(old.Body, "properties", fixed); !strings.EqualFold(before, text(p, fixed)) {
				return conflict("RoleAssignmentUpdateNotPermitted", "properties.%s can't be changed from %q to %q", fixed, before, text(p, fixed))
			}
		}
		return nil
	}
	kind, known := c.principalKind(principal)
	switch given := text(p, "principalType"); {
	case !known:
		return badRequest("PrincipalNotFound: principal %q does not exist in the directory %s", principal, c.TenantID)
	case given == "" && kind == "ServicePrincipal":
		// A new principal takes minutes to replicate; only principalType
		// spares Azure the look-up.
		return badRequest("PrincipalNotFound: principal %q does not exist in the directory %s yet; set principalType", principal, c.TenantID)
	case given != "" && given != kind:
		return badRequest("UnmatchedPrincipalType: principal %q is a %s, not a %s", principal, kind, given)
	}
	for _, other := range c.resources {
		if strings.EqualFold(other.Type, assignmentType) && key(assignmentScope(other)) == key(id.parent) &&
			strings.EqualFold(text(other.Body, "properties", "principalId"), principal) &&
			strings.EqualFold(last(text(other.Body, "properties", "roleDefinitionId")), last(role)) {
			return conflict("RoleAssignmentExists", "%s assigns the role already", other.ID)
		}
	}
	return nil
}

func completeAssignment(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	p, created := properties(body), time.Now()
	if old != nil {
		created = old.Created
	}
	p["scope"], p["createdOn"] = id.parent, created.UTC().Format(time.RFC3339Nano)
	if text(p, "principalType") == "" {
		p["principalType"], _ = c.principalKind(text(p, "principalId"))
	}
	return nil
}

// removeAssignment refuses to take a role away that a running deployment pulls
// with. Azure would, and the deployment would break at its next pull.
func removeAssignment(c *Cloud, r *Resource) *Error {
	role := c.roleName(text(r.Body, "properties", "roleDefinitionId"))
	if role != "AcrPull" && role != "Storage Blob Data Reader" {
		return nil
	}
	for _, app := range c.resources {
		if strings.EqualFold(app.Type, appType) && hasKey(object(app.Body, "identity", "userAssignedIdentities"), c.identityOf(text(r.Body, "properties", "principalId"))) {
			return conflict("InUse", "the app %s pulls with the role %q of %s", last(app.ID), role, r.ID)
		}
	}
	for _, deployment := range c.resources {
		if !strings.EqualFold(deployment.Type, onlineType) {
			continue
		}
		id, err := parseID(deployment.ID)
		if err != nil {
			return badRequest("%v", err)
		}
		for _, identity := range object(c.resources[key(id.parent)].Body, "identity", "userAssignedIdentities") {
			if strings.EqualFold(text(identity.(map[string]any), "principalId"), text(r.Body, "properties", "principalId")) {
				return conflict("InUse", "the running deployment %s pulls with the role %q of %s", last(deployment.ID), role, r.ID)
			}
		}
	}
	return nil
}

func assignmentScope(r *Resource) string {
	return text(r.Body, "properties", "scope")
}

// principalKind returns what an object id belongs to, as role assignments name
// it.
func (c *Cloud) principalKind(objectID string) (kind string, known bool) {
	if strings.EqualFold(objectID, c.ObjectID) {
		return "ServicePrincipal", true
	}
	for _, r := range c.resources {
		if strings.EqualFold(objectID, text(r.Body, "identity", "principalId")) ||
			strings.EqualFold(r.Type, identityType) && strings.EqualFold(objectID, text(r.Body, "properties", "principalId")) {
			return "ServicePrincipal", true
		}
	}
	return "", false
}

// checkRole looks at a custom role (Microsoft Learn, role-based-access-control/
// custom-roles): its name is a GUID, its actions aren't empty, and it can be
// assigned where it says.
func checkRole(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	if !guidPattern.MatchString(id.name) {
		return badRequest("InvalidRoleDefinitionId: the name %q is no GUID", id.name)
	}
	if text(p, "roleName") == "" || text(p, "type") != "CustomRole" {
		return badRequest("InvalidRoleDefinition: properties.roleName is %q, properties.type %q", text(p, "roleName"), text(p, "type"))
	}
	for _, permission := range list(p, "permissions") {
		for _, action := range permission["actions"].([]any) {
			if !strings.Contains(action.(string), "/") {
				return badRequest("InvalidActionOrNotAction: %q", action)
			}
		}
	}
	scopes, _ := p["assignableScopes"].([]any)
	for _, scope := range scopes {
		if failure := c.exists("properties.assignableScopes", scope.(string)); failure != nil {
			return failure
		}
	}
	if len(scopes) == 0 || len(list(p, "permissions")) == 0 {
		return badRequest("InvalidRoleDefinition: assignableScopes and permissions are required")
	}
	return nil
}

// removeRole refuses to delete a role that is assigned (Microsoft Learn,
// role-based-access-control/troubleshooting: RoleDefinitionHasAssignments).
func removeRole(c *Cloud, r *Resource) *Error {
	for _, assignment := range c.resources {
		if strings.EqualFold(assignment.Type, assignmentType) && strings.EqualFold(last(text(assignment.Body, "properties", "roleDefinitionId")), last(r.ID)) {
			return conflict("RoleDefinitionHasAssignments", "There are existing role assignments referencing role %s", last(r.ID))
		}
	}
	return nil
}

// roleName returns the name of a role definition, "" where there is none.
func (c *Cloud) roleName(definitionID string) string {
	for _, r := range c.resources {
		if strings.EqualFold(r.Type, roleType) && strings.EqualFold(last(r.ID), last(definitionID)) {
			return text(r.Body, "properties", "roleName")
		}
	}
	return builtInRoles[strings.ToLower(last(definitionID))]
}

// Allowed says whether a principal holds a role, or one that includes it, at a
// scope or above, for long enough that it works.
func (c *Cloud) Allowed(principal, scope, role string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hasRole(principal, scope, role)
}

// hasRole says whether the principal holds the role, or one that includes it,
// at the scope or above, for long enough that it works.
func (c *Cloud) hasRole(principal, scope, role string) bool {
	for _, r := range c.resources {
		if !strings.EqualFold(r.Type, assignmentType) || r.State != stateSucceeded || time.Since(r.Created) < c.Propagation ||
			!strings.EqualFold(text(r.Body, "properties", "principalId"), principal) {
			continue
		}
		at := key(assignmentScope(r))
		if key(scope) != at && !strings.HasPrefix(key(scope), at+"/") {
			continue
		}
		name := c.roleName(text(r.Body, "properties", "roleDefinitionId"))
		if name != role && !slices.Contains(including[role], name) {
			continue
		}
		if r.asked++; r.asked > c.Unheeded {
			return true
		}
	}
	return false
}

func checkLock(_ *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	switch level := text(body, "properties", "level"); level {
	case "CanNotDelete", "ReadOnly":
		return nil
	default:
		return badRequest("properties.level: %q is neither CanNotDelete nor ReadOnly", level)
	}
}

// lockOn returns the lock that protects a resource from deletion: one on it,
// above it or on something that would go with it.
func (c *Cloud) lockOn(r *Resource) string {
	if strings.EqualFold(r.Type, lockType) {
		return ""
	}
	for _, lock := range c.resources {
		if !strings.EqualFold(lock.Type, lockType) {
			continue
		}
		scope, _, _ := strings.Cut(key(lock.ID), "/providers/microsoft.authorization/locks/")
		if key(r.ID) == scope || strings.HasPrefix(key(r.ID), scope+"/") || strings.HasPrefix(scope, key(r.ID)+"/") {
			return lock.ID
		}
	}
	return ""
}
