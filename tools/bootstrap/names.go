package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

var (
	uuidPattern       = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	namePattern       = regexp.MustCompile(`^[a-z][a-z0-9]{1,7}$`)
	repositoryPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$`)
	prefixPattern     = regexp.MustCompile(`^repo:[A-Za-z0-9][A-Za-z0-9-]*(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$`)
	locationPattern   = regexp.MustCompile(`^[a-z]+[0-9]*$`)
)

// check reports every option whose value can't be, all at once.
func (c *cli) check() error {
	var all []error
	report := func(ok bool, format string, args ...any) {
		if !ok {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	report(uuidPattern.MatchString(c.Subscription), "--subscription is %q, it must be a subscription's id, a UUID", c.Subscription)
	report(namePattern.MatchString(c.Name), "--name is %q, it must be 2 to 8 lower-case letters and digits and begin with a letter", c.Name)
	report(locationPattern.MatchString(c.Location), "--location is %q, it must be a region's short name, such as westeurope", c.Location)
	for flag, ids := range map[string][]string{"writer": c.Writer, "reader": c.Reader, "caller": c.Caller} {
		for _, id := range ids {
			report(uuidPattern.MatchString(id), "--%s is %q, it must be the object id of a principal, a UUID: an enterprise application's page has it", flag, id)
		}
	}
	if c.Repository != "" {
		report(repositoryPattern.MatchString(c.Repository), "--repository is %q, it must be OWNER/NAME on GitHub", c.Repository)
		report(c.Stack != "" && len(c.Environment) > 0, "--repository needs --stack and --environment: the stack whose jobs deploy it, and GitHub's environment of these jobs")
	}
	for _, name := range c.Environment {
		report(name != "" && !strings.ContainsAny(name, ":/' "), "--environment is %q, it must be a GitHub environment's name", name)
	}
	report(len(c.Environment) == 0 || c.Repository != "", "--environment needs --repository")
	report(c.SubjectPrefix == "" || prefixPattern.MatchString(c.SubjectPrefix), "--subject-prefix is %q, it must be repo:OWNER/NAME or repo:OWNER@ID/NAME@ID", c.SubjectPrefix)
	report(!c.Callers || c.Stack != "", "--callers needs --stack, whose endpoint they call")
	report(len(c.Caller) == 0 || c.Callers, "--caller needs --callers")
	return errors.Join(all...)
}

// names of what is made.
type names struct {
	group, account, container, vault, key string
}

// names depend on nothing but the options, so a second run finds what the first
// made. Accounts and vaults have names that are unique in all of Azure.
func (c *cli) names() names {
	sum := sha256.Sum256([]byte(c.Subscription + "/" + c.Name))
	suffix := hex.EncodeToString(sum[:])[:8]
	return names{
		group: c.Name + "-pulumi", account: c.Name + "state" + suffix, container: "state",
		vault: c.Name + "-state-" + suffix, key: "pulumi",
	}
}

func (n names) plan(out io.Writer, c *cli) error {
	_, err := fmt.Fprintf(out, `In subscription %s, region %s, this would be made, unless it is there already:
resource group   %s
storage account  %s, without keys and public access, with versions
container        %s
Key Vault        %s, with role-based access and purge protection
key              %s, RSA 3072
roles            you and %d more may update stacks, %d may preview them
`, c.Subscription, c.Location, n.group, n.account, n.container, n.vault, n.key, len(c.Writer), len(c.Reader))
	return err
}

func (n names) instructions(out io.Writer) error {
	_, err := fmt.Fprintf(out, `
Set these, in your shell and as variables of the GitHub repository (docs/reference/ci.md):

export PULUMI_BACKEND_URL='azblob://%s?storage_account=%s'

and make each stack with the key:

pulumi stack init dev --secrets-provider='azurekeyvault://%s.vault.azure.net/keys/%s'
`, n.container, n.account, n.vault, n.key)
	return err
}
