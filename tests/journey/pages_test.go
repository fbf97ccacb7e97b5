package journey

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/markdown"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// block is a fenced block of shell commands.
type block struct {
	page    string // such as docs/live.md
	section string // the anchor of the heading above it
	number  int    // among the blocks of the section, from 1
	line    int    // of its first command in the page
	text    string
}

func (b block) String() string { return fmt.Sprintf("%s#%s/%d", b.page, b.section, b.number) }

// pages returns README.md and all pages in docs by their names.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	root := os.DirFS(scorerproc.Root())
	read := func(page string) error {
		text, err := fs.ReadFile(root, page)
		all[page] = string(text)
		return err
	}
	err := fs.WalkDir(root, "docs", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			err = read(path)
		}
		return err
	})
	if err == nil {
		err = read("README.md")
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// blocks returns the pages' blocks by their names.
func blocks(pages map[string]string) map[string]block {
	all := map[string]block{}
	for page, text := range pages {
		for _, b := range parse(page, text) {
			all[b.String()] = b
		}
	}
	return all
}

// parse finds the blocks of a page.
func parse(page, text string) (all []block) {
	var section string
	var open *block
	var indented string
	fenced := false // in a block of another language
	numbers := map[string]int{}
	line := 0
	for l := range strings.Lines(text) {
		line++
		l = strings.TrimRight(l, "\n")
		switch fence := strings.TrimSpace(l); {
		case open != nil && fence == "```":
			all = append(all, *open)
			open = nil
		case open != nil:
			open.text += strings.TrimPrefix(l, indented) + "\n"
		case fenced:
			fenced = fence != "```"
		case fence == "```sh":
			numbers[section]++
			indented = l[:strings.Index(l, "```")] // in a list
			open = &block{page: page, section: section, number: numbers[section], line: line + 1}
		case strings.HasPrefix(fence, "```"):
			fenced = true
		case strings.HasPrefix(l, "#"):
			section = markdown.Anchor(strings.TrimLeft(l, "#"))
		}
	}
	return all
}

// commands are the block's commands with the lines that they go on in. Blank
// lines and comments belong to the command that follows.
func (b block) commands() []string {
	var all []string
	var command string
	for l := range strings.Lines(b.text) {
		command += l
		plain := strings.TrimSpace(l)
		if plain == "" || strings.HasPrefix(plain, "#") || strings.HasSuffix(plain, `\`) {
			continue
		}
		all = append(all, command)
		command = ""
	}
	return all
}

// without leaves out the commands that begin with words.
func (b block) without(words string) (rest block, found bool) {
	commands := b.commands()
	kept := slices.DeleteFunc(slices.Clone(commands), func(command string) bool { return strings.HasPrefix(command, words) })
	b.text = strings.Join(kept, "")
	return b, len(kept) < len(commands)
}

func TestParse(t *testing.T) {
	const page = "# Title\n```sh\na \\\n  b\n# of c\nc\n```\n## Other\n```yaml\n# no heading\n```\n```sh\nd\n```\n1. List:\n\n   ```sh\n   e \\\n     f\n   ```\n"
	all := parse("p.md", page)
	var got []string
	for _, b := range all {
		got = append(got, fmt.Sprintf("%v:%d %q", b, b.line, b.commands()))
	}
	want := []string{`p.md#title/1:3 ["a \\\n  b\n" "# of c\nc\n"]`, `p.md#other/1:13 ["d\n"]`, `p.md#other/2:18 ["e \\\n  f\n"]`}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if rest, found := all[0].without("a"); !found || rest.text != "# of c\nc\n" {
		t.Errorf("%v %q", found, rest.text)
	}
	if _, found := all[0].without("b"); found {
		t.Error("b is no command")
	}
}
