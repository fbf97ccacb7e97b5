package api_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestCodesAreDocumented looks up each error code with its status, as the
// comments of wire.go give them, in the documentation and in the OpenAPI file.
func TestCodesAreDocumented(t *testing.T) {
	source, err := os.ReadFile("wire.go")
	if err != nil {
		t.Fatal(err)
	}
	documented, err := os.ReadFile("../../docs/reference/api.md")
	if err != nil {
		t.Fatal(err)
	}
	described, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`Code = "([a-z_]+)" +// (\d{3})`).FindAllStringSubmatch(string(source), -1)
	if len(codes) != 18 {
		t.Fatalf("wire.go has %d codes, want 18", len(codes))
	}
	for _, c := range codes {
		row := regexp.MustCompile(`(?m)^\|[^|]*` + c[2] + "[^|]*\\|[^|]*`" + c[1] + "`")
		if !row.Match(documented) {
			t.Errorf("docs/reference/api.md has no row with %s and %s", c[2], c[1])
		}
		if !strings.Contains(string(described), `"`+c[1]+`"`) {
			t.Errorf("openapi.json lacks %s", c[1])
		}
	}
}
