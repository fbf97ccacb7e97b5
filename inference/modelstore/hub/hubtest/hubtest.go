// Package hubtest is a server that speaks the Hugging Face hub's protocol, with
// the faults that networks and hubs have.
package hubtest

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Commit is the only one that a new server has; the branch main points at it.
const Commit = "0123456789abcdef0123456789abcdef01234567"

// Hub is the server. Change its fields before it is asked, by Change if another process asks.
type Hub struct {
	URL  string // of the hub
	CDN  string // of the host that large files are redirected to
	Repo string
	// Commit is the one that it has, beside those of Pulls.
	Commit string
	// Pulls are its pull requests and discussions, the newest first; nil: they are disabled.
	Pulls []Pull
	// Before are the commits before Commit, the newest first.
	Before []string

	mu       sync.Mutex
	files    map[string][]byte
	requests []string
	answer   func(w http.ResponseWriter, r *http.Request) bool
	token    string

	// LargeFrom is the size from which a file lies on the CDN.
	LargeFrom int
	// Breaks cuts the connection after that many bytes of content, one entry
	// for each content request in turn.
	Breaks []int
	// Statuses answers these instead, one for each request in turn; 0 answers
	// as usual.
	Statuses   []int
	RetryAfter string
	// IgnoreRange answers the whole content to a range request.
	IgnoreRange bool
	// Corrupt changes the content of this file on its way, as often.
	Corrupt map[string]int
	// Leaked is set when the CDN was sent the token.
	Leaked bool
	// PageSize of the list of files; 0 means one page.
	PageSize int
	// Next, if it is set, is the address that the list of files says it goes on at.
	Next string
	// MoveTree redirects the list of files to the CDN.
	MoveTree bool
	// Sizes are stated instead of the files' own.
	Sizes map[string]int64
}

// New starts a hub with the repository's files; it is stopped with the test.
func New(t testing.TB, repo string, files map[string][]byte) *Hub {
	h := &Hub{Repo: repo, Commit: Commit, files: files, LargeFrom: 1 << 10, Corrupt: map[string]int{}}
	s := httptest.NewUnstartedServer(h)
	cdn := httptest.NewUnstartedServer(http.HandlerFunc(h.serveCDN))
	t.Cleanup(s.Close)
	t.Cleanup(cdn.Close)
	// Known before they start: a request may come from another process, which orders nothing.
	h.URL = "http://" + s.Listener.Addr().String()
	h.CDN = strings.Replace("http://"+cdn.Listener.Addr().String(), "127.0.0.1", "localhost", 1) // another host by name
	s.Start()
	cdn.Start()
	return h
}

// Change changes the hub's fields. The requests of another process don't come after what
// this one did before, as the race detector sees it, unless both take the lock.
func (h *Hub) Change(f func(h *Hub)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f(h)
}

// RequireToken refuses, from now on, what comes without this token.
func (h *Hub) RequireToken(token string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.token = token
}

func (h *Hub) requiredToken() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.token
}

// Answer has requests of the hub and of the CDN answered by a function, as far as it
// returns true.
func (h *Hub) Answer(f func(w http.ResponseWriter, r *http.Request) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = f
}

func (h *Hub) answered(w http.ResponseWriter, r *http.Request) bool {
	h.mu.Lock()
	f := h.answer
	h.mu.Unlock()
	return f != nil && f(w, r)
}

// Requests lists the requests so far: the host's role, the path and the range.
func (h *Hub) Requests() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.requests...)
}

func (h *Hub) note(role string, r *http.Request) (status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests = append(h.requests, strings.TrimSpace(role+" "+r.URL.Path+" "+r.Header.Get("Range")))
	if len(h.Statuses) > 0 {
		status, h.Statuses = h.Statuses[0], h.Statuses[1:]
	}
	return status
}

