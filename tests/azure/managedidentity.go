package azure

// completeIdentity makes the principal of a user-assigned identity.
func completeIdentity(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	p["principalId"], p["clientId"], p["tenantId"] = guid("principal", id.full), guid("client", id.full), c.TenantID
	return nil
}
