package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestContainerMemory reads the files of control groups as Linux writes them, of both
// versions, with a limit of the group's own, of one above, and with none.
func TestContainerMemory(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"version 2": {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "2147483648\n"}, 2 << 30},
		"version 2, below another": {map[string]string{"proc/self/cgroup": "0::/kube/pod/box\n",
			"sys/fs/cgroup/kube/pod/box/memory.max": "max\n", "sys/fs/cgroup/kube/pod/memory.max": "1073741824\n", "sys/fs/cgroup/kube/memory.max": "4294967296\n"}, 1 << 30},
		"version 2, none": {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, 0},
		"version 1": {map[string]string{"proc/self/cgroup": "5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "3221225472\n"}, 3 << 30},
		"version 1, none": {map[string]string{"proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 0},
		"no files":        {nil, 0},
	} {
		root := t.TempDir()
		for path, content := range c.files {
			path = filepath.Join(root, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok := containerMemory(root); got != c.want || ok != (c.want > 0) {
			t.Errorf("%s: %d, %v, want %d", name, got, ok, c.want)
		}
	}
	if got := goLimit(4<<30, 1<<30); got != 4<<30-(4<<30)/10-1<<30 {
		t.Errorf("of 4 GiB with 1 GiB for the model: %d", got)
	}
	if got := goLimit(1<<30, 2<<30); got != leastGoMemory {
		t.Errorf("where the model takes all: %d", got)
	}
	if own, all := goBytes(), residentBytes(); own <= 0 || all <= own/2 {
		t.Errorf("%d bytes are Go's, of %d", own, all)
	}
}
