package infra

import (
	"strings"
	"testing"
)

// TestNothingIsDeclaredWithBadConfiguration: all problems come at once, before
// the first resource.
func TestNothingIsDeclaredWithBadConfiguration(t *testing.T) {
	d, err := deploy(t, "dev", stackValues(t, "dev", set("location", "Mars!"), set("traffic.blue", 1)), false)
	if err == nil || !strings.Contains(err.Error(), "has 2 problem(s)") {
		t.Errorf("error %v", err)
	}
	for _, r := range d.resources {
		if r.typ != "pulumi:pulumi:Stack" {
			t.Errorf("%s was declared", r.name)
		}
	}
}

// TestPreviewNeedsNoImage: the digest of a published image is known only when it
// was pushed.
func TestPreviewNeedsNoImage(t *testing.T) {
	for _, stack := range committedStacks(t) {
		values := stackValues(t, stack, withDigests, set("deployments.blue.image.digest", nil))
		if _, err := deploy(t, stack, values, true); err != nil {
			t.Errorf("%s: %v", stack, err)
		}
		if _, err := deploy(t, stack, values, false); err == nil || !strings.Contains(err.Error(), "image.digest") {
			t.Errorf("%s: an update without image: %v", stack, err)
		}
	}
}

func TestMisspelledKeysComeFromTheLanguageHost(t *testing.T) {
	t.Setenv("PULUMI_CONFIG", `{"`+project+`:locatoin":"westeurope","azure-native:location":"x"}`)
	values := stackValues(t, "dev", withDigests)
	values["locatoin"] = "westeurope"
	if _, err := deploy(t, "dev", values, false); err == nil || !strings.Contains(err.Error(), "locatoin: no such key") {
		t.Errorf("error %v", err)
	}
}
