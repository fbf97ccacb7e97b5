package onnx_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The bindings carry the runtime's header, so it says whether ortapi.h's places
// are the table's.
func TestPlacesInTheFunctionTable(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yalue/onnxruntime_go").Output()
	if err != nil {
		t.Fatal(err)
	}
	header, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "onnxruntime_c_api.h"))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := os.ReadFile("ortapi.h")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(header), "struct OrtApi {")
	body, _, _ = strings.Cut(body, "\n};")
	body = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(body, "")
	body = regexp.MustCompile(`//[^\n]*`).ReplaceAllString(body, "")
	member := regexp.MustCompile(`ORT_API2_STATUS\(\s*(\w+)|ORT_API_T?\w*\(\s*[^,]+,\s*(\w+)|ORT_CLASS_RELEASE\d?\((\w+)\)|\(ORT_API_CALL\s*\*\s*(\w+)\)`)
	var table []string
	for _, m := range member.FindAllStringSubmatch(body, -1) {
		name := m[1] + m[2] + m[4]
		if m[3] != "" {
			name = "Release" + m[3]
		}
		table = append(table, name)
	}
	if len(table) < 300 {
		t.Fatalf("only %d functions found in the header", len(table))
	}
	places := regexp.MustCompile(`ort_(\w+) = (\d+),`).FindAllStringSubmatch(string(ours), -1)
	if len(places) < 30 {
		t.Fatalf("only %d places found in ortapi.h", len(places))
	}
	for _, p := range places {
		if at, _ := strconv.Atoi(p[2]); at >= len(table) || table[at] != p[1] {
			t.Errorf("%s is said to be at %d, but it is at %d", p[1], at, slices.Index(table, p[1]))
		}
	}
}
