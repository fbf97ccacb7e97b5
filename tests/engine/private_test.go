package engine_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
)

const (
	vaults           = "Microsoft.KeyVault/vaults"
	registries       = "Microsoft.ContainerRegistry/registries"
	accounts         = "Microsoft.Storage/storageAccounts"
	networks         = "Microsoft.Network/virtualNetworks"
	subnets          = networks + "/subnets"
	privateEndpoints = "Microsoft.Network/privateEndpoints"
	zones            = "Microsoft.Network/privateDnsZones"
)

// closedEverywhere wants all that the stack made to be closed to the internet, and a
// private endpoint for each of the groups.
func (s *stack) closedEverywhere(groups ...string) {
	s.t.Helper()
	for _, typ := range []string{vaults, registries, accounts, workspaces, endpoints} {
		for _, id := range s.Cloud.Find(typ) {
			if access := s.property(id, "publicNetworkAccess"); access != "Disabled" {
				s.t.Errorf("%s: publicNetworkAccess %v", id, access)
			}
		}
	}
	var got []string
	for _, id := range s.Cloud.Find(privateEndpoints) {
		for _, connection := range s.property(id, "privateLinkServiceConnections").([]any) {
			p := connection.(map[string]any)["properties"].(map[string]any)
			got = append(got, fmt.Sprint(p["groupIds"].([]any)...))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, groups) {
		s.t.Errorf("private endpoints to %v, want %v", got, groups)
	}
}

// waitsFor are the names of what a resource waits for, by the state.
func (s *stack) waitsFor(name string) (names []string) {
	s.t.Helper()
	text, err := s.State()
	if err != nil {
		s.t.Fatal(err)
	}
	var state struct {
		Checkpoint struct {
			Latest struct {
				Resources []struct {
					URN          string
					Dependencies []string
				}
			}
		}
	}
	if err := json.Unmarshal(text, &state); err != nil {
		s.t.Fatal(err)
	}
	for _, r := range state.Checkpoint.Latest.Resources {
		if !strings.HasSuffix(r.URN, "::"+name) {
			continue
		}
		for _, urn := range r.Dependencies {
			names = append(names, urn[strings.LastIndex(urn, "::")+2:])
		}
	}
	return names
}

// TestPrivateEndpoint takes a private stack with a network of its own through a life:
// its managed endpoint, whose workspace's right to approve isn't in effect at first, and
// then a bot, whose token lies in the closed vault. The network outlives changes with
// the subnet that somebody added.
func TestPrivateEndpoint(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	cloud.Propagation = 1500 * cloud.Latency
	cloud.Inject(azure.Fault{
		Operation: azure.OperationPut, Type: privateEndpoints, Accepted: true, Err: &azure.Error{Status: 500, Code: "InternalServerError", Message: "oops"},
	})
	s := open(t, cloud, "dev", infra.Program{Pause: 100 * time.Millisecond}.Deploy)
	s.configure(func(c map[string]any) { set(c, "private", true) })
	before := len(cloud.Requests())
	run, err := s.PreviewRun(t.Context())
	for _, words := range []string{"self-hosted runner", "5 x private endpoint", "Premium registry"} {
		if err != nil || !strings.Contains(run.Output, words) {
			t.Errorf("a preview doesn't say %q: %v\n%s", words, err, run.Output)
		}
	}
	if n := len(cloud.Requests()); n != before {
		t.Fatalf("a preview sent %d PUTs", n-before)
	}
	if run, _, err := s.UpRun(t.Context()); err == nil || !strings.Contains(run.Output+err.Error(), "oops") {
		t.Fatalf("%v\n%s", err, run.Output)
	}
	outputs := s.up("after a failure", nil)
	s.closedEverywhere("amlworkspace", "blob", "file", "registry", "vault")
	s.wantTraffic(map[string]float64{s.liveDeployment(): 100})

	network := cloud.Find(networks)[0]
	if outputs["networkId"].Value != network {
		t.Errorf("networkId %v, want %s", outputs["networkId"].Value, network)
	}
	runner := network + "/subnets/runner"
	if _, _, err := cloud.Put(runner, "2023-11-01", map[string]any{"properties": map[string]any{"addressPrefix": "10.77.0.128/26"}}); err != nil {
		t.Fatal(err)
	}
	s.tokenInVault()
	s.up("a bot and another tag", func(c map[string]any) {
		withBot(c)
		set(c, "tags", map[string]any{"owner": "tests"})
	})
	if len(cloud.Find(subnets)) != 3 {
		t.Errorf("subnets %v", cloud.Find(subnets))
	}
	s.botApp()
	if waits := s.waitsFor("bot"); !slices.Contains(waits, "names-workspace") {
		t.Errorf("the bot calls the endpoint, and doesn't wait for the workspace's private endpoint, but for %v", waits)
	}
	if subnet := s.property(cloud.Find(appsHosts)[0], "vnetConfiguration", "infrastructureSubnetId"); subnet != network+"/subnets/apps" {
		t.Errorf("the bot runs in %v", subnet)
	}
	if steps := s.upSteps("without a change", nil); len(steps) != 0 {
		t.Errorf("an up that changes nothing did: %v", steps)
	}
	if err := cloud.Delete(runner); err != nil {
		t.Fatal(err)
	}
	s.destroy()
	s.checkBodies()
}

// TestPrivateApp takes a private stack on Container Apps, in a network that is there
// with its DNS zones, through a life.
func TestPrivateApp(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	network, err := engine.AddNetwork(cloud, "westeurope", "privatelink.vaultcore.azure.net", "privatelink.azurecr.io", "privatelink.blob.core.windows.net")
	if err != nil {
		t.Fatal(err)
	}
	s := openApp(t, cloud, "dev")
	live := s.liveDeployment()
	s.up("from nothing", func(c map[string]any) {
		set(c, "private", true)
		set(c, "network", network)
	})
	s.closedEverywhere("blob", "registry", "vault")
	s.wantRevisions(map[string]float64{live: 100}, 1)
	host := cloud.Find(appsHosts)[0]
	if s.property(host, "vnetConfiguration", "internal") != true {
		t.Errorf("the environment is reached from outside: %v", s.property(host, "vnetConfiguration"))
	}
	if ids := cloud.Find(zones); len(ids) != 4 {
		t.Errorf("zones %v, want the team's and that of the environment", ids)
	}
	domain, _ := s.property(host, "defaultDomain").(string)
	records := cloud.Find(zones + "/A")
	if len(records) != 1 || !strings.HasSuffix(records[0], "/"+domain+"/A/*") {
		t.Errorf("records %v, want all of %s", records, domain)
	} else if got := fmt.Sprint(s.property(records[0], "aRecords")); !strings.Contains(got, s.property(host, "staticIp").(string)) {
		t.Errorf("the apps' record is %s", got)
	}
	s.refresh()
	if steps := s.upSteps("without a change after a refresh", nil); len(steps) != 0 {
		t.Errorf("an up that changes nothing did: %v", steps)
	}
	s.up("another image", func(c map[string]any) { setDigest(c, live, "e") })
	s.wantRevisions(map[string]float64{live: 100}, 1)

	// What can't be turned back, is refused before anything is changed.
	s.configure(func(c map[string]any) {
		set(c, "private", false)
		set(c, "network", map[string]any{})
	})
	requests := len(cloud.Requests())
	if run, err := s.PreviewRun(t.Context()); err == nil || !strings.Contains(run.Output+err.Error(), "is in the subnet hub/apps and would have to be in no network") {
		t.Errorf("%v\n%s", err, run.Output)
	}
	if n := len(cloud.Requests()); n != requests {
		t.Errorf("a refused preview sent %d PUTs", n-requests)
	}
	s.destroy()
	s.checkBodies()
}
