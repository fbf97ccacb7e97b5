// Package manifest is what the program and the delivery of models agree on:
// how a model's content is named, and how it is known to be complete.
//
// A Manifest lists a model's files with size and SHA-256. Its own SHA-256
// stands for the whole content: it is the model's folder in the storage
// container, its first digits are the version. The manifest is written into
// the folder, last of all, so a folder that has it is complete.
package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// File is the manifest's name in the model's folder.
const File = "delivery.json"

// versionDigits are enough to tell versions apart, and few enough to read.
const versionDigits = 16

// Entry is one file of a model.
type Entry struct {
	Path   string `json:"path"` // relative, with slashes
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Manifest lists the files of a model, by path.
type Manifest struct {
	Files []Entry `json:"files"`
}

// Bytes returns the manifest as it is written: the same for the same files.
func (m Manifest) Bytes() []byte {
	sorted := Manifest{Files: slices.SortedFunc(slices.Values(m.Files), func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })}
	data, err := json.MarshalIndent(sorted, "", " ")
	if err != nil {
		panic(err) // strings and numbers alone
	}
	return append(data, '\n')
}

// Sum returns the SHA-256 of the manifest as it is written, in hexadecimal.
func (m Manifest) Sum() string { return Sum(m.Bytes()) }

// Sum returns the SHA-256 of a written manifest.
func Sum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Size is that of all files, in bytes.
func (m Manifest) Size() (total int64) {
	for _, f := range m.Files {
		total += f.Size
	}
	return total
}

// SizeMiB is Size in MiB, rounded up.
func (m Manifest) SizeMiB() int { return int((m.Size() + 1<<20 - 1) >> 20) }

// Parse reads a manifest and checks that it is the one that sum stands for.
func Parse(data []byte, sum string) (Manifest, error) {
	var m Manifest
	if got := Sum(data); got != sum {
		return m, fmt.Errorf("%s has the SHA-256 %s, want %s", File, got, sum)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%s: %w", File, err)
	}
	if len(m.Files) == 0 {
		return m, errors.New(File + " lists no files")
	}
	return m, nil
}

var sumPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ValidSum reports whether a text can be a manifest's SHA-256.
func ValidSum(sum string) bool { return sumPattern.MatchString(sum) }

// Version is the model's version: the first digits of a valid sum.
func Version(sum string) string { return sum[:versionDigits] }

// Folder is the model's folder in the storage container.
func Folder(name, sum string) string { return path.Join(name, sum) }
