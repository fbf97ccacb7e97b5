package container

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// mountPath is where Azure mounts version 1 of a model named sentiment.
const mountPath = "/var/azureml-app/azureml-models/sentiment/1"

// started is a running container.
type started struct {
	t   *testing.T
	id  string
	pid int
	url string
}

// start runs the image as a managed online endpoint on Standard_F4s_v2 does: 4
// processors or as many as there are, 8 GiB, and beyond that with no right that
// can be done without.
func start(t *testing.T, image string, args ...string) *started {
	t.Helper()
	return startAs(t, "SCORER", image, args...)
}

// startAs is start for a program whose variables begin with a name.
func startAs(t *testing.T, program, image string, args ...string) *started {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	all := []string{"run", "--detach", "--network", "host", "--cpus", strconv.Itoa(min(4, runtime.NumCPU())),
		"--memory", "8g", "--memory-swap", "8g", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
		"--env", program + "_HOST=127.0.0.1", "--env", fmt.Sprintf("%s_PORT=%d", program, port)}
	s := &started{t: t, url: fmt.Sprintf("http://127.0.0.1:%d", port)}
	s.id = docker(t, append(append(all, args...), image)...)
	t.Cleanup(func() { _, _ = engine.Docker(context.Background(), "rm", "-f", s.id) })
	s.pid, err = strconv.Atoi(docker(t, "inspect", "--format", "{{.State.Pid}}", s.id))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// mounted are the options that Azure's mount of the model amounts to.
func mounted(model string) []string {
	return []string{"--volume", model + ":" + mountPath + "/model:ro", "--env", "AZUREML_MODEL_DIR=" + mountPath}
}

func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := engine.Docker(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *started) awaitReady() {
	s.t.Helper()
	for range 600 {
		if resp, err := http.Get(s.url + api.ReadyPath); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	logs, _ := engine.Docker(context.Background(), "logs", s.id)
	s.t.Fatalf("the container did not become ready; its log:\n%s", logs)
}

type label struct {
	Label string
	Score float64
}

func score(t *testing.T, url string, texts ...string) []label {
	t.Helper()
	body, err := json.Marshal(map[string]any{"text": texts})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(url+api.ScorePath, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var scores []label
	if err := json.Unmarshal(content, &scores); err != nil || resp.StatusCode != http.StatusOK || len(scores) != len(texts) {
		t.Fatalf("status %d: %s", resp.StatusCode, content)
	}
	return scores
}

// TestServes runs the image as Azure does and compares its answers with those
// of the scorer on the host.
func TestServes(t *testing.T) {
	s := start(t, name, mounted(scorerproc.BundledModel())...)
	s.awaitReady()
	host, err := scorerproc.Start(t.Context(), scorerproc.BundledModel())
	if err != nil {
		t.Fatal(err)
	}
	defer host.Kill()
	texts := []string{"This is great!", "This was a terrible waste of time.", strings.Repeat("fine ", 300)}
	got, want := score(t, s.url, texts...), score(t, host.URL, texts...)
	for i := range want {
		if got[i].Label != want[i].Label || math.Abs(got[i].Score-want[i].Score) > 1e-5 {
			t.Errorf("%.20s: the container says %v, the host %v", texts[i], got[i], want[i])
		}
	}

	status := s.proc("status")
	for _, line := range []string{"Uid:\t65532\t65532\t65532\t65532", "Gid:\t65532\t65532\t65532\t65532",
		"CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"} {
		if !strings.Contains(status, line) {
			t.Errorf("the process's status lacks %q:\n%s", line, status)
		}
	}
	for _, place := range []string{"/", mountPath + "/model"} {
		if options := s.mountOptions(place); !strings.HasPrefix(options, "ro") {
			t.Errorf("%s is mounted with %q, want ro", place, options)
		}
	}
	if changed := docker(t, "diff", s.id); strings.Contains(changed, "C /opt") || strings.Contains(changed, "A /tmp") {
		t.Errorf("the container wrote to its file system:\n%s", changed)
	}
	if limit := s.cgroup("memory.limit_in_bytes", "memory.max"); limit != strconv.Itoa(8<<30) {
		t.Errorf("the container's memory is limited to %s bytes, want 8 GiB", limit)
	}
	if line := docker(t, "logs", s.id); !strings.Contains(line, `"msg":"memory limit","container_mib":8192,`) {
		t.Errorf("of 8 GiB the scorer's log says:\n%s", line)
	}
	used, err := engine.DiskUsed()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("memory at peak %s bytes; image and container take %.1f MB of the engine's disk",
		s.cgroup("memory.max_usage_in_bytes", "memory.peak"), float64(used)/1e6)
	if used > 150e6 {
		t.Errorf("image and container take %d bytes of the engine's disk, the limit is 150 MB", used)
	}
}

// TestMemoryLimit gives a container less memory than usual: the scorer leaves room for
// what isn't Go's in it, and stays within it under load.
func TestMemoryLimit(t *testing.T) {
	s := start(t, name, append(mounted(scorerproc.BundledModel()), "--memory", "512m", "--memory-swap", "512m")...)
	s.awaitReady()
	var said struct {
		Container int64 `json:"container_mib"`
		Models    int64 `json:"models_mib"`
		Go        int64 `json:"gomemlimit_mib"`
	}
	for line := range strings.Lines(docker(t, "logs", s.id)) {
		if strings.Contains(line, `"memory limit"`) {
			if err := json.Unmarshal([]byte(line), &said); err != nil {
				t.Fatal(err)
			}
		}
	}
	if said.Container != 512 || said.Models < 1 || said.Go < 128 || said.Go > 512-512/10-said.Models {
		t.Errorf("the log says %+v", said)
	}
	texts := make([]string, 256)
	for i := range texts {
		texts[i] = strings.Repeat("good ", 2000) + strconv.Itoa(i)
	}
	var senders sync.WaitGroup
	for range 4 {
		senders.Go(func() {
			body, _ := json.Marshal(map[string]any{"text": texts})
			if resp, err := http.Post(s.url+api.ScorePath, "application/json", bytes.NewReader(body)); err == nil {
				_ = resp.Body.Close() // 200, 429 or 504: whichever, the process lives
			}
		})
	}
	senders.Wait()
	score(t, s.url, "This is great!")
	t.Logf("%+v; at the most %s bytes", said, s.cgroup("memory.max_usage_in_bytes", "memory.peak"))
}

// proc reads a file of the process, from the host's side.
func (s *started) proc(file string) string {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.pid), file))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(content)
}

