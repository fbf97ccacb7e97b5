package stackconfig_test

import (
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

var digestB = "sha256:" + strings.Repeat("b", 64)

// TestSetModel: version, sha256 and path change together.
func TestSetModel(t *testing.T) {
	other := strings.Repeat("fedcba9876543210", 4)
	for name, c := range map[string]struct {
		model  string // before
		change stackconfig.Model
		want   string // the model after, or words of the error
		notes  string
	}{
		"delivered": {`{name: m, version: "1", path: by/hand, sizeMiB: 1}`, stackconfig.Model{SHA256: deliveredSum, SizeMiB: 7},
			`{name: m, version: "0123456789abcdef", sha256: "` + deliveredSum + `", sizeMiB: 7}`,
			"deployments.blue.model.path by/hand is dropped: sha256 says the folder"},
		"delivered again": {`{name: m, sha256: ` + other + `}`, stackconfig.Model{SHA256: deliveredSum},
			`{name: m, version: "0123456789abcdef", sha256: "` + deliveredSum + `"}`, ""},
		"the same": {`{name: m, sha256: ` + deliveredSum + `}`, stackconfig.Model{SHA256: deliveredSum, Version: deliveredSum[:16], Path: "m/" + deliveredSum},
			`{name: m, sha256: ` + deliveredSum + `}`, ""},
		"a version after a delivery": {`{name: m, version: "0123456789abcdef", sha256: ` + deliveredSum + `}`, stackconfig.Model{Version: "2"},
			`{name: m, version: "2"}`, "deployments.blue.model.sha256 " + deliveredSum + " is dropped: it is the content of version 0123456789abcdef"},
		"a version": {`{name: m, version: '1', path: odd/place}`, stackconfig.Model{Version: "2"},
			`{name: m, version: '2'}`, "deployments.blue.model.path odd/place is dropped: it is the folder of version 1"},
		"a version with its path": {`{name: m, version: "1", path: odd/place}`, stackconfig.Model{Version: "2", Path: "odd/two"},
			`{name: m, version: "2", path: odd/two}`, "deployments.blue.model.path odd/place is dropped: it is the folder of version 1"},
		"the version that is there": {`{name: m, version: 1, path: odd}`, stackconfig.Model{Version: "1"}, `{name: m, version: 1, path: odd}`, ""},
		"a name":                    {`{name: m, version: "1", path: odd}`, stackconfig.Model{Name: "n"}, `{name: n, version: "1"}`, "deployments.blue.model.path odd is dropped: it is the folder of version 1"},
		"a path":                    {`{name: m, version: "1"}`, stackconfig.Model{Path: "a/b"}, `{name: m, version: "1", path: a/b}`, ""},
		"a name alone": {`{name: m, sha256: ` + deliveredSum + `}`, stackconfig.Model{Name: "n"},
			`deployments.blue.model.name is to be "n", but sha256 and version are those of m: give the sha256`, ""},
		"a delivered version alone": {`{name: m, version: "1"}`, stackconfig.Model{Version: "00aabbccddeeff11"},
			`model.version is to be "00aabbccddeeff11", a delivered model's, whose folder only its sha256 says`, ""},
		"two contents":  {`{name: m}`, stackconfig.Model{Version: "2", SHA256: deliveredSum}, `model.version is "2", but sha256 begins with "0123456789abcdef"`, ""},
		"two folders":   {`{name: m}`, stackconfig.Model{Path: "x", SHA256: deliveredSum}, `model.path is "x", but sha256 says "m/` + deliveredSum, ""},
		"another place": {`{name: m, sha256: ` + deliveredSum + `}`, stackconfig.Model{Path: "x"}, `model.path is to be "x", but sha256 says`, ""},
		"no hash":       {`{name: m}`, stackconfig.Model{SHA256: "abc"}, `model.sha256 is "abc": it must be 64 hexadecimal digits`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := "config:\n  p:deployments:\n    blue:\n      model: " + c.model + " # of blue\n"
			f := file(t, before)
			notes, err := f.SetModel("blue", c.change)
			if !strings.HasPrefix(c.want, "{") {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %q", err, c.want)
				}
				check(t, f, before)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			check(t, f, strings.Replace(before, c.model, c.want, 1))
			if got := strings.Join(notes, "; "); got != c.notes {
				t.Errorf("notes %q, want %q", got, c.notes)
			}
		})
	}
	if _, err := file(t, "config: {}\n").SetModel("blue", stackconfig.Model{Version: "2"}); err == nil || !strings.Contains(err.Error(), "has no deployment blue") {
		t.Error(err)
	}
}

