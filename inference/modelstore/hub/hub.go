// Package hub fetches models from the Hugging Face hub, or a server that
// speaks its protocol.
//
// Pull resolves the revision to a commit, lists the commit's files, fetches the
// ones that serving needs, resumes what broke off, checks each file against the
// hash that the hub states, and moves the folder to its place when it is
// complete. So an interrupted download never looks like a model.
package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
)

// DefaultEndpoint is the hub's own address. HF_ENDPOINT names another.
const DefaultEndpoint = "https://huggingface.co"

// Pinned are the commits that a repository's default revision stands for here,
// so that a pull gives the same files on every day. (Public code that pins this
// model names the same commit; docs/reference/models.md says where it was found.)
var Pinned = map[string]string{
	"distilbert/distilbert-base-uncased-finetuned-sst-2-english": "714eb0fa89d2f80546fda750413ed43d93601a13",
}

// RecordFile is written into a complete folder.
const RecordFile = "pull.json"

// Options of Pull. Only Repo is required.
type Options struct {
	Repo      string // owner/name
	Revision  string // branch, tag or commit; default: the pinned one, else main
	Dir       string // default: models/NAME
	ModelFile string // the graph or the weights to fetch; default: the most precise
	Endpoint  string // default: HF_ENDPOINT, else DefaultEndpoint
	Token     string // for gated repositories; never sent to another host than the endpoint's
	// Progress is told how many bytes of how many are there.
	Progress func(done, total int64)
	// Note is told what a person may want to know: retries, resumption.
	Note func(string)
	// Backoff is the first pause before a retry; it doubles. Default 1s.
	Backoff time.Duration
	// Patience is how long nothing of an answer may come before it is asked for again,
	// from there on. Default 30s.
	Patience time.Duration
}

// Record says what was fetched.
type Record struct {
	Repo     string    `json:"repo"`
	Revision string    `json:"revision"` // as asked for
	Commit   string    `json:"commit"`
	Pulled   time.Time `json:"pulled"`
	Files    []File    `json:"files"`
}

// File is one file of a commit.
type File struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
	// SHA256 of the content. The hub states it for large files; for small ones
	// it states Blob, git's own hash, and SHA256 is computed.
	SHA256 string `json:"sha256,omitempty"`
	Blob   string `json:"blob,omitempty"`
	// Commit is set where it isn't the record's: of weights that the hub converted.
	Commit string `json:"commit,omitempty"`
}

