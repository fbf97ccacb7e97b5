package main

import (
	"cmp"
	"context"
	"errors"
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
func (c preflightCmd) Run(s streams, caught signals) error {
	ctx := caught.stop
	project, err := stackconfig.ReadProject(c.Dir)
	if err != nil {
		return usageError{err}
	}
	cfg, err := project.Read(c.Stack, true)
	if err != nil {
		return usageError{err}
	}
	var client *preflight.Client
	var names stackconfig.Names
	credential, endpoint, unasked := azcore.TokenCredential(nil), "", preflight.EndpointVariable+" is off"
	if os.Getenv(preflight.EndpointVariable) != "off" {
		unasked = ""
		if client, credential, err = c.connect(ctx); err != nil {
			unasked = "not signed in to Azure: " + arm.Reason(err)
		} else {
			names = stackconfig.NewNames(cfg, client.Subscription, project.Name, c.Stack)
			endpoint = names.EndpointID(client.Subscription)
		}
	}
	requirements := preflight.Requirements(cfg, endpoint)
	requirements.Unasked = unasked
	report := preflight.Check(ctx, requirements, client)
	report.CheckDelivered(ctx, cfg, cfg.StorageAccount(names), http.DefaultClient, func() (string, error) {
		if client == nil {
			return "", errors.New("only the account that is signed in knows the stack's names")
		}
		return token(ctx, credential, preflight.StorageResource)
	})
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
func (c preflightCmd) connect(ctx context.Context) (*preflight.Client, azcore.TokenCredential, error) {
	credential, err := signIn()
	if err != nil {
		return nil, nil, err
	}
	text, err := token(ctx, credential, "https://management.azure.com/")
	if err != nil {
		return nil, nil, err
	}
	id, err := subscription(ctx, c.Subscription, credential)
	if err != nil {
		return nil, nil, err
	}
	return &preflight.Client{Endpoint: os.Getenv(preflight.EndpointVariable), Subscription: id, Token: text}, credential, nil
}

func token(ctx context.Context, credential azcore.TokenCredential, resource string) (string, error) {
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{strings.TrimRight(resource, "/") + "/.default"}})
	return token.Token, err
}

// subscription is the one that was named, or else the only one that the account
// sees.
func subscription(ctx context.Context, named string, credential azcore.TokenCredential) (string, error) {
	if named != "" {
		return named, nil
	}
	options, err := arm.Options(os.Getenv(preflight.EndpointVariable))
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
