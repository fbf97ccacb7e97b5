package hostile

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// soaked is what TestSoak does to a scorer, and to others of the same model beside it,
// and counts.
type soaked struct {
	t      *testing.T
	p      *scorerproc.Process
	end    time.Time
	counts sync.Map // of what happened, *atomic.Int64
	mu     sync.Mutex
	took   []time.Duration // polite answers
}

func (s *soaked) over() bool { return time.Now().After(s.end) || s.t.Failed() }

func (s *soaked) count(what string) {
	n, _ := s.counts.LoadOrStore(what, &atomic.Int64{})
	n.(*atomic.Int64).Add(1)
}

// TestSoak serves for minutes (SOAK=20m, `make soak`; seconds without) while clients break
// off, send halves, read slowly and send garbage, and while scorers beside it log to a full
// disk and start with a spoilt model. Every polite request must be answered as it was at
// first, to the bit, or be told to come again, and memory must end where it was.
func TestSoak(t *testing.T) {
	length := 5 * time.Second
	if v := os.Getenv("SOAK"); v != "" {
		var err error
		if length, err = time.ParseDuration(v); err != nil {
			t.Fatal(err)
		}
	}
	s := &soaked{t: t, p: serve(t)}
	polite(t, s.p)
	s.end = time.Now().Add(length)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(s.polite)
	}
	for _, spoil := range []func(*rand.Rand){s.breakOff, s.half, s.readSlowly, s.garbage} {
		wg.Go(func() {
			for r := rand.New(rand.NewPCG(17, 18)); !s.over(); {
				spoil(r)
			}
		})
	}
	wg.Go(s.restarts)
	var sizes []int
	for !s.over() {
		sizes = append(sizes, memory(t, s.p, "VmRSS"))
		wait(min(time.Second, length/40))
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	polite(t, s.p)

	var counts []string
	s.counts.Range(func(what, n any) bool {
		counts = append(counts, fmt.Sprintf("%s %d", what, n.(*atomic.Int64).Load()))
		return true
	})
	slices.Sort(counts)
	slices.Sort(s.took)
	quarter := func(i int) int {
		part := slices.Sorted(slices.Values(sizes[len(sizes)*i/4 : len(sizes)*(i+1)/4]))
		return part[len(part)/2]
	}
	t.Logf("%v: %s; polite answers p50 %v, p99 %v; resident MiB by quarters: %d %d %d %d", length, strings.Join(counts, ", "),
		s.took[len(s.took)/2].Round(time.Microsecond), s.took[len(s.took)*99/100].Round(time.Microsecond), quarter(0), quarter(1), quarter(2), quarter(3))
	if before, after := quarter(1), quarter(3); after > before+before/10+8 {
		t.Errorf("memory grew from %d to %d MiB", before, after)
	}
	if err := s.p.Terminate(); err != nil {
		t.Error(err)
	}
	if err := s.p.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// wait is a pause of a client, not for something to happen.
func wait(d time.Duration) { <-time.After(d) }

// polite asks for what has one right answer.
func (s *soaked) polite() {
	client := &http.Client{Timeout: time.Minute}
	first := map[request]string{}
	for !s.over() {
		for _, q := range []request{
			{"POST", api.ScorePath, `{"text": ["lovely", "dreadful and much longer than the others"]}`},
			{"POST", api.PredictPath, `{"inputs": "lovely"}`},
			{"POST", api.CompletionsPath, `{"prompt": "The capital of France", "max_tokens": 8, "temperature": 0}`},
		} {
			began := time.Now()
			status, answer, err := send(client, s.p.URL, q)
			took := time.Since(began)
			switch {
			case err != nil:
				s.t.Errorf("%s: %v", q.path, err)
			case status == http.StatusTooManyRequests:
				s.count("polite 429")
			case status != http.StatusOK:
				s.t.Errorf("%s: status %d: %.200s", q.path, status, answer)
			default:
				s.count("polite 200")
				s.mu.Lock()
				s.took = append(s.took, took)
				s.mu.Unlock()
				// A completion's id and times are its own.
				text := string(answer)
				if _, choices, ok := strings.Cut(text, `"choices"`); ok {
					text, _, _ = strings.Cut(choices, `"usage"`)
				}
				if was := first[q]; was == "" {
					first[q] = text
				} else if was != text {
					s.t.Errorf("%s answered %.300s, and before %.300s", q.path, text, was)
				}
			}
		}
	}
}

func (s *soaked) dial(content string) net.Conn {
	c, err := net.Dial("tcp", strings.TrimPrefix(s.p.URL, "http://"))
	if err != nil {
		s.t.Error(err)
		return nil
	}
	_, _ = io.WriteString(c, content) // the scorer may have closed it
	return c
}

// breakOff leaves in the middle of an answer.
func (s *soaked) breakOff(r *rand.Rand) {
	c := s.dial(post(api.ChatPath, fmt.Sprintf(longChat, true)))
	if c == nil {
		return
	}
	_, _ = io.ReadFull(c, make([]byte, r.IntN(4000)))
	_ = c.Close()
	s.count("broken off")
}

// half sends a part of a request, and sometimes says that there is no more.
func (s *soaked) half(r *rand.Rand) {
	whole := post(api.ScorePath, `{"text": "`+strings.Repeat("x", 1000)+`"}`)
	c := s.dial(whole[:r.IntN(len(whole))])
	if c == nil {
		return
	}
	if r.IntN(2) == 0 {
		_ = c.(*net.TCPConn).CloseWrite()
	}
	wait(time.Duration(r.IntN(100)) * time.Millisecond)
	_ = c.Close()
	s.count("halves")
}

// readSlowly takes an answer byte by byte.
func (s *soaked) readSlowly(*rand.Rand) {
	c := s.dial(post(api.ChatPath, fmt.Sprintf(longChat, true)))
	if c == nil {
		return
	}
	for range 200 {
		if _, err := c.Read(make([]byte, 1)); err != nil || s.over() {
			break
		}
		wait(10 * time.Millisecond)
	}
	_ = c.Close()
	s.count("slow readers")
}

// garbage sends what is no request, or no body of one.
func (s *soaked) garbage(r *rand.Rand) {
	noise := make([]byte, r.IntN(2000))
	for i := range noise {
		noise[i] = byte(r.UintN(256))
	}
	if r.IntN(2) == 0 {
		if c := s.dial(string(noise)); c != nil {
			_ = c.Close()
		}
	} else if status, answer, err := send(http.DefaultClient, s.p.URL, request{"POST", api.ChatPath, string(noise)}); err != nil || status != http.StatusBadRequest {
		s.t.Errorf("noise: status %d, %.200s, %v", status, answer, err)
	}
	s.count("garbage")
}

// restarts runs scorers one after the other: with a log that has no room, and with a model
// of which a weight is another, in whose place the export is served.
func (s *soaked) restarts() {
	dir := copied(s.t, "distilbert-tiny-sentiment")
	mustRun(s.t, "optimize", "--model-dir", dir)
	weights := filepath.Join(dir, "optimized", "model.onnx.data")
	right, err := os.ReadFile(weights)
	if err != nil {
		s.t.Error(err)
		return
	}
	exported := s.answer(dir, "--optimized", "off")
	for !s.over() {
		s.fullDisk(dir)
		wrong := slices.Clone(right)
		wrong[len(wrong)/2] ^= 0x40
		s.replace(weights, wrong)
		if got := s.answer(dir); got != exported {
			s.t.Errorf("a spoilt model answers %s, want the export's %s", got, exported)
		}
		s.count("spoilt models")
		s.replace(weights, right)
	}
}

// answer is that of a scorer that serves this folder, to a fixed text.
func (s *soaked) answer(dir string, args ...string) string {
	p, err := scorerproc.Start(context.Background(), dir, args...)
	if err != nil {
		s.t.Error(err)
		return ""
	}
	defer p.Kill()
	_, answer, err := send(http.DefaultClient, p.URL, politeRequests[0])
	if err != nil {
		s.t.Error(err)
	}
	return string(answer)
}

// replace is by renaming, for a file in place may be mapped.
func (s *soaked) replace(path string, content []byte) {
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		s.t.Error(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		s.t.Error(err)
	}
}

// fullDisk serves with a log for which there is never room.
func (s *soaked) fullDisk(dir string) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer func() { _ = full.Close() }()
	p, err := scorerproc.StartLogging(context.Background(), full, dir)
	if err != nil {
		s.t.Errorf("with a full disk: %v", err)
		return
	}
	status, answer, err := send(http.DefaultClient, p.URL, politeRequests[0])
	if err != nil || status != http.StatusOK {
		s.t.Errorf("with a full disk: status %d, %.200s, %v", status, answer, err)
	}
	if err := p.Terminate(); err != nil {
		s.t.Error(err)
	}
	if err := p.Wait(); err != nil {
		s.t.Errorf("with a full disk it ended with %v", err)
	}
	s.count("full disks")
}
