package container

import (
	"archive/tar"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestSize holds the image's limits, which Pulumi.dev.yaml counts on.
func TestSize(t *testing.T) {
	disk, err := scorer.Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB compressed, %.1f MB on disk", float64(scorer.Compressed())/1e6, float64(disk)/1e6)
	if scorer.Compressed() > 60e6 || disk > 150e6 {
		t.Error("the limits are 60 MB compressed, 150 MB on disk")
	}
}

func TestConfiguration(t *testing.T) {
	c := scorer.Config.Config
	if c.User != "65532:65532" {
		t.Errorf("the user is %q, want 65532:65532", c.User)
	}
	if !slices.Equal(c.Entrypoint, []string{"/opt/scorer/bin/scorer"}) || !slices.Equal(c.Cmd, []string{"serve"}) {
		t.Errorf("it runs %q %q", c.Entrypoint, c.Cmd)
	}
	if _, ok := c.ExposedPorts["5001/tcp"]; !ok || len(c.ExposedPorts) != 1 {
		t.Errorf("it exposes %v, want 5001/tcp", c.ExposedPorts)
	}
	if len(c.Healthcheck) > 0 || len(c.Volumes) > 0 {
		t.Errorf("health check %s, volumes %v; want neither", c.Healthcheck, c.Volumes)
	}
	for label, want := range map[string]string{
		"title": "^scorer-cpu$", "description": "ONNX Runtime", "licenses": "^Apache-2.0 AND MIT$",
		"version": "^.+$", "revision": "^[0-9a-f]{40}$", "created": `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`, "source": "",
	} {
		got, ok := c.Labels["org.opencontainers.image."+label]
		if !ok || !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("label %s is %q, want %s", label, got, want)
		}
	}
	if created, err := time.Parse(time.RFC3339, scorer.Config.Created); err != nil || created.Format(time.RFC3339) != c.Labels["org.opencontainers.image.created"] {
		t.Errorf("it was created %q, want the commit's time %s", scorer.Config.Created, c.Labels["org.opencontainers.image.created"])
	}
}

// TestFiles looks for what must not be in an image, and for what must.
func TestFiles(t *testing.T) {
	shells := []string{"sh", "bash", "dash", "ash", "busybox", "zsh"}
	found := map[string]string{}
	err := scorer.Files(func(h *tar.Header, r io.Reader) error {
		name := path.Join("/", h.Name)
		base := path.Base(name)
		if h.Typeflag != tar.TypeDir && (slices.Contains(shells, base) || strings.HasPrefix(base, "python") || base == "apt-get") {
			t.Errorf("%s is in the image", name)
		}
		if h.Mode&0o6000 != 0 && h.Typeflag == tar.TypeReg {
			t.Errorf("%s is set-uid or set-gid", name)
		}
		if !strings.HasPrefix(name, "/opt/") {
			return nil
		}
		if h.Uid != 0 || h.Gid != 0 || h.Mode&0o022 != 0 {
			t.Errorf("%s belongs to %d:%d with mode %o; the scorer's user must not be able to change it", name, h.Uid, h.Gid, h.Mode)
		}
		if want := int64(0o444); h.Mode&want != want || h.Typeflag == tar.TypeDir && h.Mode&0o111 != 0o111 {
			t.Errorf("%s has mode %o, the scorer's user can't read it", name, h.Mode)
		}
		if h.ModTime.Unix() != 0 {
			t.Errorf("%s is of %v; a date that depends on the build makes another digest", name, h.ModTime)
		}
		if h.Typeflag == tar.TypeReg {
			content, err := io.ReadAll(r)
			found[name] = string(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/opt/scorer/bin/scorer", "/opt/scorer/lib/" + onnxlib.Name,
		"/opt/scorer/share/licenses/azure-nlp-endpoint.txt", "/opt/scorer/share/licenses/onnxruntime.txt"} {
		if found[name] == "" {
			t.Errorf("%s is not in the image, or is empty", name)
		}
	}
	if list := found["/opt/scorer/share/sbom/onnxruntime.cdx.json"]; !strings.Contains(list, `"version":"`+onnxlib.Version+`"`) {
		t.Errorf("the component list of ONNX Runtime lacks its version %s: %s", onnxlib.Version, list)
	}
	for name := range found {
		if strings.HasSuffix(name, ".onnx") {
			t.Errorf("%s: a model is baked into the image", name)
		}
	}
}

// TestReproducible builds once more, in another checkout whose files have other
// dates and rights, and without BuildKit's cache: every step runs again, and the
// digest must be the same.
func TestReproducible(t *testing.T) {
	again, _, err := BuildIn(t.Context(), checkout(t), nil, "scorer-cpu", t.TempDir(), append(options, "--no-cache")...)
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest != scorer.Digest {
		t.Errorf("the second build is %s, the first was %s", again.Digest, scorer.Digest)
	}
}

// checkout clones the repository, with what isn't committed yet.
func checkout(t *testing.T) string {
	t.Helper()
	root, dir := scorerproc.Root(), filepath.Join(t.TempDir(), "clone")
	git := func(args ...string) string {
		out, err := exec.Command("git", args...).Output()
		if err != nil {
			t.Fatalf("git %q: %v", args, err)
		}
		return string(out)
	}
	git("clone", "--quiet", "--shared", root, dir)
	for name := range strings.SplitSeq(git("-C", root, "ls-files", "-z", "--modified", "--others", "--exclude-standard"), "\x00") {
		from, to := filepath.Join(root, name), filepath.Join(dir, name)
		content, err := os.ReadFile(from)
		if name == "" || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		info, err2 := os.Stat(from)
		if err := errors.Join(err, err2, os.MkdirAll(filepath.Dir(to), 0o700)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, content, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		info, err2 := d.Info()
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		// Git knows the owner's right to execute alone.
		return errors.Join(os.Chmod(path, info.Mode()&0o700), os.Chtimes(path, time.Time{}, time.Unix(1e9, 0)))
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
