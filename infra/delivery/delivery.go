// Package delivery brings a model's folder into the storage container that the
// workspace's datastore shows.
//
// Scan hashes the folder and gives the manifest, whose hash is the model's
// place in storage; an Uploader sends what isn't there yet; Verify reads back
// what is. SetModel writes the result into a stack's file, so that `pulumi up`
// depends on it by hash. Open signs in.
//
// Nothing here needs cgo or the scorer's packages beside modelstore: fetching
// and preparing is the scorer's own work.
package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
)

const (
	// defaultBlock is how much is sent, and sent again, in one piece.
	defaultBlock = 8 << 20
	// mostBlocks is how many a blob can have.
	mostBlocks = 50_000
)

// Folder is a model's folder on this machine.
type Folder struct {
	Dir      string
	Manifest manifest.Manifest
	// Records are the paths of the records that are there.
	Records []string

	blockSize int64
	blocks    map[string][][sha256.Size]byte // by file, of the blocks that it is sent in
}

// Sum is the hash that stands for the content.
func (f *Folder) Sum() string { return f.Manifest.Sum() }

// Scan hashes the files of a folder, without hidden ones and records. Something
// else than a plain file, a link to one or a folder is an error. progress, which
// may be nil, is told the bytes; blockSize 0 is the default.
func Scan(ctx context.Context, dir string, blockSize int64, progress func(done, total int64)) (*Folder, error) {
	if blockSize <= 0 {
		blockSize = defaultBlock
	}
	f := &Folder{Dir: dir, blockSize: blockSize, blocks: map[string][][sha256.Size]byte{}}
	files, records, err := manifest.List(dir)
	if err != nil {
		return nil, err
	}
	f.Records = records
	total, done := manifest.Manifest{Files: files}.Size(), int64(0)
	for _, file := range files {
		entry, blocks, err := f.hash(ctx, file.Path, func(n int64) {
			if done += n; progress != nil {
				progress(done, total)
			}
		})
		if err != nil {
			return nil, err
		}
		f.Manifest.Files = append(f.Manifest.Files, entry)
		f.blocks[file.Path] = blocks
	}
	return f, nil
}

// AddRecord lets another record go along, if it is there.
func (f *Folder) AddRecord(path string) {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && manifest.IsRecord(filepath.Base(path)) {
		f.Records = append(f.Records, path)
	}
}

func (f *Folder) path(name string) string { return filepath.Join(f.Dir, filepath.FromSlash(name)) }

// blockOf is the size of the blocks of a file: larger than usual where a blob
// would have too many.
func (f *Folder) blockOf(size int64) int64 {
	return max(f.blockSize, (size+mostBlocks-1)/mostBlocks)
}

// hash reads a file once, for its own hash and those of its blocks.
func (f *Folder) hash(ctx context.Context, name string, progress func(int64)) (manifest.Entry, [][sha256.Size]byte, error) {
	file, err := os.Open(f.path(name))
	if err != nil {
		return manifest.Entry{}, nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return manifest.Entry{}, nil, err
	}
	size, block := info.Size(), f.blockOf(info.Size())
	whole := sha256.New()
	var blocks [][sha256.Size]byte
	buffer := make([]byte, 1<<20)
	for at := int64(0); at < size; at += block {
		one := sha256.New()
		n, err := io.CopyBuffer(io.MultiWriter(whole, one, counter(progress)), &untilDone{ctx.Err, io.LimitReader(file, block)}, buffer)
		if err == nil && n != min(block, size-at) {
			err = fmt.Errorf("%s was truncated while it was read: try again when nothing writes to it", f.path(name))
		}
		if err != nil {
			return manifest.Entry{}, nil, err
		}
		blocks = append(blocks, [sha256.Size]byte(one.Sum(nil)))
	}
	return manifest.Entry{Path: name, Size: size, SHA256: hex.EncodeToString(whole.Sum(nil))}, blocks, nil
}

// counter tells how many bytes were written to it.
type counter func(int64)

func (c counter) Write(p []byte) (int, error) {
	c(int64(len(p)))
	return len(p), nil
}

// untilDone is a reader that ends with an error that ended returns.
type untilDone struct {
	ended func() error
	io.Reader
}

func (r *untilDone) Read(p []byte) (int, error) {
	if err := r.ended(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// ErrInterrupted wraps what ended an upload that the next one continues.
var ErrInterrupted = errors.New("what was sent stays for a week; the same command goes on from there")
