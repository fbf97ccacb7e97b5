// Command component puts an NLP endpoint into a resource group of its own.
package main

import (
	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "texts", &resources.ResourceGroupArgs{
			ResourceGroupName: pulumi.String("rg-texts"), Location: pulumi.String("westeurope"),
		})
		if err != nil {
			return err
		}
		endpoint, err := infra.NewEndpoint(ctx, "sentiment", &infra.EndpointArgs{Group: group, Config: stackconfig.Config{
			Location: "westeurope", ResourceGroup: "rg-texts",
			Registry: stackconfig.Registry{ResourceGroup: "team", Name: "teamRegistry"},
			Deployments: map[string]stackconfig.Deployment{"blue": {
				Image: stackconfig.Image{Repository: "scorer-cpu", Digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", UncompressedMiB: 150},
				Model: stackconfig.Model{
					Name: "distilbert-sst2", Source: "distilbert/distilbert-base-uncased-finetuned-sst-2-english@714eb0fa89d2f80546fda750413ed43d93601a13",
					SizeMiB: 300, MemoryMiB: 1024,
				},
				InstanceType: "Standard_F4s_v2",
			}},
			Traffic: map[string]int{"blue": 100},
		}})
		if err != nil {
			return err
		}
		ctx.Export("scoringUri", endpoint.ScoringURI)
		return nil
	})
}
