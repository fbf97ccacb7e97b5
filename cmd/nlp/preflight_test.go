package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

func TestPreflightCommand(t *testing.T) {
	t.Setenv(arm.EndpointVariable, "off")
	t.Setenv("HF_HUB_OFFLINE", "1")
	folder := t.TempDir()
	data, err := os.ReadFile("../../Pulumi.yaml")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "Pulumi.yaml"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	copyStack := func(from, to string, edits ...string) {
		data, err := os.ReadFile("../../Pulumi." + from + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(edits...).Replace(string(data))
		if err := os.WriteFile(filepath.Join(folder, "Pulumi."+to+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	copyStack("dev", "dev")
	copyStack("dev", "full", "memoryMiB: 1024", "memoryMiB: 9000")
	copyStack("dev", "wrong", "instanceCount", "instanceCuont")
	t.Chdir(folder)
	for _, c := range []struct {
		arguments      []string
		status         int
		stdout, stderr string // contained
	}{
		{[]string{"-s", "dev"}, exitFine, "preflight found nothing that would fail", ""},
		{[]string{"--stack", "dev"}, exitFine, "estimated cost, by list prices of East US gathered in November 2026, of blue: USD 0.17 to 0.34 an hour, 123 to 247 a month (1 to 2 x Standard_F4s_v2)", ""},
		{[]string{"-s", "dev"}, exitFine, "model distilbert-sst2: an update fetches distilbert/", ""},
		{[]string{"-s", "full"}, exitFailed, "", "has 8.0 GiB; sizes that would do"},
		{[]string{"-s", "wrong"}, exitUsage, "", "deployments.blue.instanceCuont: no such key"},
		{[]string{"-s", "none"}, exitUsage, "", "Pulumi.none.yaml: no such file or directory; a stack's file is next to Pulumi.yaml"},
		{nil, exitUsage, "", "missing flags: --stack"},
		{[]string{"-s", "dev", "gpu"}, exitUsage, "", "unexpected argument gpu"},
		{[]string{"-x"}, exitUsage, "", "unknown flag -x"},
		{[]string{"-h"}, exitFine, "Usage: nlp preflight --stack=NAME", ""},
	} {
		var stdout, stderr bytes.Buffer
		if got := run(append([]string{"preflight"}, c.arguments...), strings.NewReader(""), &stdout, &stderr); got != c.status {
			t.Errorf("%v: status %d, want %d", c.arguments, got, c.status)
		}
		if !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) {
			t.Errorf("%v: stdout %q, stderr %q", c.arguments, &stdout, &stderr)
		}
	}
}

type login struct{}

func (login) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "token", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// TestSubscription: one that is named isn't asked for, the only one is taken,
// and among several nobody guesses.
func TestSubscription(t *testing.T) {
	for _, c := range []struct{ named, answer, want, problem string }{
		{"named", "", "named", ""},
		{"", `{"value": [{"subscriptionId": "a", "displayName": "A"}]}`, "a", ""},
		{"", `{"value": [{"subscriptionId": "a", "displayName": "A"}, {"subscriptionId": "b", "displayName": "B"}]}`, "", "a (A), b (B)"},
		{"", `{"value": []}`, "", "no subscription"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/subscriptions" || r.Header.Get("Authorization") != "Bearer token" {
				http.Error(w, r.URL.Path, http.StatusNotFound)
				return
			}
			_, _ = w.Write([]byte(c.answer))
		}))
		t.Setenv(arm.EndpointVariable, server.URL)
		got, err := subscription(t.Context(), c.named, login{})
		server.Close()
		if got != c.want || (err != nil) != (c.problem != "") || err != nil && !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
}
