package workflows

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestVulnerabilities runs what `make lint` and `make vulnerabilities` run, with
// the pinned govulncheck, on a program and databases in the form of
// https://go.dev/doc/security/vuln/database: one that can't be reached, one
// without findings, and one that knows of something the program calls.
func TestVulnerabilities(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(scorerproc.Root(), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	govulncheck := regexp.MustCompile(`(?m)^GOVULNCHECK := (\S+)$`).FindSubmatch(makefile)
	if govulncheck == nil {
		t.Fatal("the Makefile pins no govulncheck")
	}
	program := t.TempDir()
	write(t, filepath.Join(program, "go.mod"), "module example.com/program\n\ngo 1.26\n")
	write(t, filepath.Join(program, "main.go"), "package main\n\nimport \"net/url\"\n\nfunc main() { _, _ = url.Parse(\"x\") }\n")

	const module = `{"path":"stdlib","vulns":[{"id":"GO-2099-0001","modified":"2099-01-01T00:00:00Z"}]}`
	const entry = `{"schema_version":"1.3.1","id":"GO-2099-0001","modified":"2099-01-01T00:00:00Z","published":"2099-01-01T00:00:00Z",
"summary":"A parser that is made up","details":"For a test.",
"affected":[{"package":{"name":"stdlib","ecosystem":"Go"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}],
"ecosystem_specific":{"imports":[{"path":"net/url","symbols":["Parse"]}]}}],
"database_specific":{"url":"https://pkg.go.dev/vuln/GO-2099-0001"}}`
	for name, c := range map[string]struct {
		db    string // of file:, or the address
		flags []string
		fails bool
		words string
	}{
		"unreachable":           {"http://127.0.0.1:1", nil, false, "can't be reached"},
		"unreachable, required": {"http://127.0.0.1:1", []string{"--required"}, true, "can't be reached"},
		"no findings":           {database(t, "[]", ""), []string{"--required"}, false, "No vulnerabilities found"},
		"a finding":             {database(t, "["+module+"]", entry), nil, true, "Your code is affected by 1 vulnerability"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(append([]string{string(govulncheck[1])}, c.flags...), program)
			cmd := exec.Command(filepath.Join(scorerproc.Root(), "scripts", "vulnerabilities.sh"), args...)
			cmd.Env = append(os.Environ(), "GOVULNDB="+c.db, "no_proxy=127.0.0.1")
			out, err := cmd.CombinedOutput()
			if failed := err != nil; failed != c.fails || !strings.Contains(string(out), c.words) {
				t.Errorf("%v, want a failure: %v, and %q:\n%s", err, c.fails, c.words, out)
			}
		})
	}
}

// database is the address of one with these modules, and one entry if there is any.
func database(t *testing.T, modules, entry string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "index", "db.json"), `{"modified":"2099-01-01T00:00:00Z"}`)
	write(t, filepath.Join(dir, "index", "modules.json"), modules)
	write(t, filepath.Join(dir, "index", "vulns.json"), "[]")
	if entry != "" {
		write(t, filepath.Join(dir, "ID", "GO-2099-0001.json"), entry)
	}
	return "file://" + dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
