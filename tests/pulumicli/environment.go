package pulumicli

import "path/filepath"

// Passphrase encrypts the secrets of offline stacks. It protects nothing: their
// state lies in a temporary folder.
const Passphrase = "offline"

// Environment returns what the CLI needs to work offline: state and settings
// below the folder, no download of plugins or news, and the providers of
// tests/azure in place of the real ones.
//
// Variables that would let the program or a provider sign in to the real Azure
// are emptied.
func Environment(folder, providers string) map[string]string {
	return map[string]string{
		"PULUMI_HOME":                                 filepath.Join(folder, "home"),
		"PULUMI_BACKEND_URL":                          "file://" + filepath.ToSlash(folder),
		"PULUMI_CONFIG_PASSPHRASE":                    Passphrase,
		"PULUMI_SKIP_UPDATE_CHECK":                    "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PULUMI_DEBUG_PROVIDERS":                      providers,
		"ARM_CLIENT_ID":                               "",
		"ARM_CLIENT_SECRET":                           "",
		"ARM_SUBSCRIPTION_ID":                         "",
		"ARM_TENANT_ID":                               "",
		"AZURE_CLIENT_ID":                             "",
		"AZURE_CLIENT_SECRET":                         "",
		"AZURE_FEDERATED_TOKEN_FILE":                  "",
		"AZURE_SUBSCRIPTION_ID":                       "",
		"AZURE_TENANT_ID":                             "",
	}
}
