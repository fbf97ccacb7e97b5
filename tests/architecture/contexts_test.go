package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestContextsArePassedOn keeps contexts out of structs, where nobody sees whose they are
// and how long they live.
func TestContextsArePassedOn(t *testing.T) {
	files := 0
	err := filepath.WalkDir(scorerproc.Root(), func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "shared" || strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		files++
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.StructType)
			if !ok {
				return true
			}
			for _, f := range s.Fields.List {
				if of, ok := f.Type.(*ast.SelectorExpr); ok && of.Sel.Name == "Context" {
					if from, ok := of.X.(*ast.Ident); ok && from.Name == "context" {
						t.Errorf("%s: a struct keeps a context", set.Position(f.Pos()))
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil || files < 100 {
		t.Fatalf("%v: %d files", err, files)
	}
}
