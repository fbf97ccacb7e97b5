package azure

import (
	"regexp"
	"strings"
)

var registryName = regexp.MustCompile(`^[a-zA-Z0-9]{5,50}$`)

func checkRegistry(_ *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	if !registryName.MatchString(id.name) {
		return badRequest("registry name %q: 5 to 50 letters and digits", id.name)
	}
	premium := text(body, "sku", "name") == "Premium"
	for _, property := range []string{"networkRuleSet", "zoneRedundancy", "encryption"} {
		value := at(body, "properties", property)
		if value != nil && value != "Disabled" && !premium {
			return badRequest("properties.%s needs the SKU Premium, not %q", property, text(body, "sku", "name"))
		}
	}
	if text(body, "properties", "publicNetworkAccess") == "Disabled" && !premium {
		return badRequest("properties.publicNetworkAccess: Disabled needs the SKU Premium")
	}
	return nil
}

func completeRegistry(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	properties(body)["loginServer"] = strings.ToLower(id.name) + ".azurecr.io"
	return c.systemIdentity(id, body)
}
