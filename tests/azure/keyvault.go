package azure

import "regexp"

var vaultName = regexp.MustCompile(`^[a-zA-Z](?:[a-zA-Z0-9]|-[a-zA-Z0-9]){1,22}[a-zA-Z0-9]$`)

func checkVault(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	if !vaultName.MatchString(id.name) || len(id.name) > 24 {
		return badRequest("VaultNameNotValid: %q: 3 to 24 letters, digits and single dashes, starting with a letter", id.name)
	}
	p := properties(body)
	if text(p, "tenantId") != c.TenantID {
		return badRequest("properties.tenantId: %q is not the tenant %s of the subscription", text(p, "tenantId"), c.TenantID)
	}
	if old == nil {
		return nil
	}
	purge := func(b map[string]any) any { return at(b, "properties", "enablePurgeProtection") }
	if purge(old.Body) == true && purge(body) != true {
		return badRequest("properties.enablePurgeProtection can't be turned off")
	}
	if before := at(old.Body, "properties", "softDeleteRetentionInDays"); before != nil && !equalJSON(before, p["softDeleteRetentionInDays"]) {
		return badRequest("properties.softDeleteRetentionInDays can't be changed from %v", before)
	}
	return nil
}

func completeVault(_ *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	p["vaultUri"] = "https://" + id.name + ".vault.azure.net/"
	if p["enableSoftDelete"] == nil {
		p["enableSoftDelete"] = true
	}
	if p["softDeleteRetentionInDays"] == nil {
		p["softDeleteRetentionInDays"] = 90.0
	}
	return nil
}
