package azureblob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/retry"
)

// store answers as Azure's blob service does, unless before wants something else.
type store struct {
	files  map[string][]byte
	before func(w http.ResponseWriter, r *http.Request) (done bool)
}

// good is the token that a store takes.
func good(context.Context) (string, error) { return "good", nil }

func entry(path string, content []byte) manifest.Entry {
	sum := sha256.Sum256(content)
	return manifest.Entry{Path: path, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

func newStore(files map[string][]byte) (s *store, sum string) {
	var m manifest.Manifest
	s = &store{files: map[string][]byte{}}
	for path, content := range files {
		m.Files = append(m.Files, entry(path, content))
		s.files[path] = content
	}
	s.files[manifest.File] = m.Bytes()
	return s, m.Sum()
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.before != nil && s.before(w, r) {
		return
	}
	content, ok := s.files[strings.TrimPrefix(r.URL.Path, "/models/m/1/")]
	switch {
	case r.Header.Get("Authorization") != "Bearer good" || r.Header.Get("X-Ms-Version") == "":
		refuse(w, http.StatusUnauthorized, "InvalidAuthenticationInfo")
	case !ok:
		refuse(w, http.StatusNotFound, "BlobNotFound")
	default:
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("X-Ms-Error-Code", code)
	w.WriteHeader(status)
}

// fetch fetches from a store into a folder.
func (s *store) fetch(t *testing.T, dir, sum string) (Result, []string, error) {
	t.Helper()
	server := httptest.NewTLSServer(s)
	defer server.Close()
	var notes []string
	result, err := Fetch(t.Context(), Options{
		URL: server.URL + "/models/m/1", SHA256: sum, Dir: dir, HTTP: server.Client(), Backoff: time.Millisecond,
		Token: good, Note: func(text string) { notes = append(notes, text) },
	})
	return result, notes, err
}

func wantFiles(t *testing.T, dir string, s *store) {
	t.Helper()
	for path, content := range s.files {
		if path == manifest.File {
			continue
		}
		got, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: %d bytes, %v; want %d", path, len(got), err, len(content))
		}
	}
}

// large is more than two pieces, each different from the other.
func large() []byte {
	out := make([]byte, 2*piece+12345)
	for i := range out {
		out[i] = byte(i >> 16)
	}
	return out
}

func TestFetch(t *testing.T) {
	s, sum := newStore(map[string][]byte{"model.onnx": large(), "onnx/a b%.json": []byte("{}"), "empty": nil})
	dir := t.TempDir()
	result, notes, err := s.fetch(t, dir, sum)
	if err != nil || len(notes) > 0 || result.SHA256 != sum || result.Files != 3 || result.Bytes != result.Fetched {
		t.Fatalf("%+v, %v, %v", result, notes, err)
	}
	wantFiles(t, dir, s)

	// A container that is started again fetches what isn't right, and no more.
	if err := os.WriteFile(filepath.Join(dir, "onnx/a b%.json"), []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	result, _, err = s.fetch(t, dir, "")
	if err != nil || result.Fetched != 2 {
		t.Fatalf("%+v, %v; want two bytes fetched again", result, err)
	}
	wantFiles(t, dir, s)
}

// TestFetchRefuses: nothing is called complete that isn't what the manifest says.
func TestFetchRefuses(t *testing.T) {
	manifested := func(edit func(*manifest.Entry)) func(*store) {
		return func(s *store) {
			e := entry("config.json", s.files["config.json"])
			edit(&e)
			s.files[manifest.File] = manifest.Manifest{Files: []manifest.Entry{e}}.Bytes()
		}
	}
	for _, c := range []struct {
		name, sum string
		edit      func(*store)
		want      string
	}{
		{"no manifest", "", func(s *store) { delete(s.files, manifest.File) }, "there is no complete model in"},
		{"another manifest", strings.Repeat("a", 64), func(*store) {}, "has the SHA-256"},
		{"another content", "", func(s *store) { s.files["config.json"] = []byte("[]") }, "it has 2 bytes of the SHA-256"},
		{"a file is missing", "", func(s *store) { delete(s.files, "config.json") }, "storage answers 404 BlobNotFound for config.json"},
		{"a file is longer", "", manifested(func(e *manifest.Entry) { e.Size-- }), "it has 1 bytes"},
		{"a file is shorter", "", manifested(func(e *manifest.Entry) { e.Size++ }), "storage answers 416"},
		{"a path leaves the folder", "", manifested(func(e *manifest.Entry) { e.Path = "../config.json" }), `lists "../config.json"`},
		{"no role", "", func(s *store) {
			s.before = func(w http.ResponseWriter, _ *http.Request) bool {
				refuse(w, http.StatusForbidden, "AuthorizationPermissionMismatch")
				return true
			}
		}, "after 8 attempts: storage answers 403 AuthorizationPermissionMismatch for delivery.json: the container's identity needs the role Storage Blob Data Reader"},
		{"closed network", "", func(s *store) {
			s.before = func(w http.ResponseWriter, _ *http.Request) bool {
				refuse(w, http.StatusForbidden, "AuthorizationFailure")
				return true
			}
		}, "storage answers 403 AuthorizationFailure"},
		{"a hash that is none", "xyz", func(*store) {}, `the manifest's hash is "xyz"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _ := newStore(map[string][]byte{"config.json": []byte("{}")})
			c.edit(s)
			dir := t.TempDir()
			_, _, err := s.fetch(t, dir, c.sum)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v; want %q", err, c.want)
			}
			if _, err := os.Stat(filepath.Join(dir, "config.json")); err == nil {
				t.Error("the file has its name all the same")
			}
		})
	}
}

// TestFetchGoesOn: what passes by itself is waited for, and a broken connection
// goes on where it was.
func TestFetchGoesOn(t *testing.T) {
	content := large()
	s, sum := newStore(map[string][]byte{"model.onnx": content})
	var asked atomic.Int64
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		switch n := asked.Add(1); n {
		case 1: // a role that isn't in effect yet
			refuse(w, http.StatusForbidden, "AuthorizationPermissionMismatch")
		case 2:
			refuse(w, http.StatusServiceUnavailable, "ServerBusy")
		case 3:
			refuse(w, http.StatusTooManyRequests, "ServerBusy")
		case 5: // breaks off
			var start, end int
			if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &start, &end); err != nil {
				t.Errorf("the range %q", r.Header.Get("Range"))
			}
			w.Header().Set("Content-Length", fmt.Sprint(end-start+1))
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(content[start : start+1000])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		default:
			return false
		}
		return true
	}
	dir := t.TempDir()
	result, notes, err := s.fetch(t, dir, sum)
	if err != nil || len(notes) != 4 || result.Fetched != int64(len(content)) {
		t.Fatalf("%+v, %v, %v", result, notes, err)
	}
	wantFiles(t, dir, s)
}

func TestFetchNeeds(t *testing.T) {
	nobody := func(context.Context) (string, error) { return "", retry.Permanent(errors.New("no identity")) }
	for address, want := range map[string]string{
		"https://a.blob.core.windows.net/models/m/1":       "no identity",
		"http://a.blob.core.windows.net/models/m/1":        "must be https://ACCOUNT",
		"https://a.blob.core.windows.net/models":           "must be https://ACCOUNT",
		"https://a.blob.core.windows.net/models/m/1?sig=x": "without a query",
	} {
		_, err := Fetch(t.Context(), Options{URL: address, Dir: t.TempDir(), Token: nobody, Note: func(string) {}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", address, err, want)
		}
	}
}

// TestFetchTrustsNobodyElse: a certificate that isn't known ends it at once.
func TestFetchTrustsNobodyElse(t *testing.T) {
	s, _ := newStore(map[string][]byte{"config.json": []byte("{}")})
	server := httptest.NewTLSServer(s)
	defer server.Close()
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	_, err := Fetch(t.Context(), Options{URL: server.URL + "/models/m/1", Dir: t.TempDir(), Token: good, Note: func(text string) { t.Error(text) }})
	if err == nil || !strings.Contains(err.Error(), "x509: ") {
		t.Error(err)
	}
}

// silent never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestFetchIsNotHeldUp by a connection that is silent, nor goes on when it is told
// to end.
func TestFetchIsNotHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		o := Options{URL: "https://a/models/m", Dir: t.TempDir(), HTTP: &http.Client{Transport: silent{}}, Token: good, Note: func(string) {}}
		_, err := Fetch(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), "after 8 attempts") || time.Since(start) > 20*time.Minute {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		if _, err := Fetch(ctx, o); err == nil || time.Since(start) > time.Second {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}
