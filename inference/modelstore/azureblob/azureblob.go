// Package azureblob fetches a delivered model from Azure Blob Storage, as a
// container does that has no model mounted: Azure Container Apps mounts none.
//
// The manifest in the model's folder lists the files with their hashes, and is
// fetched first; what differs from it isn't used.
package azureblob

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/retry"
)

// Scope is what a token is for that Azure Storage takes.
const Scope = "https://storage.azure.com/.default"

const (
	// piece is how much one request fetches, so that a large file comes over
	// several connections: storage limits the speed of each.
	piece = 16 << 20
	// parallel is how many requests run at a time.
	parallel = 8
	// patience is for one request: a connection that is silent isn't waited for.
	patience = 2 * time.Minute
)

// Options say what to fetch.
type Options struct {
	// URL is the model's folder, https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER.
	URL string
	// SHA256 is the manifest's; "" takes the one that is there.
	SHA256 string
	// Dir is where the files go. What is there already and right stays.
	Dir string
	// Token gives one for Scope.
	Token func(ctx context.Context) (string, error)
	// HTTP reaches storage; nil is the usual way.
	HTTP *http.Client
	// Backoff is the pause before the first further try; it doubles.
	Backoff time.Duration
	// Note is told what is tried again.
	Note func(text string)
}

// Result says what came.
type Result struct {
	SHA256         string // the manifest's
	Files          int
	Bytes, Fetched int64 // of all files; of those that weren't there
}

type fetcher struct {
	Options
	fetched atomic.Int64
	noting  sync.Mutex
}

// Fetch brings the model's files to the folder. It returns only once all of them
// are as the manifest says.
func Fetch(ctx context.Context, o Options) (Result, error) {
	if err := o.check(); err != nil {
		return Result{}, err
	}
	o.HTTP = cmp.Or(o.HTTP, http.DefaultClient)
	o.Backoff = cmp.Or(o.Backoff, time.Second)
	f := &fetcher{Options: o}
	m, sum, err := f.manifest(ctx)
	if err != nil {
		return Result{}, err
	}
	if err := f.files(ctx, m); err != nil {
		return Result{}, err
	}
	return Result{SHA256: sum, Files: len(m.Files), Bytes: m.Size(), Fetched: f.fetched.Load()}, nil
}

func (o Options) check() error {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || strings.Count(strings.Trim(u.Path, "/"), "/") < 1 {
		return fmt.Errorf("the model's address is %q: it must be https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER, without a query", o.URL)
	}
	if o.SHA256 != "" && !manifest.ValidSum(o.SHA256) {
		return fmt.Errorf("the manifest's hash is %q: it must be 64 hexadecimal digits, as nlp deliver prints them", o.SHA256)
	}
	return nil
}

// mostManifest is far more than a model's list of files takes.
const mostManifest = 16 << 20

// manifest fetches the list of files, and says its hash.
func (f *fetcher) manifest(ctx context.Context) (m manifest.Manifest, sum string, err error) {
	var data []byte
	err = f.retry(ctx, manifest.File, func() error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		answer, err := f.get(ctx, manifest.File, 0, 0)
		if err != nil {
			return err
		}
		defer func() { _ = answer.Body.Close() }()
		data, err = io.ReadAll(io.LimitReader(answer.Body, mostManifest))
		return err
	})
	var status *statusError
	if errors.As(err, &status) && status.status == http.StatusNotFound {
		return m, "", fmt.Errorf("%w: there is no complete model in %s; nlp deliver, or pulumi up for a model with a source, writes its %s last", err, f.URL, manifest.File)
	}
	if err != nil {
		return m, "", err
	}
	sum = cmp.Or(f.SHA256, manifest.Sum(data))
	m, err = manifest.Parse(data, sum)
	if err != nil {
		return m, "", fmt.Errorf("%s: %w: deliver the model again", f.URL, err)
	}
	for _, e := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(e.Path)) || e.Size < 0 || !manifest.ValidSum(e.SHA256) {
			return m, "", fmt.Errorf("%s: %s lists %q with %d bytes and the hash %q, which can't be: deliver the model again", f.URL, manifest.File, e.Path, e.Size, e.SHA256)
		}
	}
	return m, sum, nil
}

// files fetches what isn't there, the largest first.
func (f *fetcher) files(ctx context.Context, m manifest.Manifest) error {
	requests := make(chan struct{}, parallel)
	group, ctx := errgroup.WithContext(ctx)
	for _, e := range slices.SortedFunc(slices.Values(m.Files), func(a, b manifest.Entry) int { return cmp.Compare(b.Size, a.Size) }) {
		group.Go(func() error {
			target := filepath.Join(f.Dir, filepath.FromSlash(e.Path))
			if same(target, e) == nil {
				return nil
			}
			return f.file(ctx, e, target, requests)
		})
	}
	return group.Wait()
}

// file fetches one file piece by piece, and gives it its name once it is right.
func (f *fetcher) file(ctx context.Context, e manifest.Entry, target string, requests chan struct{}) (err error) {
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	partial := target + ".partial"
	out, err := os.Create(partial)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	group, pieces := errgroup.WithContext(ctx)
	for start := int64(0); start < e.Size; start += piece {
		select {
		case requests <- struct{}{}:
		case <-pieces.Done():
			return errors.Join(group.Wait(), ctx.Err())
		}
		group.Go(func() error {
			defer func() { <-requests }()
			at, end := start, min(start+piece, e.Size)
			return f.retry(pieces, e.Path, func() error {
				n, err := f.part(pieces, e.Path, at, end, io.NewOffsetWriter(out, at))
				at += n
				f.fetched.Add(n)
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := same(partial, e); err != nil {
		return fmt.Errorf("%s/%s: %w: it isn't used; deliver the model again", f.URL, e.Path, err)
	}
	return os.Rename(partial, target)
}

// part fetches the bytes from at up to end, and says how many came.
func (f *fetcher) part(ctx context.Context, name string, at, end int64, out io.Writer) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := f.get(ctx, name, at, end)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	n, err := io.Copy(out, io.LimitReader(answer.Body, end-at))
	var disk *os.PathError
	switch {
	case errors.As(err, &disk):
		return n, retry.Permanent(fmt.Errorf("%w: give the volume more room", err))
	case err != nil:
		return n, fmt.Errorf("the connection broke off: %w", err)
	case n < end-at:
		return n, fmt.Errorf("the connection ended at byte %d of %d", at+n, end)
	}
	return n, nil
}

// same reports how a file differs from what the manifest says of it.
func same(path string, e manifest.Entry) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	sum := sha256.New()
	n, err := io.Copy(sum, in)
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); n != e.Size || got != e.SHA256 {
		return fmt.Errorf("it has %d bytes of the SHA-256 %s, %s says %d of %s", n, got, manifest.File, e.Size, e.SHA256)
	}
	return nil
}
