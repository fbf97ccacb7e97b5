package server

import "testing"

func TestConnectionsOfFiles(t *testing.T) {
	for _, c := range []struct {
		files uint64
		want  int
	}{{0, 1}, {32, 1}, {256, 192}, {1024, 864}, {4096, 3808}, {1 << 20, mostConnections}, {1<<64 - 1, mostConnections}} {
		if got := connectionsOf(c.files); got != c.want {
			t.Errorf("of %d files %d may be connections, want %d", c.files, got, c.want)
		}
	}
}
