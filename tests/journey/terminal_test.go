package journey

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// terminal is a bash in which a person types one block after the other:
// variables and the folder stay.
type terminal struct {
	t        *testing.T
	shell    *exec.Cmd
	input    io.WriteCloser
	statuses *bufio.Reader
	folder   string // of what is typed and printed
	typed    int
}

// patience is how long a block may take.
const patience = 5 * time.Minute

func openTerminal(t *testing.T, dir string, environment []string) *terminal {
	t.Helper()
	s := &terminal{t: t, shell: exec.Command("bash", "--noprofile", "--norc"), folder: t.TempDir()}
	s.shell.Dir, s.shell.Env = dir, environment
	s.shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.shell.ExtraFiles = []*os.File{writer}
	if s.input, err = s.shell.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := s.shell.Start(); err != nil {
		t.Fatal(err)
	}
	_ = writer.Close()
	s.statuses = bufio.NewReader(reader)
	t.Cleanup(func() {
		_ = syscall.Kill(-s.shell.Process.Pid, syscall.SIGKILL) // with what it has started
		_ = s.shell.Wait()
		_ = reader.Close()
	})
	return s
}

// run types commands, answers what they ask with lines, and returns the status of
// the first that fails, or 0, and what was printed.
func (s *terminal) run(commands string, answers ...string) (status int, output string) {
	s.t.Helper()
	s.typed++
	name := filepath.Join(s.folder, strconv.Itoa(s.typed))
	// A variable that nobody has set, or a command that fails, ends the block.
	script := "set -uo pipefail; trap 'return $?' ERR\n" + commands
	for suffix, text := range map[string]string{".sh": script, ".in": strings.Join(append(answers, ""), "\n")} {
		if err := os.WriteFile(name+suffix, []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	said := make(chan string, 1)
	go func() {
		line, _ := s.statuses.ReadString('\n') // ends with the shell
		said <- strings.TrimSpace(line)
	}()
	// The descriptor of statuses is the shell's own: what stays in the background
	// doesn't hold it.
	if _, err := fmt.Fprintf(s.input, ". %s.sh <%[1]s.in >%[1]s.out 2>&1 3>&-; echo $? >&3\n", name); err != nil {
		s.t.Fatal(err)
	}
	printed := func() string {
		text, err := os.ReadFile(name + ".out")
		if err != nil {
			s.t.Fatal(err)
		}
		return string(text)
	}
	select {
	case line := <-said:
		status, err := strconv.Atoi(line)
		if err != nil {
			s.t.Fatalf("the shell ended:\n%s\n%s", commands, printed())
		}
		return status, printed()
	case <-time.After(patience):
		s.t.Fatalf("not done within %v:\n%s\n%s", patience, commands, printed())
	}
	return 0, ""
}

func TestTerminal(t *testing.T) {
	s := openTerminal(t, t.TempDir(), os.Environ())
	for _, c := range []struct {
		commands, answer, output string
		status                   int
	}{
		{"A=1\ncd /", "", "", 0},
		{`echo "$A $PWD"`, "", "1 /\n", 0},
		{"read -r line; echo got $line", "yes", "got yes\n", 0},
		{"echo one\n(exit 3)\necho two", "", "one\n", 3},
		{"false | true\necho on", "", "", 1},
		{"if false; then echo no; fi; false || echo or", "", "or\n", 0},
	} {
		if status, output := s.run(c.commands, c.answer); status != c.status || output != c.output {
			t.Errorf("%q: status %d, %q", c.commands, status, output)
		}
	}
}
