// Package modelfile reads the files of a model folder that are read whole, within
// bounds: whoever made the folder isn't trusted.
package modelfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Bounds of Read, in bytes.
const (
	// MaxTokenizer is twice Gemma 3's tokenizer.json, which has 33 MB.
	MaxTokenizer = 64 << 20
	// MaxSettings is for all other files, of which the largest is Gemma 3's
	// tokenizer_config.json, with 1.2 MB.
	MaxSettings = 16 << 20
)

const remedy = "fetch or export the model again"

// Read reads the file at path, which may have most bytes. A pipe, a device or a
// larger file is an error that names it; a missing one is fs.ErrNotExist.
func Read(path string, most int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > most {
		return nil, fmt.Errorf("%s has %d bytes, at most %d are read: %s", path, info.Size(), most, remedy)
	}
	data := make([]byte, info.Size())
	n, err := io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return data[:n], nil
}

// Open opens a regular file. Anything else is an error, and isn't waited for.
func Open(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, WithRemedy(err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file: %s", path, remedy)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// WithRemedy adds what can be done about a file that can't be read.
func WithRemedy(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: let the scorer's user read it", err)
	}
	return err
}
