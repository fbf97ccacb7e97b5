package container

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// What every test here shares: an engine, and the image in it.
var (
	engine  *Engine
	options []string // of the builds: the bases
	scorer  *Image
	name    string // of the image in the engine
)

// Disk of the engine: far less than the 32 GiB of a Standard_F4s_v2, so that an
// image, or a container, that takes more than it should is seen.
const disk = 400 << 20

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if missing := missing(); missing != "" {
		if os.Getenv("CI") == "true" {
			fmt.Println("the container's tests need", missing)
			return 1
		}
		fmt.Println("the container's tests are left out, as they need", missing)
		return 0
	}
	ctx := context.Background()
	out, err := os.MkdirTemp("", "image-")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer func() { _ = os.RemoveAll(out) }()
	if engine, err = StartEngine(ctx, disk); err != nil {
		fmt.Println(err)
		return 1
	}
	defer func() {
		if err := engine.Close(); err != nil {
			fmt.Println("the engine's end:", err)
		}
	}()
	if options, err = Bases(ctx); err == nil {
		scorer, name, err = Build(ctx, engine, "scorer-cpu", out, options...)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return m.Run()
}

// missing names what a real build and a real engine need and the machine lacks.
func missing() string {
	if os.Geteuid() != 0 {
		return "root, which starts Docker's engine and BuildKit"
	}
	for _, tool := range []string{"dockerd", "docker", "runc", "debootstrap"} {
		if _, err := exec.LookPath(tool); err != nil {
			return tool + "; on Debian: apt-get install docker.io debootstrap"
		}
	}
	return ""
}
