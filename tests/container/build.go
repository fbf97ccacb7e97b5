package container

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// Bases makes stand-ins for the base images from Debian's packages, and returns
// the options by which Build takes them. They are kept for the next time.
func Bases(ctx context.Context) ([]string, error) {
	out, err := script(ctx, scorerproc.Root(), os.Environ(), "local-bases.sh")
	return strings.Fields(out), err
}

// Build builds a target of inference/Dockerfile into the folder and returns the
// image. With an engine, that one gets it too, as the returned name.
func Build(ctx context.Context, e *Engine, target, dir string, options ...string) (*Image, string, error) {
	return BuildIn(ctx, scorerproc.Root(), e, target, dir, options...)
}

// BuildIn is Build in another checkout of the repository.
func BuildIn(ctx context.Context, root string, e *Engine, target, dir string, options ...string) (*Image, string, error) {
	args := []string{"--target", target, "--out", dir}
	env := os.Environ()
	if e != nil {
		args, env = append(args, "--load"), e.Env()
	}
	digest, err := script(ctx, root, env, "image.sh", append(args, options...)...)
	if err != nil {
		return nil, "", err
	}
	image, err := Open(filepath.Join(dir, target))
	if err != nil {
		return nil, "", err
	}
	if image.Digest != digest {
		return nil, "", fmt.Errorf("scripts/image.sh says %q, the layout has %s", digest, image.Digest)
	}
	return image, target + ":" + image.Config.Config.Labels["org.opencontainers.image.version"], nil
}

func script(ctx context.Context, root string, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(root, "scripts", name), args...)
	cmd.Env = env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("scripts/%s: %w:\n%s", name, err, tail(errs.String(), 4000))
	}
	return strings.TrimSpace(out.String()), nil
}

func tail(s string, most int) string { return s[max(0, len(s)-most):] }
