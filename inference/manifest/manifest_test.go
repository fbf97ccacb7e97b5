package manifest

import (
	"strings"
	"testing"
)

func TestManifestStandsForTheFiles(t *testing.T) {
	a := Entry{"model.onnx", 3 << 20, strings.Repeat("a", 64)}
	b := Entry{"config.json", 1, strings.Repeat("b", 64)}
	m, turned := Manifest{[]Entry{a, b}}, Manifest{[]Entry{b, a}}
	if m.Sum() != turned.Sum() {
		t.Error("the order of the files matters")
	}
	changed := Manifest{[]Entry{a, {"config.json", 1, strings.Repeat("c", 64)}}}
	if changed.Sum() == m.Sum() {
		t.Error("other content has the same sum")
	}
	if m.Files[0] != a {
		t.Error("writing sorted the caller's files")
	}
	if !ValidSum(m.Sum()) || ValidSum("A"+m.Sum()[1:]) || ValidSum(m.Sum()[1:]) {
		t.Error("ValidSum")
	}
	if got := m.SizeMiB(); got != 4 {
		t.Errorf("%d MiB, want 4: 3 MiB and a byte", got)
	}
	if v := Version(m.Sum()); len(v) != 16 || Folder("name", m.Sum()) != "name/"+m.Sum() {
		t.Errorf("version %s, folder %s", v, Folder("name", m.Sum()))
	}
}

func TestParse(t *testing.T) {
	m := Manifest{[]Entry{{"config.json", 1, strings.Repeat("b", 64)}}}
	got, err := Parse(m.Bytes(), m.Sum())
	if err != nil || len(got.Files) != 1 || got.Files[0] != m.Files[0] {
		t.Errorf("%v, %v", got, err)
	}
	for text, want := range map[string]string{
		string(m.Bytes()) + " ": "want " + m.Sum(),
		"{":                     "unexpected end",
		"{}":                    "lists no files",
	} {
		sum := Sum([]byte(text))
		if strings.HasPrefix(want, "want") {
			sum = m.Sum()
		}
		if _, err := Parse([]byte(text), sum); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
