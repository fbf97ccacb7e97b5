package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/supply"
)

// deliver is the command: its options, and what it finds out on the way.
type deliver struct {
	Repo string `arg:"" optional:"" help:"OWNER/NAME on the hub, or OWNER/NAME@REVISION."`
	From string `placeholder:"DIR" help:"Deliver the model in this folder, instead of one from the hub."`
	To   string `placeholder:"DIR" help:"Folder to fetch into; its default is models/NAME."`

	Stack      string   `short:"s" required:"" help:"Stack whose storage and file are used."`
	StackFile  string   `placeholder:"FILE" help:"The stack's file, if it is not Pulumi.STACK.yaml."`
	Model      string   `placeholder:"NAME" help:"The model's name in the workspace; needed if the stack's deployments have several."`
	Deployment []string `placeholder:"NAME" help:"Deployments that should use it; by default all that have a model of this name."`
	Write      bool     `default:"true" negatable:"" help:"Write the result into the stack's file."`

	Account      string `env:"AZURE_STORAGE_ACCOUNT" placeholder:"NAME" help:"Storage account; by default the one in the stack's outputs."`
	Container    string `env:"AZURE_STORAGE_CONTAINER" placeholder:"NAME" help:"Container for the models; by default the one in the stack's outputs."`
	BlobEndpoint string `env:"AZURE_STORAGE_BLOB_ENDPOINT" placeholder:"URL" help:"Address of the blob service, if it is not https://ACCOUNT.blob.core.windows.net."`

	TokenSecret string `placeholder:"NAME" help:"Secret in the Key Vault that holds the hub's token; by default HF_TOKEN is used."`
	Vault       string `placeholder:"URL" help:"Key Vault of the secret; by default the one in the stack's outputs."`

	ModelFile string `placeholder:"FILE" help:"The model's ONNX file, if it is not model.onnx or onnx/model.onnx."`
	Precision string `enum:"fp32,int8,int4" default:"fp32" help:"Of the prepared model: ${enum}; int4 is for a chat model that the hub has weights of alone."`
	AsIs      bool   `help:"Neither prepare the model nor check that the scorer can serve it."`
	Scorer    string `env:"DELIVER_SCORER" placeholder:"FILE" help:"The scorer, which fetches and prepares; by default the one next to this program, or in PATH."`

	Parallel int  `default:"8" help:"Blocks of 8 MiB that are sent at a time."`
	Retries  int  `default:"6" help:"How often to retry a request that fails for a reason that may be temporary; first after a second, then after twice as long, and so on."`
	Verify   bool `help:"Read everything back from storage and compare it."`

	out, err io.Writer
	file     *stackconfig.File
}

// Help is what deliver --help says of signing in.
func (deliver) Help() string {
	return `It signs in to Azure as azidentity does (az login, a managed identity, AZURE_CLIENT_ID and so on), or with
AZURE_STORAGE_KEY or AZURE_STORAGE_CONNECTION_STRING. The hub's token for gated models comes from HF_TOKEN or the
Key Vault (--token-secret). No secret is an option, so that no list of processes shows one.`
}

// Run is the command.
func (d *deliver) Run(ctx context.Context, s streams) error {
	if err := d.check(); err != nil {
		return usageError{err}
	}
	d.out, d.err = s.out, s.err
	err := d.run(ctx)
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w; the same command goes on where it was", rollout.ErrInterrupted)
	}
	return err
}

var modelPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$`)

func (d *deliver) check() error {
	switch {
	case (d.Repo == "") == (d.From == ""):
		return errors.New("name a repository of the hub, or a folder with --from")
	case d.From != "" && (d.To != "" || d.TokenSecret != ""):
		return errors.New("--to and --token-secret are for models from the hub, not for --from")
	case d.Retries < 0 || d.Retries > 20:
		return fmt.Errorf("--retries is %d, it can be 0 to 20", d.Retries)
	case d.Parallel < 1 || d.Parallel > 64:
		return fmt.Errorf("--parallel is %d, it can be 1 to 64", d.Parallel)
	}
	return nil
}

func (d *deliver) run(ctx context.Context) error {
	deployments, err := d.readStack()
	if err != nil {
		return err
	}
	outputs := &stackOutputs{stack: d.Stack}
	client, err := d.open(ctx, outputs)
	if err != nil {
		return err
	}
	dir := d.From
	if d.Repo != "" {
		if dir, err = d.pull(ctx, outputs); err != nil {
			return err
		}
	}
	folder, err := d.scan(ctx, dir)
	if err != nil {
		return err
	}
	if err := d.upload(ctx, client, folder); err != nil {
		return err
	}
	return d.record(deployments, folder.Manifest)
}

// open signs in, and sees that the container is there.
func (d *deliver) open(ctx context.Context, outputs *stackOutputs) (client *container.Client, err error) {
	place := delivery.Place{Account: d.Account, Container: d.Container, Endpoint: d.BlobEndpoint}
	if place.Container == "" {
		if place.Container, err = outputs.get(ctx, "modelsContainer", "--container"); err != nil {
			return nil, err
		}
	}
	if place.Account == "" && place.Endpoint == "" && os.Getenv("AZURE_STORAGE_CONNECTION_STRING") == "" {
		if place.Account, err = outputs.get(ctx, "storageAccount", "--account"); err != nil {
			return nil, err
		}
	}
	client, how, err := delivery.Open(place, d.login())
	if err != nil {
		return nil, err
	}
	if err := delivery.Reach(ctx, client); err != nil {
		return nil, fmt.Errorf("%s, signed in with %s: %w", client.URL(), how, err)
	}
	return client, nil
}

func (d *deliver) login() delivery.Login {
	if d.Retries == 0 {
		return delivery.Login{Environment: os.Getenv, Retries: -1}
	}
	return delivery.Login{Environment: os.Getenv, Retries: d.Retries}
}

// scan takes what the scorer would serve of a folder, and hashes it.
func (d *deliver) scan(ctx context.Context, dir string) (*delivery.Folder, error) {
	from := dir
	if !d.AsIs {
		var err error
		if from, err = supply.Served(dir, d.ModelFile, d.note); err != nil {
			return nil, fmt.Errorf("%w (--as-is delivers a folder without this check)", err)
		}
	}
	bar := newProgress(d.err, "hashing")
	defer bar.finish()
	return supply.Scan(ctx, dir, from, bar.set)
}

func (d *deliver) upload(ctx context.Context, client *container.Client, folder *delivery.Folder) error {
	bar := newProgress(d.err, "uploading")
	up := delivery.Uploader{Container: client, Parallel: d.Parallel, Progress: bar.set, Note: d.note}
	start := time.Now()
	result, err := up.Upload(ctx, d.Model, folder)
	bar.finish()
	if err != nil {
		return err
	}
	state := fmt.Sprintf("sent %s in %v", megabytes(result.Sent), time.Since(start).Round(time.Second/10))
	if result.Reused > 0 {
		state += fmt.Sprintf(", %s were left there by an upload that broke off", megabytes(result.Reused))
	}
	if result.Present > 0 {
		state += fmt.Sprintf(", %s were there already", megabytes(result.Present))
	}
	if result.Sent == 0 {
		state = "is there already, nothing was sent"
	}
	if _, err := fmt.Fprintf(d.out, "%s %s in %s: %s\n", d.Model, manifest.Version(folder.Sum()), result.Prefix, state); err != nil {
		return err
	}
	if !d.Verify {
		return nil
	}
	bar = newProgress(d.err, "verifying")
	err = delivery.Verify(ctx, client, d.Model, folder.Sum(), bar.set)
	bar.finish()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.out, "read %s back: all as delivered\n", megabytes(folder.Manifest.Size()))
	return err
}

func (d *deliver) note(text string) { _, _ = fmt.Fprintln(d.err, "nlp:", text) }

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
