package stackconfig_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

// TestNewAsAFile: a program that gives what a stack's file says gets what the file
// gives.
func TestNewAsAFile(t *testing.T) {
	for _, stack := range committedStacks(t) {
		values := stackValues(t, stack, withDigests, set("alerts.enabled", false), set("keyVault.purgeProtection", false))
		want, err := stackconfig.Load(stack, ".", stackconfigtest.Texts(t, values), false)
		if err != nil {
			t.Fatal(err)
		}
		got, err := stackconfig.New(stack, ".", *want, map[string]any{"alerts.enabled": false, "keyVault.purgeProtection": false}, nil, false)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", stack, got, want)
		}
	}
}

func TestNewDefaults(t *testing.T) {
	given := stackconfig.Config{
		Location:    "westeurope",
		Deployments: map[string]stackconfig.Deployment{"blue": {Image: stackconfig.Image{Repository: "scorer", Build: &stackconfig.Build{}}}},
		Traffic:     map[string]int{"blue": 0},
	}
	want, err := stackconfig.Load("dev", ".", map[string]string{
		"location": "westeurope", "deployments": `{"blue": {"image": {"repository": "scorer", "build": {}}}}`, "traffic": `{"blue": 0}`,
	}, true)
	if want != nil {
		t.Fatal("a deployment without model and size is taken")
	}
	_, got := stackconfig.New("dev", ".", given, nil, nil, true)
	if got == nil || got.Error() != err.Error() {
		t.Errorf("got %v\nwant %v", got, err)
	}
}

// TestNewProblems: what is wrong in the fields, in set, and beside them is one error.
func TestNewProblems(t *testing.T) {
	_, err := stackconfig.New("dev", ".", stackconfig.Config{Location: "West Europe"},
		map[string]any{"alerts.enabeld": false, "location.x": 1, "budget": "much"},
		[]stackconfig.Problem{{Key: "beside", Allowed: "isn't", Remedy: "mend it"}}, true)
	for _, want := range []string{
		"has 4 problem(s)", "beside: isn't; mend it", "did you mean enabled?", "budget = ", "location = ",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}
