package infra

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// TestPrivateClosesAll: one switch closes all that a stack makes, and leaves a way in.
func TestPrivateClosesAll(t *testing.T) {
	for name, c := range map[string]struct {
		edits []func(map[string]any)
		links []string
		zones int
	}{
		"managed endpoint": {nil, []string{"private-blob", "private-file", "private-registry", "private-vault", "private-workspace"}, 6},
		"Container App":    {[]func(map[string]any){onContainerApps(t)}, []string{"private-blob", "private-registry", "private-vault"}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			d := mustDeploy(t, "dev", append(c.edits, set("private", true))...)
			if vault := d.one("Vault"); vault.get("properties.publicNetworkAccess") != "Disabled" || vault.get("properties.networkAcls.defaultAction") != "Deny" {
				t.Errorf("vault: %v", vault.inputs)
			}
			for _, r := range slices.Concat(d.all("Registry"), d.all("StorageAccount"), d.all("Workspace")) {
				if strings.Contains(r.typ, ":operationalinsights:") {
					continue // takes what the network sends to its public address
				}
				if r.get("publicNetworkAccess") != "Disabled" {
					t.Errorf("%s: publicNetworkAccess %v", r.name, r.get("publicNetworkAccess"))
				}
			}
			for _, r := range d.all("OnlineEndpoint") {
				if r.get("onlineEndpointProperties.publicNetworkAccess") != "Disabled" {
					t.Errorf("%s: %v", r.name, r.inputs)
				}
			}
			for _, r := range d.all("ManagedEnvironment") {
				if r.get("vnetConfiguration.internal") != true || r.get("vnetConfiguration.infrastructureSubnetId") != d.named("Subnet", "subnet-apps").id {
					t.Errorf("%s: %v", r.name, r.get("vnetConfiguration"))
				}
			}
			var links []string
			for _, r := range d.all("PrivateEndpoint") {
				links = append(links, r.name)
				if r.get("subnet.id") != d.named("Subnet", "subnet-endpoints").id {
					t.Errorf("%s lies in %v", r.name, r.get("subnet"))
				}
			}
			if zones := len(d.all("PrivateZone")); !slices.Equal(links, c.links) || zones != c.zones {
				t.Errorf("private endpoints %v and %d zones, want %v and %d", links, zones, c.links, c.zones)
			}
			if sku := d.one("Registry").get("sku.name"); sku != "Premium" {
				t.Errorf("the registry is %v", sku)
			}
		})
	}
}

// TestApprovalIsWaitedFor: the workspace's right to approve the private endpoints of
// its managed network takes minutes to hold, for which an update waits; what stays
// fails at once.
func TestApprovalIsWaitedFor(t *testing.T) {
	for code, c := range map[string]struct {
		message string
		refuse  int // how often
		tries   int
		want    string
	}{
		"AuthorizationFailed": {"The client 'x' does not have authorization to perform action 'Microsoft.KeyVault/vaults/PrivateEndpointConnectionsApproval/action'", 2, 3, ""},
		"BadRequest":          {"the address space is exhausted", 9, 1, "provision the workspace's managed network: 403 BadRequest: the address space is exhausted"},
	} {
		t.Run(code, func(t *testing.T) {
			offline(t)
			tries := 0
			azure := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case !strings.HasSuffix(r.URL.Path, "/provisionManagedNetwork"):
					w.WriteHeader(http.StatusNotFound)
				default:
					if tries++; tries <= c.refuse {
						w.WriteHeader(http.StatusForbidden)
						_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": code, "message": c.message}})
					}
				}
			}))
			defer azure.Close()
			t.Setenv(arm.EndpointVariable, azure.URL)
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				r := run{ctx: ctx, pause: time.Millisecond, subscription: subscription, names: stackconfig.Names{ResourceGroup: "g", Workspace: "w"}}
				r.parent = &section{}
				return r.provisionNetwork()
			}, pulumi.WithMocks(project, "dev", &recorder{token: "token"}))
			if tries != c.tries || (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%d tries, %v; want %d and %q", tries, err, c.tries, c.want)
			}
		})
	}
}
