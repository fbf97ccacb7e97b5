package engine

import (
	"fmt"
	"os"
	"path/filepath"

	"azure-nlp-endpoint/tests/azure"

	"gopkg.in/yaml.v3"
)

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

func afterColon(key string) string {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] == ':' {
			return key[i+1:]
		}
	}
	return key
}
