package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
)

// prepare makes the folder that files are fetched into, beside the one that
// they are for, and locks it. What an earlier pull of the same commit left
// there stays; anything else is removed.
func prepare(dir, commit string) (staging string, unlock func(), err error) {
	staging = filepath.Clean(dir) + ".partial"
	if err := os.MkdirAll(staging, 0o755); err != nil {
		return "", nil, err
	}
	lock, err := os.OpenFile(filepath.Join(staging, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return "", nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return "", nil, fmt.Errorf("another scorer pull is fetching into %s: wait until it has ended", dir)
	}
	unlock = func() { _ = lock.Close() }
	mark := filepath.Join(staging, ".commit")
	if was, err := modelfile.Read(mark, modelfile.MaxSettings); err != nil || string(was) != commit {
		entries, err := os.ReadDir(staging)
		if err != nil {
			unlock()
			return "", nil, err
		}
		for _, e := range entries {
			if e.Name() == ".lock" {
				continue
			}
			if err := os.RemoveAll(filepath.Join(staging, e.Name())); err != nil {
				unlock()
				return "", nil, err
			}
		}
		if err := os.WriteFile(mark, []byte(commit), 0o644); err != nil {
			unlock()
			return "", nil, err
		}
	}
	return staging, unlock, nil
}

// enoughSpace checks the disk before anything is fetched.
func enoughSpace(staging string, files []File) error {
	var need int64
	for _, f := range files {
		need += f.Size
		for _, name := range []string{f.Path, f.Path + ".partial"} {
			if info, err := os.Stat(filepath.Join(staging, filepath.FromSlash(name))); err == nil {
				need -= info.Size()
			}
		}
	}
	return modelstore.CheckSpace(staging, need, "--to")
}

// publish writes the record and moves the complete folder to its place.
func publish(r *Record, staging, dir string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(staging, RecordFile), append(data, '\n'), 0o644); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(staging, ".commit")); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(staging, ".lock")); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) { // an empty folder
		return err
	}
	return os.Rename(staging, dir)
}
