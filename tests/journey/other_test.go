package journey

import (
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// other is another terminal, in which a block runs until Ctrl-C.
type other struct {
	t     *testing.T
	block block
	shell *exec.Cmd
	log   scorerproc.Buffer
	begun time.Time
	ended chan struct{}
}

// start runs a block in another terminal.
func (p *traveller) start(b block, variables ...string) *other {
	p.t.Helper()
	o := &other{t: p.t, block: b, begun: time.Now(), ended: make(chan struct{})}
	o.shell = exec.Command("bash", "--noprofile", "--norc", "-euo", "pipefail", "-c", b.text)
	o.shell.Dir, o.shell.Env, o.shell.Stdout, o.shell.Stderr = p.clone, append(slices.Clone(p.environment), variables...), &o.log, &o.log
	o.shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := o.shell.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() {
		_ = o.shell.Wait()
		close(o.ended)
	}()
	p.t.Cleanup(func() { o.signal(syscall.SIGKILL) })
	return o
}

// await waits for what the block is to come to.
func (o *other) await(what string, reached func() bool) {
	o.t.Helper()
	for !reached() {
		select {
		case <-o.ended:
			o.t.Fatalf("%s:%d ended before it was %s: %v\n%s", o.block.page, o.block.line, what, o.shell.ProcessState, o.log.String())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Since(o.begun) > patience {
			o.t.Fatalf("%s:%d isn't %s after %v\n%s", o.block.page, o.block.line, what, patience, o.log.String())
		}
	}
	o.t.Logf("%s:%d (%s after %.1f s)\n%s", o.block.page, o.block.line, what, time.Since(o.begun).Seconds(), o.block.text)
}

// interrupt sends what Ctrl-C does, to all that runs in the terminal, and returns the
// status and what was printed.
func (o *other) interrupt() (status int, output string) {
	o.signal(syscall.SIGINT)
	return o.shell.ProcessState.ExitCode(), o.log.String()
}

func (o *other) signal(s syscall.Signal) {
	_ = syscall.Kill(-o.shell.Process.Pid, s)
	<-o.ended
}
