package hostile

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"azure-nlp-endpoint/inference/api"
)

// TestIdleUploads opens more connections than requests may be at once, each of
// which says that a body comes and sends none of it, or only its beginning.
func TestIdleUploads(t *testing.T) {
	for name, begun := range map[string]string{"nothing": "", "a beginning": `{"te`} {
		t.Run(name, func(t *testing.T) {
			p := serve(t)
			before := polite(t, p)
			start := memory(t, p, "VmRSS")
			var all []net.Conn
			opened := time.Now()
			for range 1100 {
				all = append(all, dial(t, p, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n%s", api.ScorePath, begun)))
			}
			slowest := polite(t, p)
			t.Logf("1,100 uploads that idle: %d MiB, %d before; the slowest polite answer took %v, %v before",
				memory(t, p, "VmHWM"), start, slowest, before)
			for i, c := range all {
				_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
				resp, err := http.ReadResponse(bufio.NewReader(c), nil)
				if err != nil {
					t.Fatalf("connection %d: %v", i, err)
				}
				if resp.StatusCode != http.StatusRequestTimeout || !resp.Close {
					t.Fatalf("connection %d: status %d, closed: %v", i, resp.StatusCode, resp.Close)
				}
			}
			t.Logf("all were cut %v after the first was opened", time.Since(opened).Round(time.Millisecond))
		})
	}
}
