package stackconfig

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
)

// deliveredVersion is how manifest.Version makes them.
var deliveredVersion = regexp.MustCompile(`^[0-9a-f]{16}$`)

// With is the model with what c says of it; zero fields of c stay as they are.
//
// Version, sha256 and path name one content, so they change together: a new
// sha256 gives version and path, and a new version without one drops both of
// the old content's. notes say what was dropped. The error is for a change that
// can't mean one content.
func (m Model) With(c Model) (changed Model, notes []string, err error) {
	was := m
	m.Name = cmp.Or(c.Name, m.Name)
	m.SizeMiB, m.MemoryMiB = cmp.Or(c.SizeMiB, m.SizeMiB), cmp.Or(c.MemoryMiB, m.MemoryMiB)
	drop := func(field, old, why string) {
		if old != "" {
			notes = append(notes, fmt.Sprintf("model.%s %s is dropped: %s", field, old, why))
		}
	}
	dropSource := func(why string) {
		drop("source", was.Source, why)
		m.Source, m.File, m.Precision, m.TokenSecret = "", "", "", ""
	}
	other := m.Name != was.Name || c.Version != "" && c.Version != was.Version
	switch {
	case c.Source != "" || c.File != "" || c.Precision != "":
		c.Source = cmp.Or(c.Source, was.Source)
		if c.SHA256 != "" || c.Version != "" || c.Path != "" {
			return was, nil, fmt.Errorf("model.source is to be %q, which gives version and path: leave version, sha256 and path out", c.Source)
		}
		if c.Source == "" {
			return was, nil, fmt.Errorf("model.file and model.precision are for a model with a source: give the source too")
		}
		if !ValidSource(c.Source) {
			return was, nil, fmt.Errorf("model.source is to be %q: it %s", c.Source, sourceForm)
		}
		m.Source, m.File, m.Precision = c.Source, cmp.Or(c.File, m.File), cmp.Or(c.Precision, m.Precision, "fp32")
		m.SHA256, m.Version, m.Path = "", "", ""
		drop("sha256", was.SHA256, "the source says the content")
		drop("path", was.Path, "the source says the folder")
	case c.SHA256 != "":
		if !manifest.ValidSum(c.SHA256) {
			return was, nil, fmt.Errorf("model.sha256 is %q: it must be 64 hexadecimal digits, as deliver prints them", c.SHA256)
		}
		m.SHA256, m.Version, m.Path = c.SHA256, manifest.Version(c.SHA256), ""
		if c.Version != "" && c.Version != m.Version {
			return was, nil, fmt.Errorf("model.version is %q, but sha256 begins with %q: leave the version out", c.Version, m.Version)
		}
		if folder := m.Folder(); c.Path != "" && c.Path != folder {
			return was, nil, fmt.Errorf("model.path is %q, but sha256 says %q: leave the path out", c.Path, folder)
		}
		drop("path", was.Path, "sha256 says the folder")
		dropSource("sha256 says the content")
	case other && c.Version == "" && was.SHA256 != "":
		return was, nil, fmt.Errorf("model.name is to be %q, but sha256 and version are those of %s: give the sha256 that deliver printed for %s, or a version",
			m.Name, was.Name, m.Name)
	case other && c.Path == "" && deliveredVersion.MatchString(c.Version):
		return was, nil, fmt.Errorf("model.version is to be %q, a delivered model's, whose folder only its sha256 says: give that, which deliver printed", c.Version)
	case other:
		m.SHA256, m.Version, m.Path = "", cmp.Or(c.Version, was.Version), c.Path
		drop("sha256", was.SHA256, "it is the content of version "+was.Version)
		dropSource("it is the content of version " + was.Version)
		if was.Path != c.Path {
			drop("path", was.Path, "it is the folder of version "+was.Version)
		}
	case c.Path != "" && was.SHA256 != "" && c.Path != manifest.Folder(was.Name, was.SHA256):
		return was, nil, fmt.Errorf("model.path is to be %q, but sha256 says %q: give the version of what lies there too", c.Path, was.Folder())
	default:
		m.Path = cmp.Or(c.Path, m.Path)
	}
	return m, notes, nil
}

// With is the image with what c says of it; empty fields of c stay as they are.
// A repository comes with its registry, "" being the stack's own. A digest takes
// the place of build, whose image it isn't: pulumi up would else build and
// deploy something other than was asked for. notes say so.
func (i Image) With(c Image) (changed Image, notes []string) {
	if c.Repository != "" {
		i.Repository, i.Registry = c.Repository, c.Registry
	}
	if c.Digest != "" {
		i.Digest = c.Digest
		if i.Build != nil {
			i.Build = nil
			notes = append(notes, "image.build is dropped: the image is the one with that digest, and pulumi up builds none")
		}
	}
	i.UncompressedMiB = cmp.Or(c.UncompressedMiB, i.UncompressedMiB)
	return i, notes
}

// SetModel makes a deployment use another model, or another version, as
// Model.With says.
func (f *File) SetModel(deployment string, c Model) (notes []string, err error) {
	d, ok := f.Deployments()[deployment]
	if !ok {
		return nil, fmt.Errorf("%s has no deployment %s", f.path, deployment)
	}
	changed, notes, err := d.Model.With(c)
	if err != nil {
		return nil, fmt.Errorf("%s: deployments.%s.%w", f.path, deployment, err)
	}
	return f.noted(deployment, notes), f.setFields(d.Model, changed, "deployments", deployment, "model")
}

// SetImage makes a deployment run another image, as Image.With says.
func (f *File) SetImage(deployment string, c Image) (notes []string, err error) {
	d, ok := f.Deployments()[deployment]
	if !ok {
		return nil, fmt.Errorf("%s has no deployment %s", f.path, deployment)
	}
	changed, notes := d.Image.With(c)
	return f.noted(deployment, notes), f.setFields(d.Image, changed, "deployments", deployment, "image")
}

func (f *File) noted(deployment string, notes []string) []string {
	for i := range notes {
		notes[i] = "deployments." + deployment + "." + notes[i]
	}
	return notes
}

// setFields writes the fields of a struct that differ; zero ones are taken out.
// All of them are written, or none.
func (f *File) setFields(was, changed any, path ...string) error {
	before := f.text
	a, b := reflect.ValueOf(was), reflect.ValueOf(changed)
	for i := range b.NumField() {
		if reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			continue
		}
		at := append(path[:len(path):len(path)], a.Type().Field(i).Tag.Get("json"))
		var err error
		if b.Field(i).IsZero() {
			err = f.Remove(at...)
		} else {
			err = f.Set(b.Field(i).Interface(), at...)
		}
		if err != nil {
			f.text = before
			return err
		}
	}
	return nil
}
