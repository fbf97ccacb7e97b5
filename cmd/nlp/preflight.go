package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

type preflightCmd struct {
	Stack        string `short:"s" required:"" env:"NLP_STACK,ROLLOUT_STACK" placeholder:"NAME" help:"The stack."`
	Dir          string `env:"NLP_DIR,ROLLOUT_DIR" default:"." help:"Folder of Pulumi.yaml."`
	Subscription string `env:"ARM_SUBSCRIPTION_ID" placeholder:"ID" help:"The subscription; by default the only one that the account sees."`
}

// Help is what preflight --help says of signing in.
func (preflightCmd) Help() string {
	return "Signed out, it checks what it can and says what it didn't."
}

// Run checks a stack. It asks Azure where somebody is signed in who could.
func (c preflightCmd) Run(ctx context.Context, s streams) error {
	project, err := stackconfig.ReadProject(c.Dir)
	if err != nil {
		return usageError{err}
	}
	cfg, err := project.Read(c.Stack, true)
	if err != nil {
		return usageError{err}
	}
	in := preflight.Input{Config: cfg, Folder: project.Folder, HTTP: http.DefaultClient}
	if os.Getenv(arm.EndpointVariable) == "off" {
		in.Unasked = arm.EndpointVariable + " is off"
	} else if err := c.connect(ctx, &in); err != nil {
		in.Unasked = "not signed in to Azure: " + arm.Reason(err)
	} else {
		in.Names = stackconfig.NewNames(cfg, in.Client.Subscription, project.Name, c.Stack)
	}
	report := in.Run(ctx)
	for _, line := range report.Lines() {
		_, _ = fmt.Fprintln(s.out, line)
	}
	if err := report.Err(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, "preflight found nothing that would fail")
	return err
}

// connect signs in, and finds the subscription.
func (c preflightCmd) connect(ctx context.Context, in *preflight.Input) error {
	credential, err := signIn()
	if err != nil {
		return err
	}
	id, err := subscription(ctx, c.Subscription, credential)
	if err != nil {
		return err
	}
	// Whoever named the subscription was asked nothing yet.
	if _, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}}); err != nil {
		return err
	}
	in.Credential = credential
	in.Client, err = preflight.New(credential, id)
	return err
}

// subscription is the one that was named, or else the only one that the account
// sees.
func subscription(ctx context.Context, named string, credential azcore.TokenCredential) (string, error) {
	if named != "" {
		return named, nil
	}
	options, err := arm.Options(os.Getenv(arm.EndpointVariable))
	if err != nil {
		return "", err
	}
	client, err := arm.New(credential, options)
	if err != nil {
		return "", err
	}
	var answer struct {
		Value []struct{ SubscriptionID, DisplayName string }
	}
	if err := client.Do(ctx, http.MethodGet, "/subscriptions", "2022-12-01", nil, nil, &answer); err != nil {
		return "", fmt.Errorf("list the subscriptions: %s", arm.Reason(err))
	}
	if len(answer.Value) == 1 {
		return answer.Value[0].SubscriptionID, nil
	}
	var all []string
	for _, s := range answer.Value {
		all = append(all, s.SubscriptionID+" ("+s.DisplayName+")")
	}
	return "", fmt.Errorf("name the subscription with --subscription or ARM_SUBSCRIPTION_ID; the account sees %s",
		cmp.Or(strings.Join(all, ", "), "no subscription"))
}
