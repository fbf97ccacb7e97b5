package onnx

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// mapping is a piece of this process's anonymous memory.
type mapping struct{ from, to uintptr }

const (
	hugePage = 2 << 20
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
// the session was opened. A decoder reads all of its weights for every token, at
// the limit of what memory gives, and with small pages it waits for page tables
// too (docs/internals/generation-performance.md). It takes about a second for a gigabyte.
// Where the kernel can't, nothing changes.
func (s *BoundSession) UseHugePages() {
	if s.provider != CPU {
		return
	}
	for _, m := range anonymousMappings() {
		from, to := (m.from+hugePage-1)&^(hugePage-1), m.to&^(hugePage-1)
		if m.within(s.before) || from >= to {
			continue
		}
		advise := func(advice uintptr) { _, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, advice) }
		// What isn't available now, the kernel provides over time.
		advise(syscall.MADV_HUGEPAGE)
		advise(madvCollapse)
	}
}
