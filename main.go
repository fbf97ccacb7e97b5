// Command azure-nlp-endpoint is the Pulumi program. The Pulumi CLI runs it;
// what people run alongside it is cmd/nlp.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
)

func main() { pulumi.Run(infra.Deploy) }
