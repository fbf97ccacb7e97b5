package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far something is: a bar on a terminal, elsewhere, as in
// CI's logs, a line for each tenth.
type progress struct {
	w     io.Writer
	what  string
	bar   *progressbar.ProgressBar
	tenth int64
}

// smallest is the size in bytes below which lines say nothing new.
const smallest = 64 << 20

func newProgress(w io.Writer, what string) *progress {
	p := &progress{w: w, what: what}
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.bar = progressbar.NewOptions64(1, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(w),
			progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	return p
}

// set is told how many bytes of how many are done. It isn't called twice at
// once.
func (p *progress) set(done, total int64) {
	if p.bar != nil {
		p.bar.ChangeMax64(max(total, 1))
		_ = p.bar.Set64(done)
		return
	}
	if total < smallest || done*10/total <= p.tenth {
		return
	}
	p.tenth = done * 10 / total
	_, _ = fmt.Fprintf(p.w, "%s: %d %% of %d MB\n", p.what, p.tenth*10, total/1_000_000)
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