// mountOptions are those of a mount in the container (field 6 of mountinfo).
func (s *started) mountOptions(place string) string {
	for line := range strings.Lines(s.proc("mountinfo")) {
		if f := strings.Fields(line); len(f) > 5 && f[4] == place {
			return f[5]
		}
	}
	return "nothing"
}

// cgroup reads a limit or a figure as the container sees it, of version 1 or 2.
func (s *started) cgroup(v1, v2 string) string {
	root := filepath.Join("/proc", strconv.Itoa(s.pid), "root/sys/fs/cgroup")
	for _, path := range []string{filepath.Join(root, "memory", v1), filepath.Join(root, v2)} {
		if content, err := os.ReadFile(path); err == nil {
			return strings.TrimSpace(string(content))
		}
	}
	return "unknown"
}

// TestTerminates sends SIGTERM while a request runs: it is answered in full, and
// the container ends by itself with status 0.
func TestTerminates(t *testing.T) {
	s := start(t, name, mounted(scorerproc.BundledModel())...)
	s.awaitReady()
	texts := make([]string, 250)
	for i := range texts {
		texts[i] = strings.Repeat("good ", 300) + strconv.Itoa(i)
	}
	start := time.Now()
	score(t, s.url, texts...)
	alone := time.Since(start)
	done := make(chan []label)
	go func() { done <- score(t, s.url, texts...) }()
	time.Sleep(alone / 4)
	docker(t, "kill", "--signal", "TERM", s.id)
	select {
	case <-done:
		t.Fatalf("the request took under %v, too short to be stopped in", alone/4)
	default:
	}
	if scores := <-done; len(scores) != len(texts) {
		t.Errorf("%d scores, want %d", len(scores), len(texts))
	}
	if code := docker(t, "wait", s.id); code != "0" {
		t.Errorf("exit status %s, want 0; its log:\n%s", code, docker(t, "logs", s.id))
	}
}

// TestNoShell asks the engine to run what an intruder would.
func TestNoShell(t *testing.T) {
	for _, program := range []string{"/bin/sh", "/bin/bash", "/usr/bin/python3", "/usr/bin/env"} {
		out, err := engine.Docker(t.Context(), "run", "--rm", "--network", "none", "--entrypoint", program, name)
		if err == nil || !strings.Contains(err.Error(), "no such file") {
			t.Errorf("%s: %q, %v; want that there is no such file", program, out, err)
		}
	}
}

