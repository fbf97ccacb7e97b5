package delivery

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"golang.org/x/sync/errgroup"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
)

// block is a piece of a file.
type block struct {
	id     string // base64, of the same length for all
	offset int64
	length int64
	sum    [sha256.Size]byte
}

// plan cuts a file into blocks. A block's id holds its place and its hash, so
// that one that lies in storage since an upload broke off is known to be the
// same.
func (f *Folder) plan(e manifest.Entry) []block {
	size := f.blockOf(e.Size)
	var all []block
	for i, sum := range f.blocks[e.Path] {
		offset := int64(i) * size
		id := fmt.Appendf(nil, "%05d-", i)
		all = append(all, block{
			id:     base64.StdEncoding.EncodeToString(append(id, sum[:24]...)),
			offset: offset, length: min(size, e.Size-offset), sum: sum,
		})
	}
	return all
}

// staged sends a file in blocks, of which those that lie there already are
// left out, and makes them the blob.
func (u *Uploader) staged(ctx context.Context, target string, f *Folder, e manifest.Entry) (sent, reused int64, err error) {
	client := u.Container.NewBlockBlobClient(target)
	blocks := f.plan(e)
	there, err := uncommitted(ctx, client)
	if err != nil {
		return 0, 0, err
	}
	file, err := os.Open(f.path(e.Path))
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = file.Close() }()
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(u.Parallel)
	buffers := make(chan []byte, u.Parallel) // of those that wait for their next block
	ids := make([]string, len(blocks))
	var counted atomic.Int64
	for i, b := range blocks {
		if ids[i] = b.id; there[b.id] == b.length {
			reused += b.length
			u.add(b.length)
			continue
		}
		group.Go(func() error {
			buffer := take(buffers, f.blockOf(e.Size))
			defer func() { buffers <- buffer }()
			if err := u.stage(groupCtx, client, file, b, buffer[:b.length]); err != nil {
				return err
			}
			counted.Add(b.length)
			u.add(b.length)
			return nil
		})
		if groupCtx.Err() != nil {
			break
		}
	}
	err = group.Wait()
	if reused > 0 {
		u.Note(fmt.Sprintf("%s: %d of %d MB were left there by an upload that broke off", e.Path, reused>>20, e.Size>>20))
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return counted.Load(), reused, err
	}
	_, err = client.CommitBlockList(ctx, ids, &blockblob.CommitBlockListOptions{Metadata: map[string]*string{hashKey: to.Ptr(e.SHA256)}})
	if bloberror.HasCode(err, bloberror.InvalidBlockList) {
		// Whoever delivered the same at the same time was faster: their commit
		// took the blocks that this one waited for away.
		if properties, failure := client.GetProperties(ctx, nil); failure == nil && sumOf(properties.Metadata) == e.SHA256 {
			err = nil
		}
	}
	return counted.Load(), reused, err
}

func take(buffers chan []byte, size int64) []byte {
	select {
	case buffer := <-buffers:
		return buffer
	default:
		return make([]byte, size)
	}
}

// stage sends a block, if it is still what was hashed.
func (u *Uploader) stage(ctx context.Context, client *blockblob.Client, file *os.File, b block, buffer []byte) error {
	if _, err := file.ReadAt(buffer, b.offset); err == io.EOF {
		return changed(file.Name())
	} else if err != nil {
		return err
	}
	if sha256.Sum256(buffer) != b.sum {
		return changed(file.Name())
	}
	check := md5.Sum(buffer) // Azure refuses content that isn't it
	_, err := client.StageBlock(ctx, b.id, streaming.NopCloser(bytes.NewReader(buffer)), &blockblob.StageBlockOptions{
		TransactionalValidation: blob.TransferValidationTypeMD5(check[:]),
	})
	return err
}

// uncommitted are the blocks that lie in storage and aren't part of a blob
// yet: their sizes by id.
func uncommitted(ctx context.Context, client *blockblob.Client) (map[string]int64, error) {
	answer, err := client.GetBlockList(ctx, blockblob.BlockListTypeUncommitted, nil)
	if bloberror.HasCode(err, bloberror.BlobNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found := map[string]int64{}
	for _, b := range answer.UncommittedBlocks {
		if b.Name != nil && b.Size != nil {
			found[*b.Name] = *b.Size
		}
	}
	return found, nil
}
