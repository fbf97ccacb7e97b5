// Package container reads the images that scripts/image.sh builds, and its tests
// build one, run it in a real Docker engine under the limits of an Azure
// instance, and ask it for scores.
package container

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Image is one image of an OCI layout
// (https://github.com/opencontainers/image-spec/blob/main/image-layout.md).
type Image struct {
	Digest string // of the manifest: sha256:...
	Config Config

	dir      string
	manifest manifest
}

// Config is what of an image's configuration is looked at here.
type Config struct {
	Created string
	Config  struct {
		User         string
		Env          []string
		Entrypoint   []string
		Cmd          []string
		ExposedPorts map[string]struct{}
		Labels       map[string]string
		Healthcheck  json.RawMessage
		Volumes      map[string]struct{}
	} `json:"config"`
}

type descriptor struct {
	MediaType string
	Digest    string
	Size      int64
}

type manifest struct {
	Config descriptor
	Layers []descriptor
}

// Open reads the first image of the layout in the folder.
func Open(dir string) (*Image, error) {
	var index struct{ Manifests []descriptor }
	if err := readJSON(filepath.Join(dir, "index.json"), &index); err != nil {
		return nil, err
	}
	if len(index.Manifests) == 0 {
		return nil, fmt.Errorf("%s names no image", filepath.Join(dir, "index.json"))
	}
	i := &Image{Digest: index.Manifests[0].Digest, dir: dir}
	if err := readJSON(i.blob(i.Digest), &i.manifest); err != nil {
		return nil, err
	}
	return i, readJSON(i.blob(i.manifest.Config.Digest), &i.Config)
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("not an OCI layout: %w; scripts/image.sh makes one", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (i *Image) blob(digest string) string {
	return filepath.Join(i.dir, "blobs", strings.Replace(digest, ":", string(filepath.Separator), 1))
}

// Compressed is how many bytes a registry stores and an instance pulls.
func (i *Image) Compressed() int64 {
	total := i.manifest.Config.Size
	for _, l := range i.manifest.Layers {
		total += l.Size
	}
	return total
}

// Uncompressed is how many bytes the layers take on an instance's disk, as
// archives: a little more than their files.
func (i *Image) Uncompressed() (int64, error) {
	var total int64
	for _, l := range i.manifest.Layers {
		r, err := i.openLayer(l)
		if err != nil {
			return 0, err
		}
		n, err := io.Copy(io.Discard, r)
		if err := errors.Join(err, r.Close()); err != nil {
			return 0, fmt.Errorf("layer %s: %w", l.Digest, err)
		}
		total += n
	}
	return total, nil
}

// Files calls visit with every entry of every layer, lowest layer first.
func (i *Image) Files(visit func(*tar.Header, io.Reader) error) error {
	for _, l := range i.manifest.Layers {
		if err := i.layerFiles(l, visit); err != nil {
			return fmt.Errorf("layer %s: %w", l.Digest, err)
		}
	}
	return nil
}

func (i *Image) layerFiles(l descriptor, visit func(*tar.Header, io.Reader) error) error {
	r, err := i.openLayer(l)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	for t := tar.NewReader(r); ; {
		header, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := visit(header, t); err != nil {
			return err
		}
	}
}

type layerReader struct {
	io.Reader
	file *os.File
}

func (r layerReader) Close() error { return r.file.Close() }

func (i *Image) openLayer(l descriptor) (io.ReadCloser, error) {
	f, err := os.Open(i.blob(l.Digest))
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasSuffix(l.MediaType, "gzip"):
		z, err := gzip.NewReader(f)
		if err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("layer %s: %w", l.Digest, err)
		}
		return layerReader{z, f}, nil
	case strings.HasSuffix(l.MediaType, "tar"):
		return layerReader{f, f}, nil
	}
	_ = f.Close()
	return nil, fmt.Errorf("layer %s is of type %q; only tar and tar+gzip are read", l.Digest, l.MediaType)
}
