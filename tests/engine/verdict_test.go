package engine_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/armcheck"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

// withoutSchema lists types that the folder of schemas doesn't hold; azapi's
// validator alone judges them.
var withoutSchema = []string{
	"Microsoft.Authorization/locks@2020-05-01",
	"Microsoft.Authorization/roleDefinitions@2022-05-01-preview",
	"Microsoft.KeyVault/vaults/secrets@2023-07-01",
	"Microsoft.Network/privateDnsZones/A@2020-06-01",
	"Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01",
	"Microsoft.Network/privateDnsZones@2020-06-01",
	"Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2023-11-01",
	"Microsoft.Network/privateEndpoints@2023-11-01",
	"Microsoft.Network/virtualNetworks/subnets@2023-11-01",
	"Microsoft.Network/virtualNetworks@2023-11-01",
}

// schemas are read once for all tests.
var schemas = sync.OnceValues(armcheck.OpenSchemas)

// noGap wants every PUT of the endpoint to carry traffic that totals 100 once
// there was some: callers never meet a 404 on the way.
func (s *stack) noGap() {
	s.t.Helper()
	live := false
	for _, r := range s.Cloud.Requests()[s.seen:] {
		if r.Type != endpoints {
			continue
		}
		total := 0.0
		properties, _ := r.Body["properties"].(map[string]any)
		traffic, _ := properties["traffic"].(map[string]any)
		for _, percent := range traffic {
			p, _ := percent.(float64)
			total += p
		}
		live = live || total == 100
		if live && total != 100 {
			s.t.Errorf("a PUT of the endpoint set the traffic to %v", traffic)
		}
	}
}

// checkBodies gives everything that went to ARM to Microsoft's validator and
// schemas.
func (s *stack) checkBodies() {
	s.t.Helper()
	requests := s.Cloud.Requests()[s.seen:]
	findings, err := armcheck.Microsoft(s.t.Context(), requests)
	if err != nil {
		s.t.Fatal(err)
	}
	read, err := schemas()
	switch {
	case errors.Is(err, armcheck.ErrNoSchemas):
		s.t.Log("LEFT OUT: the check against the JSON Schemas:", err)
	case err != nil:
		s.t.Fatal(err)
	default:
		var covered []azure.Request
		for _, r := range requests {
			if !slices.Contains(withoutSchema, r.Type+"@"+r.APIVersion) {
				covered = append(covered, r)
			}
		}
		more, err := read.Check(covered)
		if err != nil {
			s.t.Fatal(err)
		}
		findings = append(findings, more...)
	}
	seen, updates := map[string]bool{}, 0
	for _, r := range requests {
		if r.Update {
			updates++
		}
	}
	for _, f := range findings {
		if line := f.String(); !seen[line] {
			seen[line] = true
			s.t.Error(line)
		}
	}
	s.t.Logf("checked %d bodies, %d of them updates", len(requests), updates)
}

// checkOutputs wants the outputs that users and the next tools need.
func checkOutputs(t *testing.T, outputs auto.OutputMap) {
	t.Helper()
	uri, openAI := false, false
	for name, output := range outputs {
		text, _ := output.Value.(string)
		uri = uri || strings.HasPrefix(text, "https://") && strings.HasSuffix(text, ".inference.ml.azure.com/")
		openAI = openAI || strings.HasPrefix(text, "https://") && strings.HasSuffix(text, ".inference.ml.azure.com/v1")
		if strings.Contains(strings.ToLower(name), "key") && strings.HasPrefix(text, "offline-") && !output.Secret {
			t.Errorf("output %s is a key and no secret", name)
		}
	}
	if !uri || !openAI {
		t.Errorf("no output is the scoring URI, or none is OpenAI's base URL: %v", slices.Sorted(maps.Keys(outputs)))
	}
	if _, ok := outputs["readme"]; !ok {
		t.Errorf("no output readme: %v", slices.Sorted(maps.Keys(outputs)))
	}
}

// flat returns the names of all operations that begin with the word.
func flat(steps engine.Steps, word string) []string {
	var out []string
	for op, names := range steps {
		if strings.HasPrefix(op, word) {
			out = append(out, names...)
		}
	}
	return out
}
