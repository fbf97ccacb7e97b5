package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
)

// followMemoryLimit has Go's garbage collector work harder before the container's
// memory is full, unless GOMEMLIMIT says something else. What isn't Go's, such as the
// weights, has its part by then: it is called when the models are warm.
func followMemoryLimit(log *slog.Logger) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	limit, ok := containerMemory("/")
	if !ok {
		return
	}
	others := max(0, residentBytes()-goBytes())
	own := goLimit(limit, others)
	debug.SetMemoryLimit(own)
	log.Info("memory limit", "container_mib", limit/mib, "models_mib", others/mib, "gomemlimit_mib", own/mib)
}

// leastGoMemory is what Go needs, however small the container is.
const leastGoMemory = 128 * mib

// goLimit is what is left of the container for Go, less a tenth of the whole.
func goLimit(container, others int64) int64 {
	return max(leastGoMemory, container-container/10-others)
}

// containerMemory reads how much memory the control group may have, of version 2 or
// 1, below root. A process sees its own group there, or those above it.
func containerMemory(root string) (limit int64, ok bool) {
	groups, err := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(groups)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3) // 0::/path, 4:memory:/path
		if len(parts) != 3 {
			continue
		}
		base, name := "sys/fs/cgroup", "memory.max"
		if parts[0] != "0" {
			if parts[1] != "memory" {
				continue
			}
			base, name = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		}
		for path := filepath.Clean("/" + parts[2]); ; path = filepath.Dir(path) {
			content, err := os.ReadFile(filepath.Join(root, base, path, name))
			if err == nil {
				n, err := strconv.ParseInt(string(bytes.TrimSpace(content)), 10, 64)
				if err == nil && n < 1<<60 && (!ok || n < limit) { // version 1 writes "no limit" as a number
					limit, ok = n, true
				}
			}
			if path == "/" {
				break
			}
		}
	}
	return limit, ok
}

// residentBytes is how much memory the process has, 0 where nobody says.
func residentBytes() int64 {
	content, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(content))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// goBytes is what of it is Go's.
func goBytes() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}
