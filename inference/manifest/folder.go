package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// records say how a folder came about: with times and measurements in them,
// they differ where the model doesn't. So they go along, but aren't part of the
// content that the hash stands for.
var records = []string{"optimized.json", "pull.json"}

// IsRecord reports whether a file of that name says how a folder came about.
func IsRecord(name string) bool { return slices.Contains(records, name) }

// List returns a model's folder's files, without hash, and the paths of its
// records. Hidden files are left out. Something else than a plain file, a link to
// one or a folder is an error.
func List(dir string) (files []Entry, records []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || rel == "." {
			return err
		}
		rel = filepath.ToSlash(rel)
		hidden := strings.HasPrefix(d.Name(), ".")
		switch {
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.IsDir() || hidden:
			return nil
		case rel == File:
			return fmt.Errorf("%s is a delivery's own file: name a model's folder", path)
		case strings.HasSuffix(rel, ".partial"):
			return fmt.Errorf("%s is an interrupted download: run scorer pull again", path)
		}
		info, err := os.Stat(path) // follows links, as the hub's cache has them
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a plain file: remove it from the model's folder", path)
		}
		if IsRecord(rel) {
			records = append(records, path)
			return nil
		}
		files = append(files, Entry{Path: rel, Size: info.Size()})
		return nil
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s has no files: name a model's folder", dir)
	}
	return files, records, err
}

// Of hashes a model's folder. A file that this process has hashed is taken to be
// the same while its size and time are.
func Of(dir string) (Manifest, error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return Manifest{}, fmt.Errorf("there is no folder %s", dir)
	}
	files, _, err := List(dir)
	if err != nil {
		return Manifest{}, err
	}
	for i, f := range files {
		if files[i].SHA256, err = hashed(filepath.Join(dir, filepath.FromSlash(f.Path))); err != nil {
			return Manifest{}, err
		}
	}
	return Manifest{Files: files}, nil
}

type version struct {
	path string
	size int64
	time time.Time
}

var sums sync.Map // of files, by version

func hashed(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	key := version{path, info.Size(), info.ModTime()}
	if key.path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	if sum, ok := sums.Load(key); ok {
		return sum.(string), nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	sums.Store(key, sum)
	return sum, nil
}
