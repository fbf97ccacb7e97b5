package supply

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestScorerGetsNoSecretsOfAzure: the scorer talks to the hub alone.
func TestScorerGetsNoSecretsOfAzure(t *testing.T) {
	for name, value := range map[string]string{
		"AZURE_STORAGE_KEY": "a", "AZURE_CLIENT_SECRET": "b", "ARM_CLIENT_SECRET": "c", "PULUMI_CONFIG_PASSPHRASE": "d", "HF_TOKEN": "old", "HF_ENDPOINT": "https://hub",
	} {
		t.Setenv(name, value)
	}
	all := Command(t.Context(), "scorer", "new").Env
	for _, variable := range all {
		for _, prefix := range []string{"AZURE_", "ARM_", "PULUMI_", "HF_TOKEN=old"} {
			if strings.HasPrefix(variable, prefix) {
				t.Errorf("the scorer gets %s", strings.SplitN(variable, "=", 2)[0])
			}
		}
	}
	if !slices.Contains(all, "HF_TOKEN=new") || !slices.Contains(all, "HF_ENDPOINT=https://hub") {
		t.Error("the scorer lacks what it needs")
	}
}

// TestScorerOfAnotherProgram: elsewhere than in a clone of this project, the scorer
// is the one in PATH.
func TestScorerOfAnotherProgram(t *testing.T) {
	elsewhere, path := Scorer{Dir: t.TempDir()}, t.TempDir()
	t.Setenv("PATH", path)
	_, _, err := elsewhere.ready(t.Context(), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "nor in PATH, and "+elsewhere.Dir+" isn't a clone of azure-nlp-endpoint") {
		t.Errorf("without a scorer: %v", err)
	}
	want := filepath.Join(path, "scorer")
	if err := os.WriteFile(want, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if got, _, err := elsewhere.ready(t.Context(), io.Discard); got != want || err != nil {
		t.Errorf("found %q, %v", got, err)
	}
}
