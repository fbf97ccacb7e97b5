package infra

import (
	"encoding/json"
	"os"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// loadConfig reads and checks the configuration of the running stack.
func loadConfig(ctx *pulumi.Context) (*stackconfig.Config, error) {
	values := map[string]string{}
	for _, key := range configKeys(ctx) {
		if text, ok := ctx.GetConfig(ctx.Project() + ":" + key); ok {
			values[key] = text
		}
	}
	return stackconfig.Load(ctx.Stack(), ".", values, ctx.DryRun())
}

// configKeys lists the keys to read. The SDK gives no list, but the language
// host's environment does, which is how misspelled keys come to light; inline
// programs, which have no such environment, see the known ones.
func configKeys(ctx *pulumi.Context) []string {
	keys := stackconfig.Keys()
	var all map[string]string
	if err := json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &all); err != nil {
		return keys
	}
	for name := range all {
		if key, ok := strings.CutPrefix(name, ctx.Project()+":"); ok && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}
