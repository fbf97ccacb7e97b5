// Bootstrap makes what Pulumi itself needs before the first `pulumi up`: a
// storage container for its state and a Key Vault key for its secrets, in a
// resource group of their own. After it, it makes the identities that CI signs
// in as, and the group of an endpoint's callers. It is run by an owner of the
// subscription, changes nothing that is there already, and prints what to set.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/alecthomas/kong"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// cli are the options; docs/reference/ci.md explains them.
type cli struct {
	Subscription string   `env:"ARM_SUBSCRIPTION_ID" required:"" placeholder:"ID" help:"Azure subscription."`
	Location     string   `required:"" placeholder:"REGION" help:"Azure region, such as westeurope."`
	Name         string   `default:"nlp" help:"Beginning of the names, 2 to 8 lower-case letters and digits."`
	Writer       []string `placeholder:"OBJECT-ID" help:"Object id of a principal that updates stacks too, such as ci-deploy's. Repeatable."`
	Reader       []string `placeholder:"OBJECT-ID" help:"Object id of a principal that only previews, such as ci-preview's. Repeatable."`

	Stack         string   `placeholder:"FILE" help:"What pulumi stack output --json printed of a stack, for which identities are made; - is standard input."`
	Repository    string   `placeholder:"OWNER/NAME" help:"GitHub repository whose workflows sign in without secrets. Needs --stack and --environment."`
	Environment   []string `placeholder:"NAME" help:"GitHub environment whose jobs deploy the stack. Repeatable."`
	SubjectPrefix string   `placeholder:"repo:OWNER/NAME" help:"What the subject of the repository's tokens begins with; by default GitHub is asked, with the token in GITHUB_TOKEN if that is set."`
	Callers       bool     `help:"Make a group whose members may call the stack's endpoint and do nothing else. Needs --stack."`
	Caller        []string `placeholder:"OBJECT-ID" help:"Object id of a member of the callers' group. Repeatable."`

	Plan bool `help:"Print what would be made, without signing in."`
}

func run(args []string, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var c cli
	exit := -1
	parser, err := kong.New(&c, kong.Name("bootstrap"), kong.Writers(out, errs), kong.Exit(func(code int) { exit = code }),
		kong.Description("Make the storage of Pulumi's state and the key of its secrets, and with --stack the identities of CI and the callers' group. It signs in as azidentity does: az login, a managed identity, and so on."))
	if err != nil { // a mistake in the tags
		panic(err)
	}
	_, err = parser.Parse(args)
	if exit >= 0 { // help was asked for
		return exit
	}
	if err == nil {
		err = c.check()
	}
	if err != nil {
		_, _ = fmt.Fprintf(errs, "bootstrap: %v; bootstrap --help lists the options\n", err)
		return 2
	}
	if err := c.run(ctx, out); err != nil {
		_, _ = fmt.Fprintf(errs, "bootstrap: %v\n", err)
		return 1
	}
	return 0
}

func (c *cli) run(ctx context.Context, out io.Writer) error {
	names := c.names()
	if c.Plan {
		return names.plan(out, c)
	}
	var s *stack
	var prefix string
	var err error
	if c.Stack != "" {
		if s, err = readStack(c.Stack, c.Subscription, os.Stdin); err != nil {
			return err
		}
	}
	if prefix = c.SubjectPrefix; c.Repository != "" && prefix == "" {
		if prefix, err = subjectPrefix(ctx, http.DefaultClient, "https://api.github.com", os.Getenv("GITHUB_TOKEN"), c.Repository); err != nil {
			return err
		}
	}
	credential, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		return fmt.Errorf("sign in to Azure: %w", err)
	}
	b, err := newBuilder(c, names, credential, &arm.ClientOptions{}, out)
	if err != nil {
		return err
	}
	if err := b.build(ctx); err != nil {
		return err
	}
	if s != nil {
		return b.makeIdentities(ctx, s, prefix)
	}
	return names.instructions(out)
}
