package pythonjson

import (
	"slices"
	"strings"
	"testing"
)

// TestUnmarshal reads what json.dumps and json.load of Python 3.11 write and read.
func TestUnmarshal(t *testing.T) {
	type inner struct {
		Deep int `json:"deep"`
	}
	type fields struct {
		Size  int      `json:"size"`
		Ratio *float64 `json:"ratio"`
		Names []string `json:"names"`
		inner
	}
	for in, want := range map[string]string{
		`{"size": 3, "Size": 4, "SIZE": "x", "deep": 5}`:                   "",
		"\ufeff" + `{"size": 3, "x": NaN, "y": [-Infinity, "NaN \" Inf"]}`: "",
		`{"size": 1, "size": 3}`:                                           "",
		`{"size": NaN}`:                                                    "size is 1e999, a whole number is needed",
		`{"size": "3"}`:                                                    `size is "3", a whole number is needed`,
		`{"names": [1]}`:                                                   "names is [1], a list, each of it a string, is needed",
		"{\n \"size\": }":                                                  "line 2, column 10",
		`[]`:                                                               "it is not an object",
		`{"size": 3} x`:                                                    "line 1, column 13",
		"{\"size\": 3, \"\xff\": 1}":                                       "it is not UTF-8",
		``:                                                                 "line 1, column 0",
	} {
		var f fields
		err := Unmarshal([]byte(in), &f)
		if want == "" && (err != nil || f.Size != 3) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %+v, %v; want %q", in, f, err, want)
		}
	}
	o, err := Parse([]byte(`{"b": 1, "a": null, "b": 2}`))
	if b, _ := o.Get("b"); err != nil || !slices.Equal(o.Names, []string{"b", "a"}) || string(b) != "2" || o.Has("a") || !o.Has("b") {
		t.Errorf("%+v, %v", o, err)
	}
}
