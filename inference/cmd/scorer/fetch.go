package main

import (
	"context"
	"fmt"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/identity"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/azureblob"
)

type fetchCmd struct {
	URL    string `arg:"" help:"The model's folder in Azure Blob Storage, https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER."`
	To     string `env:"SCORER_TO" placeholder:"DIR" required:"" help:"Folder for the model."`
	SHA256 string `name:"sha256" env:"SCORER_SHA256" placeholder:"HASH" help:"Of the model's manifest, as nlp deliver prints it; without it the one that is there says what is right."`
}

// Run fetches the model as the container's managed identity.
func (c *fetchCmd) Run(ctx context.Context, s streams) error {
	start := time.Now()
	container, err := identity.New(nil)
	if err != nil {
		return err
	}
	result, err := azureblob.Fetch(ctx, azureblob.Options{
		URL: c.URL, SHA256: c.SHA256, Dir: c.To, Token: identity.Tokens(container, azureblob.Scope),
		Note: func(text string) { _, _ = fmt.Fprintln(s.err, "scorer:", text) },
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%d files, %d MB in %s, %d MB of them fetched in %.1f s, manifest %s\n",
		result.Files, result.Bytes/1e6, c.To, result.Fetched/1e6, time.Since(start).Seconds(), result.SHA256)
	return err
}
