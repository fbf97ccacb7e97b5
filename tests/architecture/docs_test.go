package architecture

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/markdown"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

var (
	// A link's target, without its title.
	linkTarget = regexp.MustCompile(`\]\(([^)\s]+)(?: "[^"]*")?\)`)
	// A page that a message, a comment, a workflow or a script names.
	namedPage = regexp.MustCompile(`\bdocs/(?:[a-z-]+/)?[a-z-]+\.md(?:#[\w-]+)?`)
)

// TestLinksLead: every relative link of every page leads to a file that is
// there, and to a heading of it.
func TestLinksLead(t *testing.T) {
	pages := repository(t, "*.md")
	if len(pages) < 20 {
		t.Fatalf("only %d pages were found", len(pages))
	}
	for page, text := range pages {
		if strings.Contains(page, "testdata/") {
			continue
		}
		text = markdown.Span.ReplaceAllString(markdown.Fence.ReplaceAllString(text, ""), "")
		for _, m := range linkTarget.FindAllStringSubmatch(text, -1) {
			target := m[1]
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			if err := leads(pages, page, target); err != nil {
				t.Errorf("%s: %s: %v", page, target, err)
			}
		}
	}
}

// TestNamedPagesExist: so does every page that code, messages, workflows and
// scripts name.
func TestNamedPagesExist(t *testing.T) {
	pages, named := repository(t, "*.md"), 0
	for file, text := range repository(t, ".") {
		for _, target := range namedPage.FindAllString(text, -1) {
			named++
			if err := leads(pages, "README.md", target); err != nil {
				t.Errorf("%s names %s: %v", file, target, err)
			}
		}
	}
	if named < 30 {
		t.Errorf("only %d were found", named)
	}
}

// repository reads the files that git has, or will have, by path.
func repository(t *testing.T, pattern string) map[string]string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern)
	cmd.Dir = scorerproc.Root()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for name := range strings.Lines(string(out)) {
		name = strings.TrimSpace(name)
		info, err := os.Stat(filepath.Join(scorerproc.Root(), name))
		if err != nil || info.Size() > 1<<20 { // removed and not committed yet; weights
			continue
		}
		data, err := os.ReadFile(filepath.Join(scorerproc.Root(), name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

// leads checks a target, as a page writes it.
func leads(pages map[string]string, page, target string) error {
	file, anchor, _ := strings.Cut(target, "#")
	to := page
	if file != "" {
		to = path.Join(path.Dir(page), file)
	}
	if _, err := os.Stat(filepath.Join(scorerproc.Root(), to)); err != nil {
		return err
	}
	if anchor != "" && !headings(pages[to])[anchor] {
		return fmt.Errorf("%s has no such heading", to)
	}
	return nil
}

// headings are the anchors that GitHub gives a page's headings.
func headings(text string) map[string]bool {
	anchors, seen := map[string]bool{}, map[string]int{}
	for line := range strings.Lines(markdown.Fence.ReplaceAllString(text, "")) {
		title := strings.TrimLeft(line, "#")
		if title == line || !strings.HasPrefix(title, " ") {
			continue
		}
		anchor := markdown.Anchor(title)
		if n := seen[anchor]; n > 0 {
			anchors[fmt.Sprintf("%s-%d", anchor, n)] = true
		}
		seen[anchor]++
		anchors[anchor] = true
	}
	return anchors
}
