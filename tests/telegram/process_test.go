// Package telegram_test runs the real bot, as a process, between a server that
// speaks Telegram's Bot API and the real scorer with the bundled models.
package telegram_test

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

var (
	binary string              // of the bot
	scorer *scorerproc.Process // with both models and a window of 256 tokens
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil { // the tests wait, most of the time
		panic(err)
	}
	dir, err := os.MkdirTemp("", "bot-bin-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "bot")
	build := exec.Command("go", "build", "-o", binary, "./inference/cmd/bot")
	build.Dir, build.Env = scorerproc.Root(), append(os.Environ(), "CGO_ENABLED=0") // as in its container
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, out))
	}
	scorer, err = scorerproc.Start(context.Background(), scorerproc.BundledModel(), "--chat-model-dir", goldens.ModelDir("gemma-tiny-chat"), "--context-window", "256")
	if err != nil {
		panic(err)
	}
	defer scorer.Kill()
	return m.Run()
}

// bot is a process.
type bot struct {
	cmd    *exec.Cmd
	probes string // address
	log    *scorerproc.Buffer
	ended  chan error
}

// start runs the bot with these variables besides those that every test needs.
// At the end of the test its log must have neither secrets nor texts.
func start(t *testing.T, tg *telegramtest.Telegram, variables ...string) *bot {
	t.Helper()
	port := freePort(t)
	b := &bot{cmd: exec.Command(binary), probes: "http://127.0.0.1:" + port, log: &scorerproc.Buffer{}, ended: make(chan error, 1)}
	b.cmd.Env = append([]string{
		"TELEGRAM_BOT_TOKEN=" + telegramtest.Token, "BOT_TELEGRAM_URL=" + tg.URL, "BOT_SCORER_URL=" + scorer.URL, "BOT_TEMPERATURE=0",
		"BOT_MAX_TOKENS=100", "BOT_EDIT_INTERVAL=200ms", "BOT_HOST=127.0.0.1", "BOT_PORT=" + port, "BOT_LOG_LEVEL=debug", "BOT_SHUTDOWN_GRACE=10s",
	}, variables...)
	b.cmd.Stdout, b.cmd.Stderr = b.log, b.log
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { b.ended <- b.cmd.Wait() }()
	t.Cleanup(func() {
		_ = b.cmd.Process.Kill()
		b.wait(t)
		if t.Failed() {
			t.Logf("the bot's log:\n%s\nthe scorer's:\n%s", b.log, scorer.Log())
		}
		for _, secret := range []string{telegramtest.Token, "AAEfake", "capital", "Paris", "great", key} {
			if strings.Contains(b.log.String(), secret) {
				t.Errorf("the log has %q:\n%s", secret, b.log)
			}
		}
		if refused := tg.Refused(); len(refused) > 0 {
			t.Errorf("Telegram refused %q", refused)
		}
	})
	return b
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// wait waits for the process's end.
func (b *bot) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-b.ended:
		b.ended <- err
		return err
	case <-time.After(20 * time.Second):
		t.Fatalf("the bot doesn't end; its log:\n%s", b.log)
		return nil
	}
}

// terminate sends SIGTERM and expects exit status 0.
func (b *bot) terminate(t *testing.T) {
	t.Helper()
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := b.wait(t); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

func (b *bot) awaitReady(t *testing.T, tg *telegramtest.Telegram) {
	t.Helper()
	tg.Await(t, "readiness", func() bool {
		resp, err := http.Get(b.probes + api.ReadyPath)
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}
