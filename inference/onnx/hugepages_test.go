package onnx

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// residentAt returns the Rss and AnonHugePages, in bytes, of the mapping that
// holds an address.
func residentAt(t *testing.T, address uintptr) (resident, huge int) {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	in := false
	for s := bufio.NewScanner(f); s.Scan(); {
		var from, to uintptr
		var kb int
		if n, _ := fmt.Sscanf(s.Text(), "%x-%x", &from, &to); n == 2 {
			in = from <= address && address < to
		} else if n, _ := fmt.Sscanf(s.Text(), "Rss: %d kB", &kb); in && n == 1 {
			resident = kb << 10
		} else if n, _ := fmt.Sscanf(s.Text(), "AnonHugePages: %d kB", &kb); in && n == 1 {
			huge = kb << 10
		}
	}
	return resident, huge
}

// TestHugePagesForWhatIsUsed maps memory that is used and memory that isn't, as
// weights and a thread's stack are.
func TestHugePagesForWhatIsUsed(t *testing.T) {
	s := &BoundSession{provider: CPU, signature: &graph.Signature{}, before: anonymousMappings()}
	const size = 8 * hugePage
	// Pages without access keep the kernel from joining what lies side by side.
	all, err := syscall.Mmap(-1, 0, 4*size, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Munmap(all) }()
	used, unused := all[:size], all[2*size:3*size]
	for _, part := range [][]byte{used, unused} {
		if err := syscall.Mprotect(part, syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
			t.Fatal(err)
		}
	}
	for i := range used {
		used[i] = byte(i % 251)
	}
	s.UseHugePages()
	for i := range used {
		if used[i] != byte(i%251) {
			t.Fatalf("byte %d is %d, it was %d", i, used[i], byte(i%251))
		}
	}
	if resident, _ := residentAt(t, uintptr(unsafe.Pointer(&unused[0]))); resident > 0 {
		t.Errorf("%d bytes that nobody wrote are resident", resident)
	}
	_, huge := residentAt(t, uintptr(unsafe.Pointer(&used[0])))
	can, _ := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	t.Logf("%d of %d bytes have huge pages; the kernel says %s", huge, size, strings.TrimSpace(string(can)))
	if before := (mapping{1, 2}).within([]mapping{{1, 3}}); !before {
		t.Error("a mapping isn't within a larger one")
	}
}

// TestHugePagesForMappedWeights maps a file of weights and a table, as the runtime does. The
// weights' whole huge pages become a copy, the table and the edges stay the file's.
func TestHugePagesForMappedWeights(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.onnx.data")
	const part = 5*hugePage + pageSize
	content := make([]byte, 3*part)
	for i := range content {
		content[i] = byte(i % 251)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	all, err := syscall.Mmap(int(f.Fd()), 0, len(content), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Munmap(all) }()
	external := func(name string, i int64) graph.External {
		return graph.External{Initializer: name, Location: "model.onnx.data", Offset: i * part, Length: part - 100}
	}
	s := &BoundSession{provider: CPU, path: filepath.Join(dir, "model.onnx"), before: anonymousMappings(), signature: &graph.Signature{
		External: []graph.External{external("embedding", 0), external(graph.PackedPrefix+"a", 1), external(graph.PackedPrefix+"b", 2)}}}
	start := uintptr(unsafe.Pointer(&all[0]))
	if got := s.mapped(); len(got) != 1 || got[0] != (mapping{start + part, start + 3*part}) {
		t.Errorf("%x, want %x to %x", got, start+part, start+3*part)
	}
	s.UseHugePages()
	if !slices.Equal(all, content) {
		t.Fatal("what is mapped changed")
	}
	whole := mapping{start + part, start + 3*part}
	from, to := whole.huge()
	can, _ := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	if _, huge := residentAt(t, from); strings.Contains(string(can), "[never]") != (huge == 0) {
		t.Errorf("%d of %d bytes have huge pages; the kernel says %s", huge, to-from, can)
	}
	for _, at := range []uintptr{start, start + part - 1, start + 3*part - 1} {
		if _, huge := residentAt(t, at); huge > 0 && (at < from || at >= to) {
			t.Errorf("%d bytes of what isn't weights have huge pages", huge)
		}
	}
}
