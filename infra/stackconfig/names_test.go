package stackconfig

import (
	"regexp"
	"strings"
	"testing"
)

const (
	project      = "project"
	subscription = "00000000-0000-4000-8000-000000000001"
	tenant       = "00000000-0000-4000-8000-000000000002"
)

// nameRules are Azure's, from its list of naming rules.
var nameRules = map[string]struct {
	of      func(Names) string
	pattern *regexp.Regexp
}{
	"resource group": {func(n Names) string { return n.ResourceGroup }, regexp.MustCompile(`^[-\w._()]{0,89}[-\w_()]$`)},
	"key vault":      {func(n Names) string { return n.KeyVault }, regexp.MustCompile(`^[a-zA-Z](-?[a-zA-Z0-9]){2,23}$`)},
	"log analytics":  {func(n Names) string { return n.Logs }, regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$`)},
	"registry":       {func(n Names) string { return n.Registry }, regexp.MustCompile(`^[a-zA-Z0-9]{5,50}$`)},
	"storage":        {func(n Names) string { return n.Storage }, regexp.MustCompile(`^[a-z0-9]{3,24}$`)},
	"workspace":      {func(n Names) string { return n.Workspace }, regexp.MustCompile(`^[a-zA-Z0-9][\w-]{2,32}$`)},
	"identity":       {func(n Names) string { return n.Identity }, regexp.MustCompile(`^[a-zA-Z0-9][\w-]{2,127}$`)},
	"endpoint":       {func(n Names) string { return n.Endpoint }, regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]$`)},
}

func TestNamesAreValid(t *testing.T) {
	for _, prefix := range []string{"nl", "nlp", "abcdefg9"} {
		for _, stack := range []string{"dev", "d", "a-very-long-stack-name", "Über_Stack.1", "---", "9"} {
			for _, suffix := range []string{"", "abc", "abc123"} {
				n := NewNames(&Config{Name: prefix, NameSuffix: suffix}, subscription, project, stack)
				for what, rule := range nameRules {
					name := rule.of(n)
					if !rule.pattern.MatchString(name) || len(name) > 24 && (what == "key vault" || what == "storage") {
						t.Errorf("%s %q of stack %q doesn't match %s", what, name, stack, rule.pattern)
					}
				}
			}
		}
	}
}

func TestNamesAreStableAndUnique(t *testing.T) {
	cfg := &Config{Name: "nlp"}
	first := NewNames(cfg, subscription, project, "dev")
	if again := NewNames(cfg, strings.ToUpper(subscription), project, "dev"); again != first {
		t.Errorf("%v, then %v", first, again)
	}
	for what, other := range map[string]Names{
		"subscription": NewNames(cfg, tenant, project, "dev"),
		"project":      NewNames(cfg, subscription, "other", "dev"),
		"stack":        NewNames(cfg, subscription, project, "dev2"),
		// Alike after shortening, not in the hash.
		"long stack": NewNames(cfg, subscription, project, "dev-"),
	} {
		if other.Storage == first.Storage || other.Endpoint == first.Endpoint {
			t.Errorf("another %s has the same names %v", what, other)
		}
	}
}

func TestDeploymentNamesFit(t *testing.T) {
	pattern := regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]$`)
	for size, want := range map[string]string{
		"Standard_F4s_v2":              "blue-f4sv2",
		"Standard_NC4as_T4_v3":         "blue-nc4ast4v3",
		"Standard_NC96ads_A100_v4":     "blue-nc96adsa100v4",
		"Standard_ND96amsr_A100_v4abc": "blue-nd96amsra100v4ab",
	} {
		if got := DeploymentName("blue", size); got != want {
			t.Errorf("%s: %q, want %q", size, got, want)
		}
		if longest := DeploymentName("abcdefghijklmno", size); !pattern.MatchString(longest) {
			t.Errorf("%q isn't valid", longest)
		}
	}
}
