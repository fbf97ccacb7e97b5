package infra

import (
	"cmp"
	"context"
	"net/http"
	"os"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

const (
	// blobVariable is the environment variable that names another address of
	// the blob service, as deliver has it.
	blobVariable = "AZURE_STORAGE_BLOB_ENDPOINT"
	// storageResource is what a token for Azure Storage is asked for.
	storageResource = "https://storage.azure.com/"
)

// checkModels looks in storage for the models that were delivered. token asks
// for a token for Azure Storage, and says why there is none. Where
// Azure isn't to be asked, it isn't.
func checkModels(ctx context.Context, report *preflight.Report, cfg *stackconfig.Config, account string, client *http.Client, token func() (string, error)) {
	models := preflight.DeliveredModels(cfg)
	switch {
	case len(models) == 0:
		return
	case os.Getenv(endpointVariable) == "off":
		report.CheckModels(ctx, models, nil, endpointVariable+" is off")
		return
	}
	text, err := token()
	if err != nil {
		report.CheckModels(ctx, models, nil, "not signed in to Azure: "+firstLine(err))
		return
	}
	endpoint := cmp.Or(os.Getenv(blobVariable), "https://"+account+".blob.core.windows.net")
	report.CheckModels(ctx, models, &preflight.Storage{
		Container: strings.TrimRight(endpoint, "/") + "/" + cfg.Storage.Container, Token: text, HTTP: client,
	}, "")
}
