package delivery

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"golang.org/x/sync/errgroup"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
)

// readAgain is how often a download that breaks off goes on where it was.
const readAgain = 5

// Verify reads a delivered model back and compares every file with the
// manifest. The error names all that differ.
func Verify(ctx context.Context, c *container.Client, name, sum string, progress func(done, total int64)) error {
	folder := manifest.Folder(name, sum)
	data, err := read(ctx, c, path.Join(folder, manifest.File))
	if err != nil {
		return fmt.Errorf("%s is not complete in storage: %w", folder, explain(err))
	}
	m, err := manifest.Parse(data, sum)
	if err != nil {
		return fmt.Errorf("%s in storage: %w", folder, err)
	}
	var mu sync.Mutex
	var done int64
	var problems []error
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for _, e := range m.Files {
		group.Go(func() error {
			got := sha256.New()
			size, err := stream(ctx, c, path.Join(folder, e.Path), io.MultiWriter(got, counter(func(n int64) {
				mu.Lock()
				defer mu.Unlock()
				if done += n; progress != nil {
					progress(done, m.Size())
				}
			})))
			if ctx.Err() != nil {
				return ctx.Err()
			}
			mu.Lock()
			defer mu.Unlock()
			switch sum := hexOf(got.Sum(nil)); {
			case err != nil:
				problems = append(problems, fmt.Errorf("%s/%s: %w", folder, e.Path, explain(err)))
			case sum != e.SHA256:
				problems = append(problems, fmt.Errorf("%s/%s has %d bytes of the SHA-256 %s in storage, want %d of %s: delete the blob and deliver again",
					folder, e.Path, size, sum, e.Size, e.SHA256))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return errors.Join(problems...)
}

// Complete reports whether a folder of the container holds all that its manifest
// lists, by sizes and recorded hashes. sum is the manifest's own SHA-256.
func Complete(ctx context.Context, c *container.Client, folder string) (complete bool, sum string, err error) {
	there, err := list(ctx, c, folder)
	if err != nil {
		return false, "", err
	}
	listed, ok := there[manifest.File]
	if !ok {
		return false, "", nil
	}
	data, err := read(ctx, c, path.Join(folder, manifest.File))
	if err != nil {
		return false, "", explain(err)
	}
	m, err := manifest.Parse(data, listed.sum)
	if err != nil {
		return false, "", nil // another upload mends it
	}
	for _, e := range m.Files {
		if found, ok := there[e.Path]; !ok || !found.is(e) {
			return false, "", nil
		}
	}
	return true, m.Sum(), nil
}

// stream downloads a blob. A connection that breaks is taken up again.
func stream(ctx context.Context, c *container.Client, name string, out io.Writer) (int64, error) {
	answer, err := c.NewBlobClient(name).DownloadStream(ctx, nil)
	if err != nil {
		return 0, err
	}
	body := answer.NewRetryReader(ctx, &blob.RetryReaderOptions{MaxRetries: readAgain})
	n, err := io.Copy(out, body)
	return n, errors.Join(err, body.Close())
}

func read(ctx context.Context, c *container.Client, name string) ([]byte, error) {
	answer, err := c.NewBlobClient(name).DownloadStream(ctx, nil)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, 64<<20))
	return data, errors.Join(err, answer.Body.Close())
}

// sumOf is the SHA-256 that a blob's metadata records.
func sumOf(metadata map[string]*string) string {
	for key, value := range metadata {
		if strings.EqualFold(key, hashKey) && value != nil {
			return *value
		}
	}
	return ""
}
