package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"

	"gopkg.in/yaml.v3"
)

// copyFiles copies the project's file, and the stack's where it has one.
func copyFiles(project, stack, folder string) error {
	for _, file := range []string{"Pulumi.yaml", "Pulumi." + stack + ".yaml"} {
		text, err := os.ReadFile(filepath.Join(project, file))
		if errors.Is(err, fs.ErrNotExist) && file != "Pulumi.yaml" {
			continue
		}
		if err != nil {
			return fmt.Errorf("engine: %w", err)
		}
		if err := os.WriteFile(filepath.Join(folder, file), text, 0o600); err != nil {
			return fmt.Errorf("engine: %w", err)
		}
	}
	return nil
}

// configure edits the configuration in a stack's file.
func configure(folder, stack string, edit func(config map[string]any)) error {
	path := filepath.Join(folder, "Pulumi."+stack+".yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	var file map[string]any
	if err := yaml.Unmarshal(text, &file); err != nil {
		return fmt.Errorf("engine: %s: %w", path, err)
	}
	config, ok := file["config"].(map[string]any)
	if !ok {
		config = map[string]any{}
		file["config"] = config
	}
	edit(config)
	if text, err = yaml.Marshal(file); err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	return os.WriteFile(path, text, 0o600)
}

// Prepare puts into the cloud what a stack's file says is there before the
// first update: the storage account that it names by reference.
func Prepare(cloud *azure.Cloud, project, stack string) error {
	path := filepath.Join(project, "Pulumi."+stack+".yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return fmt.Errorf("engine: %s: %w", path, err)
	}
	var location string
	var storage map[string]any
	for key, value := range file.Config {
		switch afterColon(key) {
		case "location":
			location, _ = value.(string)
		case "storage":
			storage, _ = value.(map[string]any)
		}
	}
	group, _ := storage["resourceGroup"].(string)
	account, _ := storage["accountName"].(string)
	if group == "" || account == "" {
		return nil
	}
	return AddStorage(cloud, location, group, account)
}

// AddStorage makes a storage account that no stack owns.
func AddStorage(cloud *azure.Cloud, location, group, account string) error {
	id := "/subscriptions/" + cloud.SubscriptionID + "/resourceGroups/" + group
	if _, _, err := cloud.Put(id, "2022-09-01", map[string]any{"location": location}); err != nil {
		return err
	}
	_, _, err := cloud.Put(id+"/providers/Microsoft.Storage/storageAccounts/"+account, "2022-09-01", map[string]any{
		"location": location, "kind": "StorageV2", "sku": map[string]any{"name": "Standard_LRS"}, "properties": map[string]any{},
	})
	return err
}

// AddNetwork makes a virtual network that no stack owns, in the group network, with a
// subnet for private endpoints and one for Container Apps, and in the group dns
// private DNS zones that it is linked to. It returns the configuration that names them.
func AddNetwork(cloud *azure.Cloud, location string, zones ...string) (map[string]any, error) {
	subscription := "/subscriptions/" + cloud.SubscriptionID + "/resourceGroups/"
	group, dns := subscription+"network", subscription+"dns"
	network := group + "/providers/Microsoft.Network/virtualNetworks/hub"
	type resource struct {
		id, version string
		body        map[string]any
	}
	all := []resource{
		{group, "2022-09-01", map[string]any{"location": location}},
		{dns, "2022-09-01", map[string]any{"location": location}},
		{network, "2023-11-01", map[string]any{"location": location, "properties": map[string]any{
			"addressSpace": map[string]any{"addressPrefixes": []any{"10.1.0.0/16"}},
		}}},
		{network + "/subnets/endpoints", "2023-11-01", map[string]any{"properties": map[string]any{"addressPrefix": "10.1.1.0/24"}}},
		{network + "/subnets/apps", "2023-11-01", map[string]any{"properties": map[string]any{
			"addressPrefix": "10.1.2.0/27",
			"delegations":   []any{map[string]any{"name": "apps", "properties": map[string]any{"serviceName": "Microsoft.App/environments"}}},
		}}},
	}
	for _, zone := range zones {
		id := dns + "/providers/Microsoft.Network/privateDnsZones/" + zone
		all = append(all, resource{id, "2020-06-01", map[string]any{"location": "global"}},
			resource{id + "/virtualNetworkLinks/hub", "2020-06-01", map[string]any{"location": "global", "properties": map[string]any{"virtualNetwork": map[string]any{"id": network}}}})
	}
	for _, r := range all {
		if _, _, err := cloud.Put(r.id, r.version, r.body); err != nil {
			return nil, err
		}
	}
	return map[string]any{"endpointSubnet": network + "/subnets/endpoints", "appSubnet": network + "/subnets/apps", "dnsZones": dns}, nil
}

func afterColon(key string) string {
	return key[strings.LastIndex(key, ":")+1:]
}

// TeamGroup is the group of AddTeam, into which a stack may go.
const TeamGroup = "team-nlp"

// AddTeam makes what a team may have already, in the group team: a vault, Log
// Analytics, a registry of a SKU and a storage account; and TeamGroup, empty. It
// returns the configuration that names all of them.
func AddTeam(cloud *azure.Cloud, location, registrySKU string) (map[string]any, error) {
	if err := AddStorage(cloud, location, "team", "teamstorage"); err != nil {
		return nil, err
	}
	group := "/subscriptions/" + cloud.SubscriptionID + "/resourceGroups/team"
	for _, r := range []struct {
		id, version string
		body        map[string]any
	}{
		{"/subscriptions/" + cloud.SubscriptionID + "/resourceGroups/" + TeamGroup, "2022-09-01", map[string]any{}},
		{group + "/providers/Microsoft.KeyVault/vaults/team-vault", "2023-07-01", map[string]any{"properties": map[string]any{
			"tenantId": cloud.TenantID, "sku": map[string]any{"family": "A", "name": "standard"}, "enableRbacAuthorization": true,
		}}},
		{group + "/providers/Microsoft.OperationalInsights/workspaces/team-logs", "2023-09-01", map[string]any{"properties": map[string]any{}}},
		{group + "/providers/Microsoft.ContainerRegistry/registries/teamRegistry", "2023-07-01", map[string]any{"sku": map[string]any{"name": registrySKU}}},
	} {
		r.body["location"] = location
		if _, _, err := cloud.Put(r.id, r.version, r.body); err != nil {
			return nil, err
		}
	}
	return map[string]any{
		"resourceGroup": TeamGroup,
		"keyVault":      map[string]any{"resourceGroup": "team", "name": "team-vault"},
		"logs":          map[string]any{"resourceGroup": "team", "name": "team-logs"},
		"registry":      map[string]any{"resourceGroup": "team", "name": "teamRegistry"},
		"storage":       map[string]any{"resourceGroup": "team", "accountName": "teamstorage"},
	}, nil
}
