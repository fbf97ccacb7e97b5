package infra

import (
	"strings"
	"testing"
)

// TestEndpointsIdentityStays: an endpoint that is there with another identity is
// refused before anything is sent.
func TestEndpointsIdentityStays(t *testing.T) {
	values := stackValues(t, "dev", withDigests)
	_, err := deployOver(t, "dev", values, true, map[string]any{"identity": map[string]any{"type": "SystemAssigned"}})
	if err == nil || !strings.Contains(err.Error(), "Azure can't change an endpoint's identity") {
		t.Error(err)
	}
	d := mustDeploy(t, "dev")
	own := "/subscriptions/" + subscription + "/resourceGroups/" + d.one("ResourceGroup").get("resourceGroupName").(string) +
		"/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + d.one("UserAssignedIdentity").get("resourceName").(string)
	_, err = deployOver(t, "dev", values, true, map[string]any{"identity": map[string]any{
		"type": "UserAssigned", "userAssignedIdentities": map[string]any{strings.ToUpper(own): map[string]any{}},
	}})
	if err != nil {
		t.Error(err)
	}
}
