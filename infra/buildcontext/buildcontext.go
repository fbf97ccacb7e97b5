// Package buildcontext hashes what an image is built from, so that the same
// content has the same tag on every machine.
package buildcontext

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

const (
	// largest is how much content is hashed: more is a folder that lacks a
	// .dockerignore, which would take long to send and to hash every time.
	largest = 1 << 30
	most    = 100_000 // files
)

// Error is what is wrong with one of the two paths.
type Error struct {
	Dockerfile bool // else the context
	err        error
}

func (e *Error) Error() string { return e.err.Error() }
func (e *Error) Unwrap() error { return e.err }

// Hash returns the SHA-256, in hexadecimal, of a Dockerfile and of what of the
// context the builder gets: names, contents, which files are executable.
// DOCKERFILE.dockerignore or the context's .dockerignore say what it doesn't
// get. Times and owners don't matter.
func Hash(context, dockerfile string) (string, error) {
	out := sha256.New()
	if err := addFile(out, "Dockerfile", dockerfile, new(int64)); err != nil {
		return "", &Error{true, err}
	}
	ignored, err := ignoring(context, dockerfile)
	if err != nil {
		return "", &Error{false, err}
	}
	var size int64
	files := 0
	err = filepath.WalkDir(context, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(context, path)
		if err != nil || rel == "." {
			return err
		}
		skip, err := ignored.MatchesOrParentMatches(rel)
		switch {
		case err != nil:
			return err
		case skip && d.IsDir() && !ignored.Exclusions():
			return fs.SkipDir
		case skip || d.IsDir():
			return nil
		}
		if files++; files > most || size > largest {
			return fmt.Errorf("the builder would get more than %d files or %d MB: add a .dockerignore", most, largest>>20)
		}
		return addFile(out, filepath.ToSlash(rel), path, &size)
	})
	if err == nil && files == 0 {
		err = errors.New("the builder would get no file")
	}
	if err != nil {
		return "", &Error{false, err}
	}
	return hex.EncodeToString(out.Sum(nil)), nil
}

// ignoring reads what the context leaves out. The Dockerfile's own list comes
// first, as BuildKit has it.
func ignoring(context, dockerfile string) (*patternmatcher.PatternMatcher, error) {
	var patterns []string
	for _, path := range []string{dockerfile + ".dockerignore", filepath.Join(context, ".dockerignore")} {
		file, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		patterns, err = ignorefile.ReadAll(file)
		_ = file.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		break
	}
	return patternmatcher.New(patterns)
}

// addFile hashes a file's name, kind and content.
func addFile(out io.Writer, name, path string, size *int64) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	kind, content := "file", sha256.New()
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		if err != nil {
			return err
		}
		kind = "link"
		_, _ = io.WriteString(content, target)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is neither a file nor a link: leave it out in .dockerignore", path)
	default:
		if info.Mode()&0o111 != 0 {
			kind = "program"
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		n, err := io.Copy(content, file)
		_ = file.Close()
		if err != nil {
			return err
		}
		*size += n
	}
	_, err = fmt.Fprintf(out, "%s %s %x\n", kind, strconv.Quote(name), content.Sum(nil))
	return err
}
