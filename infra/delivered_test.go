package infra

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

var deliveredSum = strings.Repeat("0123456789abcdef", 4)

// delivered makes the deployment blue use a delivered model.
func delivered(values map[string]any) {
	model := values["deployments"].(map[string]any)["blue"].(map[string]any)["model"].(map[string]any)
	delete(model, "version")
	delete(model, "source")
	model["sha256"] = deliveredSum
}

// TestDeliveredModelGoesByItsHash: version and path follow from sha256.
func TestDeliveredModelGoesByItsHash(t *testing.T) {
	d := mustDeploy(t, "dev", delivered)
	version := d.one("ModelVersion")
	if version.name != "model-distilbert-sst2:0123456789abcdef" || version.get("version") != "0123456789abcdef" {
		t.Errorf("model version %s: %v", version.name, version.inputs)
	}
	if uri, _ := version.get("modelVersionProperties.modelUri").(string); !strings.HasSuffix(uri, "/paths/distilbert-sst2/"+deliveredSum) {
		t.Errorf("modelUri %s", uri)
	}
}

// TestModelsAreCheckedWhereAzureIsAsked: only delivered ones, and never when
// nothing is to be asked.
func TestModelsAreCheckedWhereAzureIsAsked(t *testing.T) {
	by := func(edits ...func(map[string]any)) *stackconfig.Config {
		cfg, err := stackconfig.Load("dev", ".", stackconfigtest.Texts(t, stackValues(t, "dev", edits...)), true)
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	refused := func() (string, error) { return "", errors.New("nobody\nis signed in") }
	var asked []string
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.String()+" "+r.Header.Get("Authorization"))
		return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil
	})}
	check := func(cfg *stackconfig.Config, token func() (string, error)) preflight.Report {
		var r preflight.Report
		r.CheckDelivered(context.Background(), cfg, "account", client, token)
		return r
	}
	t.Setenv(endpointVariable, "")
	t.Setenv(preflight.BlobVariable, "")
	if r := check(by(withDigests), refused); len(r.Skipped)+len(r.Findings) > 0 {
		t.Errorf("a model that was uploaded by hand: %+v", r)
	}
	if r := check(by(delivered), refused); len(r.Skipped) != 1 || r.Skipped[0] != "files of the model of blue: not checked: not signed in to Azure: nobody" {
		t.Errorf("%+v", r)
	}
	r := check(by(delivered), func() (string, error) { return "token", nil })
	if len(r.Findings) != 1 || !strings.Contains(r.Findings[0], "the model isn't in storage, or not all of it; deliver the model again") {
		t.Errorf("%+v", r)
	}
	want := "https://account.blob.core.windows.net/models/distilbert-sst2/" + deliveredSum + "/delivery.json Bearer token"
	if len(asked) != 1 || asked[0] != want {
		t.Errorf("asked %q, want %q", asked, want)
	}
	t.Setenv(endpointVariable, "off")
	if r := check(by(delivered), refused); len(r.Skipped) != 1 || !strings.Contains(r.Skipped[0], "is off") || len(asked) != 1 {
		t.Errorf("%+v, asked %q", r, asked)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
