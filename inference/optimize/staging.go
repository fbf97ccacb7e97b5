package optimize

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
)

// replaceable keeps Run from removing what it didn't make.
func replaceable(output string) error {
	entries, err := os.ReadDir(output)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(output, modelstore.RecordFile)); err != nil {
		return fmt.Errorf("%s holds something other than an optimised model: name another folder with --output", output)
	}
	return nil
}

// beside is a name next to the output for what isn't finished, or not yet removed.
func beside(output, ending string) string {
	return filepath.Join(filepath.Dir(output), "."+filepath.Base(output)+ending)
}

// stage makes the folder that the output is written to first, and locks it. It has the
// same name each time, so that what a run that was killed left is found, and removed.
func stage(output string) (dir string, unlock func(), err error) {
	dir = beside(output, ".partial")
	lock, err := lockedFolder(dir)
	if err != nil {
		return "", nil, err
	}
	unlock = func() { _ = lock.Close() }
	err = func() error {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
		old := beside(output, ".old")
		if _, err := os.Stat(output); errors.Is(err, os.ErrNotExist) {
			if err := os.Rename(old, output); err == nil || !errors.Is(err, os.ErrNotExist) {
				return err // the run was killed while it replaced the output
			}
		}
		return os.RemoveAll(old)
	}()
	if err != nil {
		unlock()
		return "", nil, err
	}
	return dir, unlock, nil
}

// lockedFolder makes a folder, if it isn't there, and locks it. Whoever had the lock
// before may have moved it meanwhile; then another is made.
func lockedFolder(dir string) (*os.File, error) {
	for {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		lock, err := os.Open(dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
			_ = lock.Close()
			return nil, fmt.Errorf("another scorer is writing to %s: wait until it has ended", dir)
		} // a file system without locks has none
		own, err := lock.Stat()
		if err != nil {
			return nil, errors.Join(err, lock.Close())
		}
		if now, err := os.Stat(dir); err == nil && os.SameFile(own, now) {
			return lock, nil
		}
		_ = lock.Close()
	}
}

// publish moves the finished folder to its place.
func publish(staging, output string) error {
	old := beside(output, ".old")
	if err := os.Rename(output, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Rename(staging, output); err != nil {
		return errors.Join(err, os.Rename(old, output))
	}
	return os.RemoveAll(old)
}
