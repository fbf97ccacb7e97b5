// Package pulumicli finds the Pulumi CLI that the offline tests drive, and
// builds it where there is none. The version is pinned by tools/pulumi/go.mod;
// Go is all that the build needs. A language host is placed beside the CLI, so
// that a plain `pulumi preview` in the repository's directory works as well.
package pulumicli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	cliPackage  = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
	cliModule   = "github.com/pulumi/pulumi/pkg/v3"
	hostPackage = "./pulumi-language-go"
	versionFlag = "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version="
)

// Root returns a folder with bin/pulumi and bin/pulumi-language-go of the
// pinned version: the one that PATH leads to if it fits, else the one in the
// user's cache, which is built first if it is missing (3 minutes on two cores,
// once). Several processes may call it at the same time; one of them builds.
func Root(ctx context.Context) (string, error) {
	tools, err := toolsFolder()
	if err != nil {
		return "", err
	}
	version, err := Version()
	if err != nil {
		return "", err
	}
	if root, ok := installed(ctx, version); ok {
		return root, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("pulumicli: no cache folder: %w; set XDG_CACHE_HOME", err)
	}
	root := filepath.Join(cache, "azure-nlp-endpoint", "pulumi", version)
	bin := filepath.Join(root, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return "", fmt.Errorf("pulumicli: %w", err)
	}
	unlock, err := lock(filepath.Join(root, "lock"))
	if err != nil {
		return "", fmt.Errorf("pulumicli: %w", err)
	}
	defer unlock()

	cli := filepath.Join(bin, "pulumi"+executableSuffix())
	if _, err := os.Stat(cli); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "pulumicli: building the Pulumi CLI %s into %s (minutes, once)\n", version, root)
		// Without its version in it, the CLI takes itself for a development
		// build and refuses refresh and destroy of inline programs.
		err := goBuild(ctx, tools, cli, "-ldflags", "-s -w "+versionFlag+"v"+version, cliPackage)
		if err != nil {
			return "", err
		}
	}
	host := filepath.Join(bin, "pulumi-language-go"+executableSuffix())
	if outdated(host, filepath.Join(tools, "pulumi-language-go", "main.go")) {
		if err := goBuild(ctx, tools, host, "-ldflags", "-s -w "+versionFlag+"v"+version, hostPackage); err != nil {
			return "", err
		}
	}
	return root, nil
}

// Version returns the pinned version without the v, such as 3.250.0.
func Version() (string, error) {
	tools, err := toolsFolder()
	if err != nil {
		return "", err
	}
	path := filepath.Join(tools, "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("pulumicli: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && fields[0] == cliModule {
			return strings.TrimPrefix(fields[1], "v"), nil
		}
	}
	return "", fmt.Errorf("pulumicli: %s requires no %s", path, cliModule)
}

// installed says whether PATH has the pinned version with a language host
// beside it, laid out as Pulumi's installer does (ROOT/bin/pulumi).
func installed(ctx context.Context, version string) (root string, ok bool) {
	cli, err := exec.LookPath("pulumi")
	if err != nil {
		return "", false
	}
	if resolved, err := filepath.EvalSymlinks(cli); err == nil {
		cli = resolved
	}
	bin := filepath.Dir(cli)
	if _, err := os.Stat(filepath.Join(bin, "pulumi-language-go"+executableSuffix())); err != nil || filepath.Base(bin) != "bin" {
		return "", false
	}
	command := exec.CommandContext(ctx, cli, "version")
	command.Env = append(os.Environ(), "PULUMI_SKIP_UPDATE_CHECK=true")
	out, err := command.Output()
	if err != nil || strings.TrimSpace(string(out)) != "v"+version {
		return "", false
	}
	return filepath.Dir(bin), true
}

func goBuild(ctx context.Context, folder, output string, arguments ...string) error {
	temporary := fmt.Sprintf("%s.%d", output, os.Getpid())
	defer os.Remove(temporary)
	command := exec.CommandContext(ctx, "go", append([]string{"build", "-o", temporary}, arguments...)...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=off")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("pulumicli: go build in %s: %w\n%s\nto see it alone: go run ./tests/pulumicli/cmd/pulumicli",
			folder, err, out)
	}
	return os.Rename(temporary, output)
}

// outdated says whether the binary is absent or older than its source.
func outdated(binary, source string) bool {
	built, err := os.Stat(binary)
	if err != nil {
		return true
	}
	written, err := os.Stat(source)
	return err == nil && written.ModTime().After(built.ModTime())
}

func toolsFolder() (string, error) {
	root, err := Repository()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, "tools", "pulumi"), nil
}

// Repository returns the repository's root: the folder above the working
// directory that holds tools/pulumi/go.mod.
func Repository() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("pulumicli: %w", err)
	}
	for start := folder; ; {
		if _, err := os.Stat(filepath.Join(folder, "tools", "pulumi", "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", fmt.Errorf("pulumicli: no tools/pulumi/go.mod above %s; run it inside the repository", start)
		}
		folder = parent
	}
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