// ServeHTTP is the hub's own host, for those who reach it at another address.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.answered(w, r) {
		return
	}
	if status := h.note("hub", r); status != 0 {
		w.Header().Set("Retry-After", h.RetryAfter)
		w.WriteHeader(status)
		return
	}
	if token := h.requiredToken(); token != "" && r.Header.Get("Authorization") != "Bearer "+token {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	// What follows the repository: a verb, a revision, which is one escaped part, and a path.
	rest, api := strings.CutPrefix(r.URL.EscapedPath(), "/api/models/"+h.Repo+"/")
	if !api {
		rest, _ = strings.CutPrefix(r.URL.EscapedPath(), "/"+h.Repo+"/")
	}
	verb, rest, _ := strings.Cut(rest, "/")
	revision, rest, _ := strings.Cut(rest, "/")
	revision, _ = url.PathUnescape(revision)
	name, _ := url.PathUnescape(rest)
	commit := h.resolve(revision)
	switch {
	case api && verb == "discussions" && h.Pulls != nil:
		h.discussions(w, r)
	case commit == "":
		w.WriteHeader(http.StatusNotFound)
	case api && verb == "revision":
		_ = json.NewEncoder(w).Encode(map[string]any{"id": h.Repo, "sha": commit})
	case api && verb == "commits":
		h.commits(w, commit)
	case api && verb == "tree" && h.MoveTree:
		http.Redirect(w, r, h.CDN+r.URL.Path, http.StatusFound)
	case api && verb == "tree":
		h.tree(w, r, commit)
	case !api && verb == "resolve":
		content, ok := h.filesAt(commit)[name]
		switch {
		case !ok:
			w.WriteHeader(http.StatusNotFound)
		case len(content) >= h.LargeFrom:
			if commit != h.Commit {
				name = commit + "/" + name
			}
			http.Redirect(w, r, h.CDN+"/blobs/"+name+"?"+url.Values{"Signature": {"secret"}}.Encode(), http.StatusFound)
		default:
			h.content(w, r, name, content)
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (h *Hub) serveCDN(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		h.mu.Lock()
		h.Leaked = true
		h.mu.Unlock()
	}
	if h.answered(w, r) {
		return
	}
	if status := h.note("cdn", r); status != 0 {
		w.Header().Set("Retry-After", h.RetryAfter)
		w.WriteHeader(status)
		return
	}
	if strings.Contains(r.URL.Path, "/tree/") {
		h.tree(w, r, h.Commit)
		return
	}
	commit, name := h.Commit, strings.TrimPrefix(r.URL.Path, "/blobs/")
	if first, rest, ok := strings.Cut(name, "/"); ok && h.resolve(first) != "" {
		commit, name = first, rest
	}
	h.content(w, r, name, h.filesAt(commit)[name])
}

// content sends a file, or what of it the range asks for, and may break off.
func (h *Hub) content(w http.ResponseWriter, r *http.Request, name string, content []byte) {
	h.mu.Lock()
	content = append([]byte{}, content...)
	if h.Corrupt[name] > 0 {
		h.Corrupt[name]--
		content[len(content)/2] ^= 1
	}
	breakAt := -1
	if len(h.Breaks) > 0 {
		breakAt, h.Breaks = h.Breaks[0], h.Breaks[1:]
	}
	h.mu.Unlock()
	status := http.StatusOK
	var from int
	if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from); err == nil && !h.IgnoreRange {
		if from >= len(content) {
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(content)-1, len(content)))
		content, status = content[from:], http.StatusPartialContent
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(content)))
	w.WriteHeader(status)
	if breakAt >= 0 && breakAt < len(content) {
		_, _ = w.Write(content[:breakAt])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // net/http cuts the connection
	}
	_, _ = w.Write(content)
}

type entry struct {
	Type string         `json:"type"`
	Path string         `json:"path"`
	Size int64          `json:"size"`
	OID  string         `json:"oid"`
	LFS  map[string]any `json:"lfs,omitempty"`
}

func (h *Hub) tree(w http.ResponseWriter, r *http.Request, commit string) {
	entries := []entry{{Type: "directory", Path: "onnx"}}
	for name, content := range h.filesAt(commit) {
		blob := sha1.Sum(append(fmt.Appendf(nil, "blob %d\x00", len(content)), content...))
		e := entry{Type: "file", Path: name, Size: int64(len(content)), OID: hex.EncodeToString(blob[:])}
		if len(content) >= h.LargeFrom {
			sum := sha256.Sum256(content)
			e.LFS = map[string]any{"oid": hex.EncodeToString(sum[:]), "size": len(content), "pointerSize": 130}
		}
		if size, ok := h.Sizes[name]; ok {
			e.Size, e.LFS = size, nil
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.Path, b.Path) })
	if h.Next != "" {
		w.Header().Set("Link", fmt.Sprintf("<%s>; rel=\"next\"", h.Next))
	}
	if h.PageSize > 0 {
		var page int
		_, _ = fmt.Sscan(r.URL.Query().Get("cursor"), &page)
		from := min(page*h.PageSize, len(entries))
		to := min(from+h.PageSize, len(entries))
		if to < len(entries) {
			w.Header().Set("Link", fmt.Sprintf("<%s?recursive=true&cursor=%d>; rel=\"next\"", r.URL.Path, page+1))
		}
		entries = entries[from:to]
	}
	_ = json.NewEncoder(w).Encode(entries)
}
