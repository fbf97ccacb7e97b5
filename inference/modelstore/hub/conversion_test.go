package hub

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
)

const (
	earlier  = "1111111111111111111111111111111111111111"
	unknown  = "2222222222222222222222222222222222222222"
	proposed = "3333333333333333333333333333333333333333"
	changed  = "4444444444444444444444444444444444444444"
)

// pickledAlone is a repository without an export, and what the hub's conversion of it has.
func pickledAlone() (files, converted map[string][]byte) {
	files = repository()
	delete(files, "onnx/model.onnx")
	delete(files, "onnx/model.onnx_data")
	converted = maps.Clone(files)
	converted["model.safetensors"] = bytes.Repeat([]byte("weights "), 1000)
	converted["config.json"] = []byte("{}") // somebody else's settings aren't taken
	return files, converted
}

func conversionPull(files map[string][]byte) hubtest.Pull {
	return hubtest.Pull{Number: 8, Title: conversionTitle, Author: converter, Status: "open", Commits: []string{proposed, hubtest.Commit}, Files: files}
}

// TestConversion takes weights from the hub's own conversion, and everything else from the
// commit that was asked for.
func TestConversion(t *testing.T) {
	files, converted := pickledAlone()
	h := hubtest.New(t, repo, files)
	h.Pulls = []hubtest.Pull{
		{Number: 12, Title: conversionTitle, Status: "open", Discussion: true, Author: converter},
		{Number: 11, Title: "How is this trained?", Status: "open", Discussion: true}, // of a deleted account
		{Number: 9, Title: conversionTitle, Author: "somebody", Status: "open", Commits: []string{changed, hubtest.Commit}, Files: converted},
		conversionPull(converted),
	}
	h.Breaks = []int{-1, -1, -1, -1, 500}
	var notes []string
	dir, r, err := pull(t, h, func(o *Options) { o.Note = func(note string) { notes = append(notes, note) } })
	if err != nil {
		t.Fatal(err)
	}
	commits := map[string]string{}
	for _, f := range r.Files {
		commits[f.Path] = f.Commit
		want := files[f.Path]
		if f.Path == "model.safetensors" {
			want = converted[f.Path]
		}
		if got, err := os.ReadFile(filepath.Join(dir, f.Path)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the hub has: %v", f.Path, err)
		}
	}
	if want := map[string]string{"config.json": "", "tokenizer.json": "", "tokenizer_config.json": "", "vocab.txt": "", "model.safetensors": proposed}; !maps.Equal(commits, want) {
		t.Errorf("the files' commits are %v, want %v", commits, want)
	}
	if want := "weights in pytorch_model.bin alone, which isn't read: model.safetensors is taken from refs/pr/8 at 333333333333, where SFconvertbot converted"; !strings.Contains(strings.Join(notes, "\n"), want) {
		t.Errorf("the notes are %q, without %q", notes, want)
	}
	record, err := os.ReadFile(filepath.Join(dir, RecordFile))
	if err != nil || r.Commit != hubtest.Commit || !strings.Contains(string(record), `"commit": "`+proposed+`"`) {
		t.Errorf("the record is %s, %v", record, err)
	}
	before := len(h.Requests())
	if _, again, err := pull(t, h, func(o *Options) { o.Dir = dir }); err != nil || again == nil || len(h.Requests()) != before {
		t.Errorf("a second pull: %v, %d more requests", err, len(h.Requests())-before)
	}
}

// TestConversionInShards: the index and its shards come along.
func TestConversionInShards(t *testing.T) {
	files, converted := pickledAlone()
	files["pytorch_model-00001-of-00002.bin"], files["pytorch_model.bin.index.json"] = files["pytorch_model.bin"], []byte("{}")
	delete(files, "pytorch_model.bin")
	delete(converted, "model.safetensors")
	delete(converted, "pytorch_model.bin")
	for name, content := range files {
		converted[name] = content
	}
	for _, name := range []string{"model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"} {
		converted[name] = []byte(name)
	}
	h := hubtest.New(t, repo, files)
	h.Pulls = []hubtest.Pull{conversionPull(converted)}
	_, r, err := pull(t, h)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.Files {
		if f.Commit == proposed {
			names = append(names, f.Path)
		}
	}
	slices.Sort(names)
	if strings.Join(names, " ") != "model-00001-of-00002.safetensors model-00002-of-00002.safetensors model.safetensors.index.json" {
		t.Errorf("of the conversion came %v", names)
	}
}

