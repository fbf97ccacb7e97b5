package onnx

// #include "hugepages.h"
import "C"

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// mapping is a piece of this process's anonymous memory.
type mapping struct{ from, to uintptr }

const (
	hugePage = 2 << 20
	pageSize = 4 << 10 // what Save aligns weights to
	// madvCollapse is Linux's MADV_COLLAPSE (since 6.1): put huge pages there now.
	madvCollapse = 25
	// leastMapping is the smallest mapping worth huge pages.
	leastMapping = 2 * hugePage
)

// anonymousMappings lists the anonymous mappings that are used nearly whole:
// weights are, stacks and arenas aren't, which huge pages would fill up. It is
// empty where the kernel doesn't tell.
func anonymousMappings() []mapping {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	var all []mapping
	var m mapping
	var anonymous bool
	s := bufio.NewScanner(f)
	for s.Scan() {
		line := s.Text()
		var from, to uintptr
		var permissions, offset, device, inode string
		if n, _ := fmt.Sscanf(line, "%x-%x %s %s %s %s", &from, &to, &permissions, &offset, &device, &inode); n == 6 {
			m = mapping{from, to}
			anonymous = permissions == "rw-p" && inode == "0" && !strings.HasSuffix(line, "]") && to-from >= leastMapping
			continue
		}
		var kb uintptr
		if n, _ := fmt.Sscanf(line, "Rss: %d kB", &kb); anonymous && n == 1 && kb<<10 >= (m.to-m.from)/8*7 {
			all = append(all, m)
		}
	}
	return all
}

// mapped lists the stretches of memory that products' weights are mapped in, neighbours as
// one. Tables of which a token reads a row aren't among them.
func (s *BoundSession) mapped() []mapping {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return nil
	}
	weights := map[string][]graph.External{} // by file
	for _, e := range s.signature.External {
		if path, err := filepath.EvalSymlinks(filepath.Join(filepath.Dir(s.path), e.Location)); err == nil && strings.HasPrefix(e.Initializer, graph.PackedPrefix) {
			if path, err = filepath.Abs(path); err == nil {
				weights[path] = append(weights[path], e)
			}
		}
	}
	var all []mapping
	for line := range strings.Lines(string(maps)) {
		var m mapping
		var permissions, device, inode string
		var offset int64
		if n, _ := fmt.Sscanf(line, "%x-%x %s %x %s %s", &m.from, &m.to, &permissions, &offset, &device, &inode); n < 6 || permissions[2:] != "-p" {
			continue
		}
		_, path, _ := strings.Cut(line, "/")
		for _, e := range weights["/"+strings.TrimSpace(path)] {
			size := int64(m.to - m.from)
			from, to := max(0, e.Offset-offset), min(size, e.Offset+e.Length-offset)
			if from < to {
				all = append(all, mapping{m.from + uintptr(from), m.from + uintptr((to+pageSize-1)/pageSize*pageSize)})
			}
		}
	}
	slices.SortFunc(all, func(a, b mapping) int { return cmp.Compare(a.from, b.from) })
	var joined []mapping
	for _, m := range all {
		if last := len(joined) - 1; last >= 0 && joined[last].to >= m.from {
			joined[last].to = max(joined[last].to, m.to)
		} else {
			joined = append(joined, m)
		}
	}
	return joined
}

// within reports whether one of the others holds all of m.
func (m mapping) within(others []mapping) bool {
	for _, o := range others {
		if o.from <= m.from && m.to <= o.to {
			return true
		}
	}
	return false
}

// UseHugePages puts huge pages under the memory that the process has taken since
// the session was opened, and under the weights that are mapped from files, which become a
// copy. A decoder reads all of its weights for every token, at
// the limit of what memory gives, and with small pages it waits for page tables
// too (docs/internals/generation-performance.md). It takes about a second for a gigabyte.
// Where the kernel can't, nothing changes. Runs may be under way.
func (s *BoundSession) UseHugePages() {
	if enabled, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled"); s.provider != CPU || err != nil || strings.Contains(string(enabled), "[never]") {
		return
	}
	for _, m := range anonymousMappings() {
		from, to := m.huge()
		if m.within(s.before) || from >= to {
			continue
		}
		advise := func(advice uintptr) { _, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, advice) }
		// What isn't available now, the kernel provides over time.
		advise(syscall.MADV_HUGEPAGE)
		advise(madvCollapse)
	}
	for _, m := range s.mapped() {
		if from, to := m.huge(); from < to {
			C.copy_to_huge_pages(C.uintptr_t(from), C.uintptr_t(to), hugePage)
		}
	}
}

// huge are the whole huge pages of m.
func (m mapping) huge() (from, to uintptr) {
	return (m.from + hugePage - 1) &^ (hugePage - 1), m.to &^ (hugePage - 1)
}
