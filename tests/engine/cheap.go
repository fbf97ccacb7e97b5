package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// secretsProvider encrypts the stacks' secrets. To derive the key of a passphrase takes
// each start of the CLI a fifth of a second of a processor.
const secretsProvider = "hashivault://stacks"

// vault wraps the stacks' keys, as Vault's transit engine does
// (developer.hashicorp.com/vault/api-docs/secret/transit), for all of this process. Like
// pulumicli.Passphrase it protects nothing.
var vault = sync.OnceValue(func() string {
	const prefix = "vault:v1:"
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Plaintext, Ciphertext string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		out := map[string]string{"ciphertext": prefix + in.Plaintext}
		if wrapped, ok := strings.CutPrefix(in.Ciphertext, prefix); ok {
			out = map[string]string{"plaintext": wrapped}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": out})
	})).URL
})

// environment is what the CLI needs for the stack in a folder, without work that no
// test looks at: a checkpoint after each step, of each a backup, and a log of its own.
func environment(folder string, server *azure.Server) (map[string]string, error) {
	all := pulumicli.Environment(folder, server.Providers())
	maps.Copy(all, map[string]string{
		"VAULT_SERVER_URL":                              vault(),
		"PULUMI_SKIP_CHECKPOINTS":                       "true",
		"PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
	})
	home := all["PULUMI_HOME"]
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	// The CLI logs into the folder logs, and goes on where it can't be made.
	if err := os.WriteFile(filepath.Join(home, "logs"), nil, 0o600); err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	return all, nil
}
