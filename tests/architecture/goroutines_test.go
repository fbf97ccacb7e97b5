package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestRaceDetectorSeesGoroutines looks for goroutines in the packages that make test runs
// without the race detector. Those whose tests named TestConcurrent it runs with it may
// begin some, of their tests these alone.
func TestRaceDetectorSeesGoroutines(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(scorerproc.Root(), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	packages := regexp.MustCompile(`(?m)^RACELESS := (.+)$`).FindSubmatch(makefile)
	concurrent := regexp.MustCompile(`(?m)^CONCURRENT := (.+)$`).FindSubmatch(makefile)
	if packages == nil || concurrent == nil {
		t.Fatal("the Makefile has no RACELESS or no CONCURRENT")
	}
	for name := range strings.SplitSeq(string(packages[1]), "|") {
		files, err := filepath.Glob(filepath.Join(scorerproc.Root(), "inference", name, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", name, len(files), err)
		}
		seen := slices.Contains(strings.Fields(string(concurrent[1])), name)
		for _, path := range files {
			if seen && !strings.HasSuffix(path, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if ok && (strings.HasPrefix(f.Name.Name, "TestConcurrent") && seen || strings.HasPrefix(f.Name.Name, "Benchmark")) {
					continue
				}
				ast.Inspect(d, func(n ast.Node) bool {
					if begins(n) {
						t.Errorf("%s: a goroutine, which the race detector doesn't see: call the test TestConcurrent…, or take %s out of RACELESS", set.Position(n.Pos()), name)
					}
					return true
				})
			}
		}
	}
}

// begins reports whether a node begins a goroutine: go f(), or wg.Go(f).
func begins(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		return true
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		return ok && f.Sel.Name == "Go"
	}
	return false
}
