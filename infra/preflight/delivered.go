package preflight

import (
	"cmp"
	"context"
	"net/http"
	"os"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

const (
	// EndpointVariable is the environment variable that names another address
	// of Azure Resource Manager: a sovereign cloud's, a test's, or "off" to ask
	// nothing.
	EndpointVariable = "AZURE_RESOURCE_MANAGER_ENDPOINT"
	// BlobVariable names another address of the blob service, as deliver has
	// it.
	BlobVariable = "AZURE_STORAGE_BLOB_ENDPOINT"
	// StorageResource is what a token for Azure Storage is asked for.
	StorageResource = "https://storage.azure.com/"
)

// CheckDelivered looks in a storage account for the models that were delivered.
// token asks for a token for Azure Storage, and says why there is none. Where
// Azure isn't to be asked, it isn't.
func (r *Report) CheckDelivered(ctx context.Context, cfg *stackconfig.Config, account string, client *http.Client, token func() (string, error)) {
	models := DeliveredModels(cfg)
	switch {
	case len(models) == 0:
		return
	case os.Getenv(EndpointVariable) == "off":
		r.CheckModels(ctx, models, nil, EndpointVariable+" is off")
		return
	}
	text, err := token()
	if err != nil {
		reason, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
		r.CheckModels(ctx, models, nil, "not signed in to Azure: "+reason)
		return
	}
	endpoint := cmp.Or(os.Getenv(BlobVariable), "https://"+account+".blob.core.windows.net")
	r.CheckModels(ctx, models, &Storage{
		Container: strings.TrimRight(endpoint, "/") + "/" + cfg.Storage.Container, Token: text, HTTP: client,
	}, "")
}
