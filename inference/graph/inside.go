package graph

import (
	"fmt"
	"path/filepath"
	"regexp"
)

// snapshot is a revision's folder in the hub's cache; its files are links to
// the blobs of the repository, which the first group is the folder of.
var snapshot = regexp.MustCompile(`^(.*/models--[^/]+)/snapshots/[^/]+(/|$)`)

// Inside returns the path of the file at location, which an ONNX file in dir
// refers to, with links followed. It is an error if the file is outside of dir:
// by the location, or by a link. In the hub's cache a link may lead anywhere
// inside the repository's own folder.
func Inside(dir, location string) (string, error) {
	if !filepath.IsLocal(location) {
		return "", fmt.Errorf("its data lies outside of the model's folder, at %q: fetch or export the model again", location)
	}
	path, err := filepath.EvalSymlinks(filepath.Join(dir, location))
	if err != nil {
		return "", err
	}
	bound, err := filepath.Abs(dir)
	if err == nil {
		bound, err = filepath.EvalSymlinks(bound)
	}
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return "", err
	}
	if m := snapshot.FindStringSubmatch(filepath.ToSlash(bound)); m != nil {
		bound = filepath.FromSlash(m[1])
	}
	if rel, err := filepath.Rel(bound, path); err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("its data at %q is a link to %s, outside of %s: put the file itself into the folder", location, path, bound)
	}
	return path, nil
}
