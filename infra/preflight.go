package infra

import (
	"os"
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
)

const endpointVariable = preflight.EndpointVariable

// preflight checks the stack before anything is declared. It asks Azure as
// whoever the provider is signed in as; where nobody is, it says what wasn't
// checked.
func (r run) preflight() error {
	var client *preflight.Client
	requirements := preflight.Requirements(r.cfg, r.endpointID())
	if os.Getenv(endpointVariable) == "off" {
		requirements.Unasked = endpointVariable + " is off"
	} else if r.subscription != "" {
		token, err := authorization.GetClientToken(r.ctx, &authorization.GetClientTokenArgs{})
		if err == nil {
			client = &preflight.Client{Endpoint: os.Getenv(endpointVariable), Subscription: r.subscription, Token: token.Token}
		} else {
			requirements.Unasked = "not signed in to Azure: " + firstLine(err)
		}
	}
	report := preflight.Check(r.ctx.Context(), requirements, client)
	report.CheckDelivered(r.ctx.Context(), r.cfg, r.cfg.StorageAccount(r.names), r.http, func() (string, error) {
		resource := preflight.StorageResource
		token, err := authorization.GetClientToken(r.ctx, &authorization.GetClientTokenArgs{Endpoint: &resource})
		if err != nil {
			return "", err
		}
		return token.Token, nil
	})
	for _, line := range report.Lines() {
		if err := r.ctx.Log.Info("preflight: "+line, nil); err != nil {
			return err
		}
	}
	return report.Err()
}

// firstLine of an error: the engine's go on for several.
func firstLine(err error) string {
	line, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	return line
}
