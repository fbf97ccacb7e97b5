package hostile

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// controlGroup is a group below the test's own, as a container runtime makes one.
type controlGroup struct{ own, dir, limit, peak string }

// newControlGroup makes one that may have so many MiB of memory. Version 1 and 2
// are both in use.
func newControlGroup(t *testing.T, mib int) *controlGroup {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can make a control group")
	}
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	g := controlGroup{limit: "memory.max", peak: "memory.peak"}
	for line := range strings.Lines(string(groups)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			t.Fatalf("/proc/self/cgroup has %q", line)
		}
		if parts[1] == "memory" {
			g = controlGroup{own: filepath.Join("/sys/fs/cgroup/memory", parts[2]), limit: "memory.limit_in_bytes", peak: "memory.max_usage_in_bytes"}
			break
		}
		if parts[0] == "0" {
			g.own = filepath.Join("/sys/fs/cgroup", parts[2])
		}
	}
	top := g.own
	if g.limit == "memory.max" { // in version 2 a group with processes has no groups below it that are limited
		top = "/sys/fs/cgroup"
	}
	if g.dir, err = os.MkdirTemp(top, "scorer-hostile-"); err != nil {
		t.Skipf("no control group can be made here: %v", err)
	}
	t.Cleanup(func() {
		// The group is empty a moment after its last process.
		for began := time.Now(); ; time.Sleep(time.Millisecond) {
			if err := os.Remove(g.dir); err == nil || errors.Is(err, os.ErrNotExist) {
				return
			} else if time.Since(began) > 10*time.Second {
				t.Error(err)
				return
			}
		}
	})
	if err := os.WriteFile(filepath.Join(g.dir, g.limit), []byte(strconv.Itoa(mib<<20)), 0); err != nil {
		t.Skipf("memory can't be limited here: %v", err)
	}
	return &g
}

// run calls a function whose processes are started in the group.
func (g *controlGroup) run(t *testing.T, start func()) {
	t.Helper()
	enter := func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(os.Getpid())), 0); err != nil {
			t.Fatal(err)
		}
	}
	enter(g.dir)
	defer enter(g.own)
	start()
}

// mostMiB is the most memory that the group ever had, 0 where nobody says.
func (g *controlGroup) mostMiB() int {
	content, err := os.ReadFile(filepath.Join(g.dir, g.peak))
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(string(bytes.TrimSpace(content)))
	return n >> 20
}

// TestLimitedContainer gives the scorer half of what the threat model says a container
// needs, and sends it large bodies: it goes by the limit, isn't killed, and a polite
// caller is answered. In 384 MiB all of it passes too, and with GOMEMLIMIT=off the scorer
// ended.
func TestLimitedContainer(t *testing.T) {
	if _, err := scorerproc.Build(); err != nil { // outside of the group
		t.Fatal(err)
	}
	const mib = room / 2
	g := newControlGroup(t, mib)
	var p *scorerproc.Process
	g.run(t, func() { p = serve(t) })
	start := memory(t, p, "VmRSS")
	var limit struct {
		Container int `json:"container_mib"`
		Models    int `json:"models_mib"`
		Go        int `json:"gomemlimit_mib"`
	}
	for line := range strings.Lines(p.Log()) {
		if strings.Contains(line, `"memory limit"`) {
			if err := json.Unmarshal([]byte(line), &limit); err != nil {
				t.Fatal(err)
			}
		}
	}
	if limit.Container != mib || limit.Go <= 0 || limit.Go+limit.Models > limit.Container {
		t.Errorf("it goes by %+v of %d MiB", limit, mib)
	}
	clients := scaled(8, 40)
	bodies := largeBodies()
	for _, b := range bodies[:scaled(3, len(bodies))] {
		slowest := make(chan time.Duration, 1)
		go func() { slowest <- polite(t, p) }()
		statuses := flood(t, p, b.path, clients, []byte(b.body))
		t.Logf("%d × %s: %v; %d MiB at the most; the slowest polite answer took %v", clients, b.name, statuses, memory(t, p, "VmHWM"), (<-slowest).Round(time.Millisecond))
		if statuses[-1] > 0 {
			t.Errorf("%d requests weren't answered", statuses[-1])
		}
	}
	t.Logf("%d MiB at the start; the group had up to %d of %d MiB, %d for Go", start, g.mostMiB(), mib, limit.Go)
}
