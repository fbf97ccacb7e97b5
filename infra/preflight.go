package infra

import (
	"os"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
)

// preflight checks the stack before anything is declared. It asks Azure as
// whoever the provider is signed in as; where nobody is, it says what wasn't
// checked.
func (r run) preflight() error {
	login := r.login()
	in := preflight.Input{
		Config: r.cfg, Names: r.names, Folder: ".", GroupMade: r.group != nil, Credential: login, HTTP: r.http, Update: !r.ctx.DryRun(), HubToken: r.hubToken,
	}
	switch {
	case os.Getenv(arm.EndpointVariable) == "off":
		in.Unasked = arm.EndpointVariable + " is off"
	case r.subscription == "":
		in.Unasked = errSignedOut.Error()
	default:
		var err error
		if err = login.check(r.ctx.Context()); err == nil {
			in.Client, err = preflight.New(login, r.subscription)
		}
		if err != nil {
			in.Unasked = firstLine(err)
		}
	}
	report := in.Run(r.ctx.Context())
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