// TestConversionsThatAreNotTaken says why, and how to get weights that are read.
func TestConversionsThatAreNotTaken(t *testing.T) {
	files, converted := pickledAlone()
	other := maps.Clone(converted)
	other["pytorch_model.bin"] = []byte("other weights")
	empty := maps.Clone(files)
	for name, c := range map[string]struct {
		change func(*hubtest.Hub, *hubtest.Pull)
		want   string
	}{
		"none":            {func(h *hubtest.Hub, _ *hubtest.Pull) { h.Pulls = []hubtest.Pull{} }, "no open pull request"},
		"disabled":        {func(h *hubtest.Hub, _ *hubtest.Pull) { h.Pulls = nil }, "its pull requests aren't shown (404)"},
		"another author":  {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Author = "SFconvertbot2" }, `none is by SFconvertbot, but by "SFconvertbot2"`},
		"a deleted one":   {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Author = "" }, `but by ""`},
		"closed":          {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Status = "closed" }, "no open pull request"},
		"merged":          {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Status = "merged" }, "no open pull request"},
		"another title":   {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Title += "s" }, "no open pull request"},
		"a discussion":    {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Discussion = true }, "no open pull request"},
		"changed since":   {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Commits = []string{changed, proposed, hubtest.Commit} }, "is not one commit on the history"},
		"another history": {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Commits = []string{proposed, unknown} }, "is not one commit on the history"},
		"other weights":   {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Files = other }, "has other pickled weights"},
		"no weights":      {func(_ *hubtest.Hub, p *hubtest.Pull) { p.Files = empty }, "has no model.safetensors"},
	} {
		t.Run(name, func(t *testing.T) {
			h := hubtest.New(t, repo, files)
			p := conversionPull(converted)
			h.Pulls = []hubtest.Pull{p}
			c.change(h, &p)
			if len(h.Pulls) > 0 {
				h.Pulls[0] = p
			}
			dir, _, err := pull(t, h)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "pytorch_model.bin alone") || !strings.Contains(err.Error(), "/spaces/safetensors/convert makes one") {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("something was fetched")
			}
		})
	}
}

// TestConversionOfAnEarlierCommit: what was committed to main since doesn't matter, as long
// as the weights are the same.
func TestConversionOfAnEarlierCommit(t *testing.T) {
	files, converted := pickledAlone()
	h := hubtest.New(t, repo, files)
	p := conversionPull(converted)
	p.Commits = []string{proposed, earlier, unknown}
	h.Pulls, h.Before = []hubtest.Pull{p}, []string{earlier, unknown}
	if _, r, err := pull(t, h); err != nil || !slices.ContainsFunc(r.Files, func(f File) bool { return f.Commit == proposed }) {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestConversionIsAsked: only where nothing else can be served.
func TestConversionIsAsked(t *testing.T) {
	_, converted := pickledAlone()
	for name, c := range map[string]struct {
		files map[string][]byte
		named string
		want  bool
	}{
		"an export":                {repository(), "", false},
		"weights of its own":       {converted, "", false},
		"pickled, a named export":  {func() map[string][]byte { f, _ := pickledAlone(); return f }(), "onnx/model.onnx", false},
		"pickled, weights by name": {func() map[string][]byte { f, _ := pickledAlone(); return f }(), "model.safetensors", true},
	} {
		h := hubtest.New(t, repo, c.files)
		h.Pulls = []hubtest.Pull{conversionPull(converted)}
		_, r, err := pull(t, h, func(o *Options) { o.ModelFile = c.named })
		asked := slices.ContainsFunc(h.Requests(), func(request string) bool { return strings.Contains(request, "/discussions") })
		if asked != c.want || c.want && (err != nil || r == nil) {
			t.Errorf("%s: asked %v, %v", name, asked, err)
		}
	}
}

// TestPullRequestByName pulls OWNER/NAME@refs/pr/N itself, whoever's it is.
func TestPullRequestByName(t *testing.T) {
	files, converted := pickledAlone()
	h := hubtest.New(t, repo, files)
	p := conversionPull(converted)
	p.Author, p.Status = "somebody", "closed"
	h.Pulls = []hubtest.Pull{p}
	dir, r, err := pull(t, h, func(o *Options) { o.Revision = "refs/pr/8" })
	if err != nil {
		t.Fatal(err)
	}
	if r.Revision != "refs/pr/8" || r.Commit != proposed || slices.ContainsFunc(r.Files, func(f File) bool { return f.Commit != "" }) {
		t.Errorf("the record is %+v", r)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "config.json")); err != nil || string(got) != "{}" {
		t.Errorf("config.json is %q, %v", got, err)
	}
	if data, err := json.Marshal(h.Requests()); err != nil || strings.Contains(string(data), "/discussions") {
		t.Errorf("it asked for %s, %v", data, err)
	}
}
