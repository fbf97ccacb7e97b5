package azure

import "regexp"

var storageName = regexp.MustCompile(`^[a-z0-9]{3,24}$`)

func checkStorage(_ *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	if !storageName.MatchString(id.name) {
		return badRequest("AccountNameInvalid: %q: 3 to 24 lower-case letters and digits", id.name)
	}
	if text(body, "sku", "name") == "" || text(body, "kind") == "" {
		return badRequest("sku.name and kind are required for a storage account")
	}
	if old != nil && (at(old.Body, "properties", "isHnsEnabled") == true) != (at(body, "properties", "isHnsEnabled") == true) {
		return badRequest("properties.isHnsEnabled can't be changed")
	}
	return nil
}

func completeStorage(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	endpoints := map[string]any{}
	for _, service := range []string{"blob", "dfs", "file", "queue", "table", "web"} {
		endpoints[service] = "https://" + id.name + "." + service + ".core.windows.net/"
	}
	p["primaryEndpoints"], p["primaryLocation"], p["statusOfPrimary"] = endpoints, text(body, "location"), "available"
	if p["accessTier"] == nil {
		p["accessTier"] = "Hot"
	}
	return c.systemIdentity(id, body)
}