// TestWithoutModel checks that the log says what is wrong, as it is all that
// somebody sees of a deployment that doesn't start.
func TestWithoutModel(t *testing.T) {
	for want, args := range map[string][]string{
		"no model folder is named":                 nil,
		"/var/azureml-app/azureml-models/absent/1": {"--env", "AZUREML_MODEL_DIR=/var/azureml-app/azureml-models/absent/1"},
	} {
		out, err := engine.Docker(t.Context(), append(append([]string{"run", "--rm", "--network", "none", "--read-only"}, args...), name)...)
		if err == nil || !strings.Contains(err.Error(), "scorer: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %q, %v; want an error that names %q", args, out, err, want)
		}
	}
}

// TestBaked runs the image that has a model in it, with nothing mounted.
func TestBaked(t *testing.T) {
	image, baked, err := Build(t.Context(), engine, "scorer-cpu-baked", t.TempDir(), options...)
	if err != nil {
		t.Fatal(err)
	}
	if image.Compressed() < scorer.Compressed() {
		t.Errorf("with a model it is smaller than without")
	}
	s := start(t, baked)
	s.awaitReady()
	if got := score(t, s.url, "This is great!"); got[0].Label != "POSITIVE" {
		t.Errorf("%v, want POSITIVE", got)
	}
}

// TestBot runs the bot's image beside the scorer's, as locked up, and writes to it:
// it answers with the model's score. It is stopped while a message is on its way, and
// the next one answers what came since. Without a token it says what it misses.
func TestBot(t *testing.T) {
	image, bot, err := Build(t.Context(), engine, "bot", t.TempDir(), options...)
	if err != nil {
		t.Fatal(err)
	}
	if image.Config.Config.User != "65532:65532" || image.Compressed() > 30e6 {
		t.Errorf("user %q, %d bytes compressed", image.Config.Config.User, image.Compressed())
	}
	t.Logf("%.1f MB compressed", float64(image.Compressed())/1e6)
	out, err := engine.Docker(t.Context(), "run", "--rm", "--network", "none", "--read-only", "--cap-drop", "ALL", bot)
	if err == nil || !strings.Contains(err.Error(), "TELEGRAM_BOT_TOKEN") {
		t.Errorf("%q, %v; want that it misses TELEGRAM_BOT_TOKEN", out, err)
	}

	telegram := telegramtest.New(t)
	s := start(t, name, mounted(scorerproc.BundledModel())...)
	s.awaitReady()
	run := func() *started {
		b := startAs(t, "BOT", bot, "--memory", "512m", "--memory-swap", "512m", // as the app has it
			"--env", "TELEGRAM_BOT_TOKEN="+telegramtest.Token, "--env", "BOT_TELEGRAM_URL="+telegram.URL, "--env", "BOT_SCORER_URL="+s.url)
		b.awaitReady()
		return b
	}
	const user = 7
	answers := func(n int) func() bool { return func() bool { return len(telegram.Texts(user)) == n } }
	first := run()
	telegram.Write(user, "This is great!")
	telegram.Await(t, "an answer", answers(1))
	docker(t, "kill", "--signal", "TERM", first.id)
	telegram.Write(user, "This was a terrible waste of time.")
	if code := docker(t, "wait", first.id); code != "0" {
		t.Errorf("exit status %s, want 0; its log:\n%s", code, docker(t, "logs", first.id))
	}
	second := run()
	telegram.Await(t, "the next one's answer", answers(2))
	texts := telegram.Texts(user)
	if !strings.HasPrefix(texts[0], "POSITIVE (9") || !strings.HasPrefix(texts[1], "NEGATIVE (9") {
		t.Errorf("the bot says %q", texts)
	}
	for _, b := range []*started{first, second} {
		log, err := engine.Docker(t.Context(), "logs", b.id)
		if err != nil || strings.Contains(log, telegramtest.Token) || strings.Contains(log, "terrible") {
			t.Errorf("the log has the token or a text: %v\n%s", err, log)
		}
	}
	if changed := docker(t, "diff", second.id); changed != "" {
		t.Errorf("the container wrote to its file system:\n%s", changed)
	}
}
