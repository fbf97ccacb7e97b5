package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
)

// bot runs the program in this process.
func bot(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// TestMistakesEndTheProcess checks that each mistake is told on stderr, before
// anybody is called.
func TestMistakesEndTheProcess(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(tokenVariable, telegramtest.Token)
	for _, c := range []struct{ arg, want string }{
		{"--scorer-url=localhost:5001", "--scorer-url isn't an address such as https://host:port"},
		{"--scorer-url=https://user:hunter2@host", "--scorer-url isn't an address"},
		{"--telegram-url=ftp://host", "--telegram-url isn't an address"},
		{"--scorer-key-file=/absent/key", "--scorer-key-file: open /absent/key: no such file"},
		{"--scorer-key-file=" + empty, "doesn't hold one line, the key"},
		{"--task=translate", "--task must be one of"},
		{"--max-tokens=-1", "--max-tokens is -1, it can be 0 to"},
		{"--temperature=3", "--temperature is 3, it can be 0 to 2"},
		{"--temperature=NaN", "--temperature is NaN"},
		{"--edit-interval=1ms", "--edit-interval is 1ms, it can be 100ms to 1m0s"},
		{"--history-turns=-1", "--history-turns is -1"},
		{"--history-characters=-1", "--history-characters is -1"},
		{"--max-chats=0", "--max-chats is 0, it can be 1 to"},
		{"--allow=12,-100", "--allow has -100, but the ids of users are over 0"},
		{"--allow=somebody", "--allow"},
		{"--messages-per-minute=-1", "--messages-per-minute is -1"},
		{"--max-queue=0", "--max-queue is 0, it can be 1 to"},
		{"--max-pending=0", "--max-pending is 0"},
		{"--max-answers=0", "--max-answers is 0"},
		{"--answer-timeout=0s", "--answer-timeout is 0s, it can be 1s to 1h0m0s"},
		{"--poll-timeout=2m", "--poll-timeout is 2m0s, it can be 1s to 50s"},
		{"--shutdown-grace=0s", "--shutdown-grace is 0s"},
		{"--port=70000", "--port is 70000, it can be 0 to 65535"},
		{"--log-level=loud", "--log-level"},
		{"--token=x", "unknown flag --token"},
	} {
		code, out, errs := bot(t, c.arg)
		if code != exitUsage || !strings.Contains(errs, c.want) || strings.Count(errs, "\n") != 1 || out != "" {
			t.Errorf("%s: exit status %d, stderr %q, stdout %q; want one line with %q", c.arg, code, errs, out, c.want)
		}
		if strings.Contains(errs, "hunter2") || strings.Contains(errs, "fake_token") {
			t.Errorf("%s shows a secret: %s", c.arg, errs)
		}
	}
}

// TestAllMistakesAreToldAtOnce has one of each kind, in variables and flags.
func TestAllMistakesAreToldAtOnce(t *testing.T) {
	t.Setenv(tokenVariable, "my-secret-token")
	t.Setenv(keyVariable, "two\nlines")
	t.Setenv("BOT_MAX_QUEUE", "0")
	t.Setenv("BOT_SCORER_KEY_FILE", "/absent/key")
	code, _, errs := bot(t, "--grace", "1s")
	if code != exitUsage || !strings.Contains(errs, "unknown flag --grace") {
		t.Errorf("exit status %d, %s", code, errs)
	}
	code, _, errs = bot(t, "--shutdown-grace", "0s")
	if code != exitUsage || strings.Contains(errs, "secret") || strings.Contains(errs, "lines\n") && strings.Contains(errs, "two\nlines") {
		t.Errorf("exit status %d, %s", code, errs)
	}
	for _, want := range []string{tokenVariable + " isn't a bot's token", keyVariable + " has more than one line", "are both set", "open /absent/key", "--max-queue is 0", "--shutdown-grace is 0s"} {
		if !strings.Contains(errs, want) {
			t.Errorf("%s lacks %q", errs, want)
		}
	}
	t.Setenv(tokenVariable, "")
	if code, _, errs := bot(t); code != exitUsage || !strings.Contains(errs, tokenVariable+" isn't set") {
		t.Errorf("exit status %d, %s", code, errs)
	}
}

// TestEveryOptionHasAVariable checks that help lists an environment variable
// for each flag, by the same name, and that the documentation has the flag.
func TestEveryOptionHasAVariable(t *testing.T) {
	documented, err := os.ReadFile("../../../docs/reference/telegram.md")
	if err != nil {
		t.Fatal(err)
	}
	code, out, _ := bot(t, "--help")
	if code != 0 {
		t.Fatalf("--help ends with %d", code)
	}
	flag := regexp.MustCompile(`^[a-z-]+`)
	names := 0
	for entry := range strings.SplitSeq(out[strings.Index(out, "Flags:"):], "\n      --") {
		name := flag.FindString(entry)
		if name == "" {
			continue
		}
		names++
		if variable := "$BOT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")); !strings.Contains(entry, variable) {
			t.Errorf("--%s has no %s: %s", name, variable, entry)
		}
		if !strings.Contains(string(documented), "--"+name) {
			t.Errorf("docs/reference/telegram.md lacks --%s", name)
		}
	}
	if names != 26 {
		t.Errorf("%d flags were found in %s", names, out)
	}
	for _, variable := range []string{tokenVariable, keyVariable} {
		if !strings.Contains(string(documented), variable) || !strings.Contains(out, variable) {
			t.Errorf("docs/reference/telegram.md or the help lacks %s", variable)
		}
	}
}

// TestFailures checks what is found only when it runs.
func TestFailures(t *testing.T) {
	tg := telegramtest.New(t)
	t.Setenv("BOT_TELEGRAM_URL", tg.URL)
	t.Setenv(tokenVariable, "1:another_token_another_token")
	if code, _, errs := bot(t); code != exitFailed || !strings.Contains(errs, "copy it again from @BotFather") || strings.Contains(errs, "another") {
		t.Errorf("a token that Telegram doesn't know: exit status %d, %s", code, errs)
	}
	t.Setenv(tokenVariable, telegramtest.Token)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	if code, _, errs := bot(t, "--host", "127.0.0.1", "--port", port); code != exitFailed || !strings.Contains(errs, "name another with --port") {
		t.Errorf("a port in use: exit status %d, %s", code, errs)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	if code := run(ctx, []string{"--task", "chat"}, &out, &errs); code != 0 || !strings.Contains(out.String(), `"stopped"`) || errs.Len() > 0 {
		t.Errorf("stopped at once: exit status %d, %s%s", code, &out, &errs)
	}
}