var (
	repoPattern   = regexp.MustCompile(`^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$`)
	commitPattern = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

// Pull fetches a model and returns the record of it, and whether it was there
// already.
func Pull(ctx context.Context, o Options) (record *Record, already bool, err error) {
	if err := o.complete(); err != nil {
		return nil, false, err
	}
	note := o.Note
	o.Note = func(text string) { note(o.withoutToken(text)) }
	record, already, err = obtain(ctx, o)
	if err != nil && o.withoutToken(err.Error()) != err.Error() {
		err = errors.New(o.withoutToken(err.Error()))
	}
	return record, already, modelstore.WriteError(err, "--to")
}

// withoutToken takes the token out of a text, because the hub may say it back.
func (o *Options) withoutToken(text string) string {
	if o.Token == "" {
		return text
	}
	return strings.ReplaceAll(text, o.Token, "…")
}

func obtain(ctx context.Context, o Options) (record *Record, already bool, err error) {
	if record, err := present(o); err != nil || record != nil {
		return record, record != nil, err
	}
	c := newClient(o)
	commit, files, err := c.list(ctx)
	if err != nil {
		return nil, false, err
	}
	staging, unlock, err := prepare(o.Dir, commit)
	if err != nil {
		return nil, false, err
	}
	defer unlock()
	if err := enoughSpace(staging, files); err != nil {
		return nil, false, err
	}
	d := &download{client: c, commit: commit, staging: staging, progress: newProgress(o.Progress, files)}
	for i := range files {
		if err := d.file(ctx, &files[i]); err != nil {
			return nil, false, fmt.Errorf("%s: %w", files[i].Path, err)
		}
	}
	record = &Record{Repo: o.Repo, Revision: o.Revision, Commit: commit, Pulled: time.Now().UTC().Truncate(time.Second), Files: files}
	return record, false, publish(record, staging, o.Dir)
}

// List names the files that Pull would fetch, and their commit. It fetches none.
func List(ctx context.Context, o Options) (commit string, files []File, err error) {
	if err := o.complete(); err != nil {
		return "", nil, err
	}
	return newClient(o).list(ctx)
}

// list resolves the revision, and names the commit's files that serving needs.
func (c *client) list(ctx context.Context) (commit string, files []File, err error) {
	if commit, err = c.commit(ctx); err != nil {
		return "", nil, err
	}
	all, err := c.tree(ctx, commit)
	if err != nil {
		return "", nil, err
	}
	if all, err = c.converted(ctx, commit, all); err != nil {
		return "", nil, err
	}
	files, err = choose(c.Options, all)
	return commit, files, err
}

func (o *Options) complete() error {
	if !repoPattern.MatchString(o.Repo) {
		return fmt.Errorf("the repository is %q: name it as OWNER/NAME", o.Repo)
	}
	if o.Revision == "" {
		if o.Revision = Pinned[o.Repo]; o.Revision == "" {
			o.Revision = "main"
		}
	}
	if o.Dir == "" {
		o.Dir = filepath.Join("models", o.Repo[strings.Index(o.Repo, "/")+1:])
	}
	if o.Endpoint == "" {
		if o.Endpoint = os.Getenv("HF_ENDPOINT"); o.Endpoint == "" {
			o.Endpoint = DefaultEndpoint
		}
	}
	o.Endpoint = strings.TrimRight(o.Endpoint, "/")
	if o.Backoff == 0 {
		o.Backoff = time.Second
	}
	if o.Patience == 0 {
		o.Patience = 30 * time.Second
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
	return nil
}

// present returns the record of a folder that already has what is asked for,
// nil if there is no folder, and an error if there is another.
func present(o Options) (*Record, error) {
	data, err := modelfile.Read(filepath.Join(o.Dir, RecordFile), modelfile.MaxSettings)
	if errors.Is(err, os.ErrNotExist) {
		if entries, err := os.ReadDir(o.Dir); err == nil && len(entries) > 0 {
			return nil, fmt.Errorf("%s exists and was not made by scorer pull: name another folder with --to, or move it away", o.Dir)
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &Record{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("%s can't be read (%v): remove the folder and pull again", filepath.Join(o.Dir, RecordFile), err)
	}
	if r.Repo != o.Repo || r.Revision != o.Revision && r.Commit != o.Revision {
		return nil, fmt.Errorf("%s holds %s at %.12s, not %s at %.12s: name another folder with --to, or remove it",
			o.Dir, r.Repo, r.Commit, o.Repo, o.Revision)
	}
	if o.ModelFile != "" && !slices.ContainsFunc(r.Files, func(f File) bool { return f.Path == o.ModelFile }) {
		return nil, fmt.Errorf("%s was pulled without %s: name another folder with --to, or remove it", o.Dir, o.ModelFile)
	}
	for _, f := range r.Files {
		id, err := modelstore.Identify(filepath.Join(o.Dir, filepath.FromSlash(f.Path)), f.Path)
		if err != nil || id.SHA256 != f.SHA256 {
			return nil, fmt.Errorf("%s is not as it was pulled: remove the folder %s and pull again", filepath.Join(o.Dir, f.Path), o.Dir)
		}
	}
	return r, nil
}

// StatusError is an answer of the hub that isn't a success.
type StatusError struct {
	Status     int
	URL        string
	RetryAfter time.Duration
	Remedy     string
}

func (e *StatusError) Error() string {
	s := fmt.Sprintf("the hub answers %d %s for %s", e.Status, http.StatusText(e.Status), e.URL)
	if e.Remedy != "" {
		s += ": " + e.Remedy
	}
	return s
}

// temporary reports whether it is worth to try again.
func (e *StatusError) temporary() bool {
	return e.Status == http.StatusTooManyRequests || e.Status >= 500
}
