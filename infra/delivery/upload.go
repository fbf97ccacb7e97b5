package delivery

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"golang.org/x/sync/errgroup"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
)

// hashKey is the metadata that holds a blob's SHA-256.
const hashKey = "sha256"

// Uploader sends a folder to a container.
type Uploader struct {
	Container *container.Client
	// Parallel is how many requests run at a time, each with one block in
	// memory. Default 8.
	Parallel int
	// Progress is told how many bytes of how many are in storage.
	Progress func(done, total int64)
	// Note is told what a person may want to know.
	Note func(string)

	mu          sync.Mutex
	done, total int64
}

// Result says what an upload did, in bytes.
type Result struct {
	Prefix string // the model's folder in the container
	// Sent went over the network; Reused lay there as blocks of an upload that
	// broke off; Present was there complete.
	Sent, Reused, Present int64
}

// Upload brings the folder to the container, below the model's name and the
// content's hash.
func (u *Uploader) Upload(ctx context.Context, name string, f *Folder) (Result, error) {
	return u.UploadTo(ctx, manifest.Folder(name, f.Sum()), f)
}

// UploadTo brings the folder to a folder of the container. What is there already,
// by size and recorded hash, isn't sent again; what differs is. The manifest is
// written last.
func (u *Uploader) UploadTo(ctx context.Context, prefix string, f *Folder) (Result, error) {
	r := Result{Prefix: prefix}
	u.complete(f.Manifest.Size())
	there, err := list(ctx, u.Container, r.Prefix)
	if err != nil {
		return r, err
	}
	var small []manifest.Entry
	large := slices.SortedFunc(slices.Values(f.Manifest.Files), func(a, b manifest.Entry) int { return strings.Compare(a.Path, b.Path) })
	large = slices.DeleteFunc(large, func(e manifest.Entry) bool {
		found, ok := there[e.Path]
		if ok && found.is(e) {
			r.Present += e.Size
			u.add(e.Size)
			return true
		}
		if ok {
			u.Note(fmt.Sprintf("%s in storage is not what was delivered (%s): sending it again", e.Path, found.differs(e)))
		}
		if e.Size > f.blockOf(e.Size) {
			return false
		}
		small = append(small, e)
		return true
	})
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(u.Parallel)
	for _, e := range small {
		group.Go(func() error { return u.put(groupCtx, path.Join(r.Prefix, e.Path), f.path(e.Path), e) })
		r.Sent += e.Size
	}
	if err := group.Wait(); err != nil {
		return r, u.interrupted(ctx, err)
	}
	for _, e := range large {
		sent, reused, err := u.staged(ctx, path.Join(r.Prefix, e.Path), f, e)
		r.Sent, r.Reused = r.Sent+sent, r.Reused+reused
		if err != nil {
			return r, u.interrupted(ctx, err)
		}
	}
	return r, u.finish(ctx, &r, f, there)
}

func (u *Uploader) complete(total int64) {
	if u.Parallel <= 0 {
		u.Parallel = 8
	}
	if u.Note == nil {
		u.Note = func(string) {}
	}
	if u.Progress == nil {
		u.Progress = func(int64, int64) {}
	}
	u.done, u.total = 0, total
}

func (u *Uploader) add(n int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.done += n
	u.Progress(u.done, u.total)
}

func (u *Uploader) interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("%w; %w", explain(err), ErrInterrupted)
}

// finish sends the records, unless there are some, and the manifest.
func (u *Uploader) finish(ctx context.Context, r *Result, f *Folder, there map[string]stored) error {
	for _, record := range f.Records {
		name := filepath.Base(record)
		if _, ok := there[name]; ok {
			continue
		}
		data, err := os.ReadFile(record)
		if err != nil {
			return err
		}
		if err := u.putBytes(ctx, path.Join(r.Prefix, name), data, manifest.Sum(data)); err != nil {
			return explain(err)
		}
		r.Sent += int64(len(data))
	}
	data := f.Manifest.Bytes()
	entry := manifest.Entry{Path: manifest.File, Size: int64(len(data)), SHA256: f.Sum()}
	if found, ok := there[manifest.File]; ok && found.is(entry) {
		return nil
	}
	if err := u.putBytes(ctx, path.Join(r.Prefix, manifest.File), data, f.Sum()); err != nil {
		return explain(err)
	}
	r.Sent += int64(len(data))
	return nil
}

// put sends a file that is no larger than a block, in one request.
func (u *Uploader) put(ctx context.Context, target, from string, e manifest.Entry) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if manifest.Sum(data) != e.SHA256 {
		return changed(from)
	}
	if err := u.putBytes(ctx, target, data, e.SHA256); err != nil {
		return err
	}
	u.add(e.Size)
	return nil
}

func (u *Uploader) putBytes(ctx context.Context, target string, data []byte, sum string) error {
	check := md5.Sum(data) // Azure refuses content that isn't it
	_, err := u.Container.NewBlockBlobClient(target).Upload(ctx, streaming.NopCloser(bytes.NewReader(data)), &blockblob.UploadOptions{
		Metadata:                map[string]*string{hashKey: to.Ptr(sum)},
		TransactionalValidation: blob.TransferValidationTypeMD5(check[:]),
	})
	return err
}

func changed(path string) error {
	return fmt.Errorf("%s changed since it was hashed: deliver again when nothing writes to it", path)
}

// stored is a blob in the container.
type stored struct {
	size int64
	sum  string // recorded, "" if it isn't
}

func (s stored) is(e manifest.Entry) bool { return s.size == e.Size && s.sum == e.SHA256 }

func (s stored) differs(e manifest.Entry) string {
	switch {
	case s.size != e.Size:
		return fmt.Sprintf("it has %d bytes, want %d", s.size, e.Size)
	case s.sum == "":
		return "it records no SHA-256"
	}
	return fmt.Sprintf("it records the SHA-256 %.12s…, want %.12s…", s.sum, e.SHA256)
}

// list finds the blobs below a folder, by their path in it.
func list(ctx context.Context, c *container.Client, folder string) (map[string]stored, error) {
	found := map[string]stored{}
	prefix := folder + "/"
	pages := c.NewListBlobsFlatPager(&container.ListBlobsFlatOptions{Prefix: &prefix, Include: container.ListBlobsInclude{Metadata: true}})
	for pages.More() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, explain(err)
		}
		for _, item := range page.Segment.BlobItems {
			s := stored{}
			if item.Properties != nil && item.Properties.ContentLength != nil {
				s.size = *item.Properties.ContentLength
			}
			s.sum = sumOf(item.Metadata)
			found[strings.TrimPrefix(*item.Name, prefix)] = s
		}
	}
	return found, nil
}

func hexOf(sum []byte) string { return hex.EncodeToString(sum) }
