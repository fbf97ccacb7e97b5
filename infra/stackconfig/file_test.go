package stackconfig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

// file is stack dev of project p with a text.
func file(t *testing.T, text string) *stackconfig.File {
	t.Helper()
	f, err := folder(t, "name: p\n", text).Open("dev", "")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func check(t *testing.T, f *stackconfig.File, want string) {
	t.Helper()
	if got := string(f.Text()); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestEditsKeepTheRest rolls green out, and compares what is left with what a
// careful person would have written.
func TestEditsKeepTheRest(t *testing.T) {
	const text = `# A stack.
config:
  p:location:   westeurope

  p:deployments:

    # the one that answers
    blue:  # as rolled out
      image:
        repository: scorer-cpu
        uncompressedMiB: 150 # the limit
      model:
        version: "1" # a text

      autoscale:
        cpuPercent: {out: 70, in: 30}
  # all of it
  p:traffic:
    blue: 100
encryptionsalt: v1:abc
`
	f := file(t, text)
	for _, err := range []error{
		f.Copy([]string{"deployments", "blue"}, []string{"deployments", "green"}),
		f.Set("sha256:b", "deployments", "green", "image", "digest"),
		f.Set("2", "deployments", "green", "model", "version"),
		f.Set(map[string]int{"green": 90, "blue": 10}, "traffic"),
		f.Set(map[string]int{"green": 100}, "traffic"),
		f.Set(false, "awake"),
		f.Remove("deployments", "blue"),
		f.Remove("mirrorTraffic"), // isn't there
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(t, f, strings.NewReplacer(
		"    blue:  # as", "    green:  # as",
		"repository: scorer-cpu\n", "repository: scorer-cpu\n        digest: sha256:b\n",
		`version: "1"`, `version: "2"`,
		"blue: 100\n", "green: 100\n  p:awake: false\n",
	).Replace(text))
}

// TestEdits are texts as people and tools write them, each with one edit.
func TestEdits(t *testing.T) {
	set := func(value any, path ...string) func(*stackconfig.File) error {
		return func(f *stackconfig.File) error { return f.Set(value, path...) }
	}
	remove := func(path ...string) func(*stackconfig.File) error {
		return func(f *stackconfig.File) error { return f.Remove(path...) }
	}
	green := func(f *stackconfig.File) error {
		return f.Copy([]string{"deployments", "blue"}, []string{"deployments", "green"})
	}
	for name, c := range map[string]struct {
		edit         func(*stackconfig.File) error
		before, want string
	}{
		"empty":                 {set(true, "awake"), "", "config:\n  p:awake: true\n"},
		"comments alone":        {set(true, "awake"), "# nothing yet", "# nothing yet\nconfig:\n  p:awake: true\n"},
		"no configuration":      {set(true, "awake"), "encryptionsalt: x\n", "encryptionsalt: x\nconfig:\n  p:awake: true\n"},
		"null":                  {set(1, "traffic", "a"), "config:\n  p:traffic: # none\n", "config:\n  p:traffic: # none\n    a: 1\n"},
		"without prefix":        {set(50, "traffic", "blue"), "config:\n  traffic: {blue: 100}\n", "config:\n  traffic: {blue: 50}\n"},
		"no last line's end":    {set(true, "awake"), "config:\n  p:name: x", "config:\n  p:name: x\n  p:awake: true\n"},
		"CRLF":                  {set(true, "awake"), "config:\r\n  p:name: x # y\r\n", "config:\r\n  p:name: x # y\r\n  p:awake: true\r\n"},
		"quotes stay":           {set("b c", "name"), "config:\n  'p:name': 'a' # 'x'\n", "config:\n  'p:name': 'b c' # 'x'\n"},
		"like a number":         {set("1e7", "name"), "config:\n  p:name: x\n", "config:\n  p:name: \"1e7\"\n"},
		"as a person writes":    {set("sha256:b", "name"), "config:\n  p:name: sha256:a # c\n", "config:\n  p:name: sha256:b # c\n"},
		"several lines":         {set("a\nb", "name"), "config:\n  p:name: x # c\n", "config:\n  p:name: \"a\\nb\" # c\n"},
		"text to number":        {set(3, "name"), "config:\n  p:name: \"x\"\n", "config:\n  p:name: 3\n"},
		"the same":              {set(map[string]int{"a": 1}, "tags"), "config:\n  p:tags: {  a: 0x1 }\n", "config:\n  p:tags: {  a: 0x1 }\n"},
		"literal":               {set("z", "name"), "config:\n  p:name: | # mark\n    x\n\n    y\n  p:awake: true\n", "config:\n  p:name: z\n  p:awake: true\n"},
		"other indentation":     {set(1, "tags", "b"), "config:\n    p:tags:\n          a: 1\n\n    # end\n", "config:\n    p:tags:\n          a: 1\n          b: 1\n\n    # end\n"},
		"brackets on lines":     {set(2, "tags", "b"), "config:\n  p:tags: {\n    a: \"}\", # }\n    c: it's\n  }\n", "config:\n  p:tags: {\n    a: \"}\", # }\n    c: it's, b: 2\n  }\n"},
		"empty brackets":        {set(2, "tags", "b"), "config:\n  p:tags: { }\n", "config:\n  p:tags: {b: 2 }\n"},
		"first of brackets":     {remove("tags", "a"), "config:\n  p:tags: {a: 1, b: 2}\n", "config:\n  p:tags: {b: 2}\n"},
		"last of brackets":      {remove("tags", "b"), "config:\n  p:tags: {a: 1, b: [2, 3]} # c\n", "config:\n  p:tags: {a: 1} # c\n"},
		"only one in brackets":  {remove("tags", "a"), "config:\n  p:tags: {a: 1}\n", "config:\n  p:tags: {}\n"},
		"only one":              {remove("tags", "a"), "config:\n  p:tags: # t\n    a: 1\n  p:name: x\n", "config:\n  p:tags: {} # t\n  p:name: x\n"},
		"comment above goes":    {remove("tags", "b"), "config:\n  p:tags:\n    a: 1\n    # of b\n    b: 1\n    # of all\n", "config:\n  p:tags:\n    a: 1\n    # of all\n"},
		"an object goes":        {set("x", "tags"), "config:\n  p:tags:\n    a:\n      b: 1\n  p:name: x\n", "config:\n  p:tags: x\n  p:name: x\n"},
		"not ours":              {set("y", "name"), "config:\n  other:name: x\n  p:name: x\n", "config:\n  other:name: x\n  p:name: y\n"},
		"copy in brackets":      {green, "config:\n  p:deployments: {blue: {a: 1}}\n", "config:\n  p:deployments: {blue: {a: 1}, green: {a: 1}}\n"},
		"copy apart":            {green, "config:\n  p:deployments:\n    blue:\n      a: 1\n\n    gray:\n      a: 2\n", "config:\n  p:deployments:\n    blue:\n      a: 1\n\n    gray:\n      a: 2\n\n    green:\n      a: 1\n"},
		"copy of an anchor":     {green, "config:\n  p:deployments:\n    blue: &b\n      a: 1\n    gray: *b\n", "config:\n  p:deployments:\n    blue: &b\n      a: 1\n    gray: *b\n    green:\n      a: 1\n"},
		"copy of an alias":      {green, "config:\n  p:deployments:\n    gray: &b\n      a: 1\n    blue: *b # alike\n", "config:\n  p:deployments:\n    gray: &b\n      a: 1\n    blue: *b # alike\n    green: *b # alike\n"},
		"into an alias":         {set(2, "deployments", "gray", "a"), "config:\n  p:deployments:\n    blue: &b {a: 1}\n    gray: *b # alike\n", "config:\n  p:deployments:\n    blue: &b {a: 1}\n    gray: # alike\n      a: 2\n"},
		"out of an alias":       {remove("deployments", "gray", "a"), "config:\n  p:deployments:\n    blue: &b {a: 1, c: 2}\n    gray: *b\n", "config:\n  p:deployments:\n    blue: &b {a: 1, c: 2}\n    gray:\n      c: 2\n"},
		"over what is merged":   {set(2, "deployments", "gray", "a", "x"), "config:\n  p:deployments:\n    blue: &b {a: {x: 1, y: 1}}\n    gray:\n      <<: *b\n", "config:\n  p:deployments:\n    blue: &b {a: {x: 1, y: 1}}\n    gray:\n      <<: *b\n      a:\n        x: 2\n        y: 1\n"},
		"beside an anchor":      {set(2, "deployments", "blue", "c"), "config:\n  p:deployments:\n    blue:\n      a: &one 1\n      b: *one\n", "config:\n  p:deployments:\n    blue:\n      a: &one 1\n      b: *one\n      c: 2\n"},
		"an anchor of an alias": {set(2, "deployments", "blue", "a"), "config:\n  p:deployments:\n    blue: &b\n      a: 1\n    gray: *b\n", "config:\n  p:deployments:\n    blue: &b\n      a: 2\n    gray:\n      a: 1\n"},
		"an anchored value":     {set(2, "tags", "a"), "config:\n  p:tags: {a: &x 1, b: *x}\n", "config:\n  p:tags: {a: &x 2, b: 1}\n"},
		"more than ASCII":       {set("b", "tags", "é"), "config:\n  p:tags: {ü: \"ä\", é: a, ö: x}\n", "config:\n  p:tags: {ü: \"ä\", é: b, ö: x}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			f := file(t, c.before)
			if err := c.edit(f); err != nil {
				t.Fatal(err)
			}
			check(t, f, c.want)
		})
	}
}

// TestEditsRefuse leaves the text alone where it can't be edited in place.
func TestEditsRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		before, want string
		edit         func(*stackconfig.File) error
	}{
		"an anchor that others use": {"config:\n  p:tags: {a: &x {c: 1}, b: {<<: *x}}\n", "tags.a.c: it is written in a way that can't be edited in place, with an anchor for example; change it by hand",
			func(f *stackconfig.File) error { return f.Set(2, "tags", "a", "c") }},
		"what is merged in": {"config:\n  p:tags:\n    a: &x {c: 1}\n    b:\n      <<: *x\n      d: 1\n", "merged in from elsewhere",
			func(f *stackconfig.File) error { return f.Remove("tags", "b", "c") }},
		"below a value": {"config:\n  p:awake: true\n", "p:awake is no object of names and values",
			func(f *stackconfig.File) error { return f.Set(1, "awake", "below") }},
		"no source": {"config: {}\n", "deployments.blue isn't there",
			func(f *stackconfig.File) error {
				return f.Copy([]string{"deployments", "blue"}, []string{"deployments", "green"})
			}},
		"another document": {"config:\n  p:name: x\n---\na: 1\n", "by hand",
			func(f *stackconfig.File) error { return f.Set(true, "awake") }},
	} {
		f := file(t, c.before)
		if err := c.edit(f); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		check(t, f, c.before)
	}
	for text, want := range map[string]string{"- a\n": "no object of keys and values", "a: [\n": "yaml:", "text": "no object"} {
		if _, err := folder(t, "name: p\n", text).Open("dev", ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := folder(t, "name: p\n", "").Open("none", ""); err == nil || !strings.Contains(err.Error(), "is next to Pulumi.yaml") {
		t.Error(err)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "stack.yaml"), filepath.Join(dir, "link.yaml")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("stack.yaml", link); err != nil {
		t.Fatal(err)
	}
	if err := stackconfig.WriteFile(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "new" {
		t.Errorf("%q, %v", got, err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("files were left: %v", entries)
	}
}

// TestCommittedStacksRollOut changes image and model of every committed stack
// as a rollout does.
func TestCommittedStacksRollOut(t *testing.T) {
	project := stackconfigtest.Project()
	digest := "sha256:" + strings.Repeat("ab", 32)
	for _, stack := range committedStacks(t) {
		f, err := project.Open(stack, "")
		if err != nil {
			t.Fatal(err)
		}
		before, err := f.Config(true)
		if err != nil {
			t.Fatal(err)
		}
		comments := strings.Count(string(f.Text()), "#")
		if err := f.Copy([]string{"deployments", "blue"}, []string{"deployments", "green"}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.SetModel("green", stackconfig.Model{SHA256: deliveredSum, SizeMiB: 5}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.SetImage("green", stackconfig.Image{Digest: digest}); err != nil {
			t.Fatal(err)
		}
		if err := f.Set(map[string]int{"green": 100}, "traffic"); err != nil {
			t.Fatal(err)
		}
		if err := f.Remove("deployments", "blue"); err != nil {
			t.Fatal(err)
		}
		after, err := f.Config(false)
		if err != nil {
			t.Fatalf("%v\n%s", err, f.Text())
		}
		green, blue := after.Deployments["green"], before.Deployments["blue"]
		if green.Image.Digest != digest || green.Image.Build != nil || green.Model.Version != deliveredSum[:16] || green.Model.SizeMiB != 5 {
			t.Errorf("%s: %+v", stack, green)
		}
		if green.InstanceType != blue.InstanceType || green.Model.MemoryMiB != blue.Model.MemoryMiB || green.Requests != blue.Requests {
			t.Errorf("%s: more was changed: %+v, %+v", stack, blue, green)
		}
		if got := strings.Count(string(f.Text()), "#"); got != comments {
			t.Errorf("%s: %d comments of %d are left:\n%s", stack, got, comments, f.Text())
		}
	}
}
