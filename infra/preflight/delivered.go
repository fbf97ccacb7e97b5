package preflight

import (
	"cmp"
	"context"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// BlobVariable names another address of the blob service, as deliver has it.
const BlobVariable = "AZURE_STORAGE_BLOB_ENDPOINT"

// storageScope is what a token for Azure Storage is asked for.
const storageScope = "https://storage.azure.com/.default"

// checkDelivered looks in the storage account for the models that were delivered.
func (r *Report) checkDelivered(ctx context.Context, in Input) {
	models := DeliveredModels(in.Config)
	if len(models) == 0 {
		return
	}
	if in.Client == nil {
		r.CheckModels(ctx, models, nil, in.Unasked)
		return
	}
	token, err := in.Credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{storageScope}})
	if err != nil {
		r.CheckModels(ctx, models, nil, "not signed in to Azure: "+arm.Reason(err))
		return
	}
	endpoint := cmp.Or(os.Getenv(BlobVariable), "https://"+in.Config.StorageAccount(in.Names)+".blob.core.windows.net")
	r.CheckModels(ctx, models, &Storage{
		Container: strings.TrimRight(endpoint, "/") + "/" + in.Config.Storage.Container, Token: token.Token, HTTP: in.HTTP,
	}, "")
}
