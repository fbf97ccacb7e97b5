package clients_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestVersionsAreDocumented compares docs/reference/api.md with what the tests run.
func TestVersionsAreDocumented(t *testing.T) {
	read := func(path ...string) string {
		t.Helper()
		content, err := os.ReadFile(filepath.Join(path...))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	docs := read(scorerproc.Root(), "docs", "reference", "api.md")
	_, table, _ := strings.Cut(docs, "\n## Clients\n")
	table, _, _ = strings.Cut(table, "\n## ")
	for file, pin := range map[string]string{
		"python/requirements.in": `(?m)^(\S+?)(?:\[\w+\])?==(\S+)$`,
		"node/package.json":      `"((?:@ai-sdk/)?(?:openai|ai|openai-compatible))": "([\d.]+)"`,
		"golang/go.mod":          `(?m)^\tgithub\.com/\S+/(openai|langchain)\S* v([\d.]+)$`,
	} {
		pins := regexp.MustCompile(pin).FindAllStringSubmatch(read(here, file), -1)
		if len(pins) < 2 {
			t.Errorf("%s has the pins %q", file, pins)
		}
		for _, p := range pins {
			line := regexp.MustCompile(`(?m)^\|.*` + regexp.QuoteMeta(p[1]) + `.*\|.*\b` + regexp.QuoteMeta(p[2]) + `\b.*\|.*\|$`)
			if !line.MatchString(table) {
				t.Errorf("%s pins %s %s, of which docs/reference/api.md's clients don't tell", file, p[1], p[2])
			}
		}
	}
}
