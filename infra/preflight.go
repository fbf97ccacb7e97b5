package infra

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// endpointVariable is the environment variable that names another address of
// Azure Resource Manager: a sovereign cloud's, a test's, or "off" to ask
// nothing.
const endpointVariable = "AZURE_RESOURCE_MANAGER_ENDPOINT"

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
			client = newClient(r.subscription, token.Token)
		} else {
			requirements.Unasked = "not signed in to Azure: " + firstLine(err)
		}
	}
	report := preflight.Check(r.ctx.Context(), requirements, client)
	checkModels(r.ctx.Context(), &report, r.cfg, r.cfg.StorageAccount(r.names), r.http, func() (string, error) {
		resource := storageResource
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

func newClient(subscription, token string) *preflight.Client {
	return &preflight.Client{Endpoint: os.Getenv(endpointVariable), Subscription: subscription, Token: token}
}

// Exit statuses of PreflightCommand.
const (
	exitFine  = 0
	exitFound = 1 // something would fail
	exitUsage = 2 // arguments or configuration are wrong
)

const preflightUsage = `usage: go run . preflight -s STACK

Checks disk, memory, sizes, quota and cost of a stack, and changes nothing. It
asks Azure as the Azure CLI is signed in (az login); ARM_SUBSCRIPTION_ID names
another subscription. Signed out, it checks what it can and says what it
didn't. Exit status 1 says that something would fail.
`

// PreflightCommand is `preflight` on the command line, run in the folder of
// Pulumi.yaml. It returns the exit status.
func PreflightCommand(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("preflight", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, preflightUsage) }
	var name string
	flags.StringVar(&name, "s", "", "stack")
	flags.StringVar(&name, "stack", "", "stack")
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		return exitFine
	} else if err != nil {
		return exitUsage
	}
	if name == "" || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "preflight: name one stack, as in: preflight -s dev")
		return exitUsage
	}
	project, err := stackconfig.ReadProject(".")
	if err != nil {
		fmt.Fprintln(stderr, "preflight:", err)
		return exitUsage
	}
	cfg, err := project.Read(name, true)
	if err != nil {
		fmt.Fprintln(stderr, "preflight:", err)
		return exitUsage
	}
	client, err := azureCLI(ctx)
	if err != nil {
		fmt.Fprintln(stderr, "preflight:", err)
	}
	r := run{}
	if client != nil {
		r.subscription = client.Subscription
		r.names = stackconfig.NewNames(cfg, client.Subscription, project.Name, name)
	}
	requirements := preflight.Requirements(cfg, r.endpointID())
	if os.Getenv(endpointVariable) == "off" {
		requirements.Unasked = endpointVariable + " is off"
	}
	report := preflight.Check(ctx, requirements, client)
	checkModels(ctx, &report, cfg, cfg.StorageAccount(r.names), http.DefaultClient, func() (string, error) {
		if client == nil {
			return "", errors.New("only the account that is signed in knows the stack's names")
		}
		_, token, err := cliToken(ctx, storageResource)
		return token, err
	})
	for _, line := range report.Lines() {
		fmt.Fprintln(stdout, line)
	}
	if err := report.Err(); err != nil {
		fmt.Fprintln(stderr, err)
		return exitFound
	}
	fmt.Fprintln(stdout, "preflight found nothing that would fail")
	return exitFine
}

// azureCLI is a client as the Azure CLI is signed in, nil where it isn't or
// Azure shouldn't be asked.
func azureCLI(ctx context.Context) (*preflight.Client, error) {
	if os.Getenv(endpointVariable) == "off" {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	subscription, token, err := cliToken(ctx, "https://management.azure.com/")
	if err != nil {
		return nil, err
	}
	return newClient(subscription, token), nil
}

// cliToken is a token for a resource from the Azure CLI, with the subscription.
func cliToken(ctx context.Context, resource string) (subscription, token string, err error) {
	arguments := []string{"account", "get-access-token", "--resource", resource, "--output", "json"}
	subscription = os.Getenv("ARM_SUBSCRIPTION_ID")
	if subscription != "" {
		arguments = append(arguments, "--subscription", subscription)
	}
	var stderr strings.Builder
	command := exec.CommandContext(ctx, "az", arguments...)
	command.Stderr = &stderr
	out, err := command.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", "", errors.New("the Azure CLI (az) isn't installed: only what needs no answer from Azure is checked")
	case err != nil:
		return "", "", fmt.Errorf("az account get-access-token: %w: %s", err, strings.Join(strings.Fields(stderr.String()), " "))
	}
	var answer struct{ AccessToken, Subscription string }
	if err := json.Unmarshal(out, &answer); err != nil || answer.AccessToken == "" {
		return "", "", errors.New("az account get-access-token: the answer holds no token")
	}
	if subscription == "" {
		subscription = answer.Subscription
	}
	return subscription, answer.AccessToken, nil
}