// TestSetModelKeepsTheRest: only the model's lines change, comments included.
func TestSetModelKeepsTheRest(t *testing.T) {
	const before = `# A comment at the top.
config:
  p:location: westeurope

  p:deployments: # by colour
    blue:
      image: {repository: scorer-cpu, uncompressedMiB: 150}
      model:
        # what it is
        name: distilbert-sst2 # as registered
        version: "1" # was by hand
        path: distilbert/by-hand
        sizeMiB: 520   # measured
        memoryMiB: 1024
      autoscale: {minimum: 1, maximum: 2}

    gray:
      model:
        name: other
        version: '7'
`
	f := file(t, before)
	for range 2 { // a second time changes nothing
		if _, err := f.SetModel("blue", stackconfig.Model{SHA256: deliveredSum, SizeMiB: 257}); err != nil {
			t.Fatal(err)
		}
		check(t, f, strings.NewReplacer(
			`version: "1" # was by hand`, `version: "`+deliveredSum[:16]+`" # was by hand`+"\n        sha256: \""+deliveredSum+`"`,
			"        path: distilbert/by-hand\n", "",
			"sizeMiB: 520", "sizeMiB: 257",
		).Replace(before))
	}
}

// TestSetImage: a digest takes the place of build.
func TestSetImage(t *testing.T) {
	for name, c := range map[string]struct {
		image  string
		change stackconfig.Image
		want   string
		notes  int
	}{
		"first":     {"{repository: s, uncompressedMiB: 1}", stackconfig.Image{Digest: digestB}, "{repository: s, digest: '" + digestB + "', uncompressedMiB: 1}", 0},
		"built":     {"{repository: s, build: {target: scorer-cpu}, uncompressedMiB: 1}", stackconfig.Image{Digest: digestB, UncompressedMiB: 2}, "{repository: s, digest: '" + digestB + "', uncompressedMiB: 2}", 1},
		"size":      {"{repository: s, build: {}}", stackconfig.Image{UncompressedMiB: 2}, "{repository: s, build: {}, uncompressedMiB: 2}", 0},
		"elsewhere": {"{registry: host, repository: s, digest: x}", stackconfig.Image{Repository: "t", Digest: digestB}, "{repository: t, digest: '" + digestB + "'}", 0},
		"there":     {"{repository: s}", stackconfig.Image{Registry: "h.io", Repository: "t", Digest: digestB}, "{repository: t, registry: h.io, digest: '" + digestB + "'}", 0},
	} {
		t.Run(name, func(t *testing.T) {
			before := "config:\n  p:deployments:\n    blue:\n      image: " + c.image + " # c\n"
			f := file(t, before)
			notes, err := f.SetImage("blue", c.change)
			if err != nil || len(notes) != c.notes {
				t.Fatal(notes, err)
			}
			check(t, f, strings.Replace(before, c.image, c.want, 1))
		})
	}
	f := file(t, "config:\n  p:deployments:\n    blue:\n      image:\n        repository: s\n        build:\n          # all\n          target: x\n        # MiB\n        uncompressedMiB: 1\n")
	if notes, err := f.SetImage("blue", stackconfig.Image{Digest: digestB}); err != nil || !strings.Contains(strings.Join(notes, ""), "deployments.blue.image.build is dropped") {
		t.Fatal(notes, err)
	}
	check(t, f, "config:\n  p:deployments:\n    blue:\n      image:\n        repository: s\n        digest: "+digestB+"\n        # MiB\n        uncompressedMiB: 1\n")
}
