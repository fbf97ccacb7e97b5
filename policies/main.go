// Command policies is the policy pack of this project, which the Pulumi CLI runs:
// pulumi preview --policy-pack policies. Add a policy of your own to the table.
package main

import (
	"os"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/policy"
)

func main() { os.Exit(policy.Main(policy.Table)) }
