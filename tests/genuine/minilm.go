package genuine

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
)

// MiniLM makes folder the genuine all-MiniLM-L6-v2, laid out as on the hub. It is fetched if
// it isn't in the cache. The folder gets its name last.
func MiniLM(folder string) (err error) {
	archive, err := fetch("fetch-genuine.sh", "minilm")
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(folder), ".minilm-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := unpack(archive, work); err != nil {
		return err
	}
	return errors.Join(os.Chmod(work, 0o755), os.Rename(work, folder))
}

func unpack(archive, folder string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }()
	return os.CopyFS(folder, z)
}
