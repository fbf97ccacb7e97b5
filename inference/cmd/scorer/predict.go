package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

type predictCmd struct {
	Model  modelOptions `embed:""`
	Limits limitOptions `embed:""`
	TopK   int          `env:"SCORER_TOP_K" default:"1" help:"Labels for each line; with more than one, a line of output is a list."`
}

// Run scores the lines of standard input in order. A line is answered as soon
// as no more of them are there to be scored together.
func (c *predictCmd) Run(ctx context.Context, s streams) error {
	if err := c.Limits.check(); err != nil {
		return err
	}
	if c.TopK < 1 {
		return outOfRange("top-k", c.TopK, "1 or more")
	}
	classifier, err := c.Model.classifier(c.Limits.pipeline(nil))
	if err != nil {
		return err
	}
	bar := progress(s.err, "scoring", -1)
	if isTerminal(s.in) { // someone types there
		bar = progress(io.Discard, "", -1)
	}
	out := bufio.NewWriter(s.out)
	number := 0
	for input := read(ctx, s.in, c.Limits.MaxClientBatchSize); err == nil; {
		var l lines
		var more bool
		select {
		case l, more = <-input:
		case <-ctx.Done():
		}
		if !more {
			break
		}
		if err = l.err; err == nil {
			err = c.score(ctx, classifier, out, l.texts, number)
		}
		number += len(l.texts)
		_ = bar.Clear() // both may go to one terminal
		err = errors.Join(err, out.Flush())
		_ = bar.Add(len(l.texts))
	}
	_ = bar.Finish()
	return errors.Join(err, ctx.Err(), classifier.Close(context.WithoutCancel(ctx)))
}

func (c *predictCmd) score(ctx context.Context, classifier *pipeline.Classifier, out io.Writer, texts []string, before int) error {
	result, err := classifier.Classify(ctx, pipeline.ClassifyRequest{Texts: texts, TopK: c.TopK, Truncate: c.Limits.Truncation})
	var long *pipeline.TooLongError
	if errors.As(err, &long) {
		return fmt.Errorf("line %d has more than %d tokens, which the model takes: shorten it, or leave out --no-truncation", before+long.Index+1, long.Limit)
	}
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	for _, scores := range result.Scores {
		var line any = scores
		if c.TopK == 1 {
			line = scores[0]
		}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// lines are some that were read together, or why there are no more.
type lines struct {
	texts []string
	err   error
}

// read reads up to n lines at a time until the input or ctx ends. A read can't
// be interrupted, so it has a goroutine of its own, which the process's end
// may have to end.
func read(ctx context.Context, in io.Reader, n int) <-chan lines {
	input := make(chan lines)
	go func() {
		defer close(input)
		r := bufio.NewReaderSize(in, 1<<20)
		for more := true; more; {
			var l lines
			l.texts, more, l.err = readLines(r, n)
			if l.err == nil && len(l.texts) == 0 {
				continue
			}
			more = more && l.err == nil
			select {
			case input <- l:
			case <-ctx.Done():
				return
			}
		}
	}()
	return input
}

// readLines reads up to n lines, but waits for the first one alone. The end of
// the last line may be missing.
func readLines(r *bufio.Reader, n int) (texts []string, more bool, err error) {
	for len(texts) < n && (len(texts) == 0 || r.Buffered() > 0) {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			if line != "" {
				texts = append(texts, line)
			}
			return texts, false, nil
		}
		if err != nil {
			return texts, false, fmt.Errorf("standard input: %w", err)
		}
		texts = append(texts, strings.TrimRight(line, "\r\n"))
	}
	return texts, true, nil
}

// progress is a bar on w if that is a terminal, else nothing. total is -1 if
// it isn't known.
func progress(w io.Writer, what string, total int64) *progressbar.ProgressBar {
	if !isTerminal(w) {
		return progressbar.DefaultSilent(total, what)
	}
	return progressbar.NewOptions64(total, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(w),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
