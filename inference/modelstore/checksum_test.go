package modelstore

import (
	"bytes"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckFindsAnyBit damages a file of two and a half parts in places at and between
// the parts' ends, and shortens, lengthens and swaps it.
func TestCheckFindsAnyBit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "weights")
	content := make([]byte, 5*checksummed/2)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(content)
	write := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(content)
	id, err := Identify(path, "weights")
	if err != nil {
		t.Fatal(err)
	}
	if len(id.CRC32C) != 3*8 {
		t.Fatalf("checksums %q of three parts", id.CRC32C)
	}
	old := id // of a record that an earlier version wrote
	old.CRC32C = ""
	check := func(damage string, want string) {
		t.Helper()
		for _, id := range []FileID{id, old} {
			got, err := id.check(path)
			if err != nil || (got == "") != (want == "") {
				t.Errorf("%s, checksums %q: %q, %v", damage, id.CRC32C, got, err)
			}
			if id.CRC32C != "" && !strings.Contains(got, want) {
				t.Errorf("%s: %q, want %q", damage, got, want)
			}
		}
	}
	check("none", "")
	for at, want := range map[int]string{0: "from byte 0 ", checksummed - 1: "from byte 0 ", checksummed: "from byte 4194304 ", len(content) - 1: "from byte 8388608 "} {
		content[at] ^= 0x10
		write(content)
		check("a bit", want)
		content[at] ^= 0x10
	}
	write(content[:len(content)-1])
	check("shortened", "bytes, not")
	write(append(bytes.Clone(content), 0))
	check("lengthened", "bytes, not")
	swapped := append(bytes.Clone(content[checksummed:2*checksummed]), content[:checksummed]...)
	write(append(swapped, content[2*checksummed:]...))
	check("two parts swapped", "from byte 0 ")
}

// TestChecksumsOfNothing are none, which a damaged record can't be told from: it is
// compared by SHA-256.
func TestChecksumsOfNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	id, err := Identify(path, "empty")
	if err != nil || id.CRC32C != "" {
		t.Fatalf("%+v, %v", id, err)
	}
	if difference, err := id.check(path); difference != "" || err != nil {
		t.Errorf("%q, %v", difference, err)
	}
}

func TestChecksumIsCRC32C(t *testing.T) {
	sum, err := checksum(strings.NewReader("123456789"), make([]byte, 4))
	if err != nil || sum != 0xe3069283 { // the check value of RFC 3720
		t.Errorf("%08x, %v", sum, err)
	}
	if sum != crc32.Checksum([]byte("123456789"), castagnoli) {
		t.Error("reading by pieces changed it")
	}
}
