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

	"azure-nlp-endpoint/inference/graph"
	"azure-nlp-endpoint/inference/modelstore"
	"azure-nlp-endpoint/inference/optimize"
	"azure-nlp-endpoint/inference/pipeline"
)

type checkCmd struct {
	Model  modelOptions `embed:""`
	Limits limitOptions `embed:""`
}

// Run loads the model and runs it once, as serve would.
func (c *checkCmd) Run(ctx context.Context, s streams) error {
	if err := c.Limits.check(); err != nil {
		return err
	}
	folder, classifier, err := c.Model.load(pipeline.Options{
		MaxBatchTokens: c.Limits.MaxBatchTokens, MaxConcurrentRequests: c.Limits.MaxConcurrentRequests, MaxInputTokens: c.Limits.MaxInputLength,
	})
	if err != nil {
		return err
	}
	if err := errors.Join(classifier.Warm(ctx), classifier.Close(ctx)); err != nil {
		return err
	}
	i := classifier.Info()
	_, err = fmt.Fprintf(s.out, "model      %s (%s)\ngraph      %s\nlayout     %s, %s\nlabels     %s\nmax input  %d tokens\n",
		i.Name, i.Architecture, i.GraphFile, i.Layout, i.Precision, strings.Join(i.Labels, ", "), i.MaxTokens)
	if err == nil && folder.Remark != "" {
		_, err = fmt.Fprintf(s.out, "note       %s\n", folder.Remark)
	}
	if err == nil {
		_, err = fmt.Fprintln(s.out, "ok")
	}
	return err
}

type predictCmd struct {
	Model  modelOptions `embed:""`
	Limits limitOptions `embed:""`
	TopK   int          `env:"SCORER_TOP_K" default:"1" help:"Labels for each line; with more than one, a line of output is a list."`
}

// Run scores the lines of standard input in order.
func (c *predictCmd) Run(ctx context.Context, s streams) error {
	if err := c.Limits.check(); err != nil {
		return err
	}
	if c.TopK < 1 {
		return outOfRange("top-k", c.TopK, "1 or more")
	}
	_, classifier, err := c.Model.load(pipeline.Options{
		MaxBatchTokens: c.Limits.MaxBatchTokens, MaxConcurrentRequests: c.Limits.MaxConcurrentRequests, MaxInputTokens: c.Limits.MaxInputLength,
	})
	if err != nil {
		return err
	}
	bar := progress(s.err, "scoring", -1)
	lines := bufio.NewReader(s.in)
	out := bufio.NewWriter(s.out)
	number := 0
	for more := true; more && err == nil; {
		var texts []string
		texts, more, err = readLines(lines, c.Limits.MaxClientBatchSize)
		if err == nil && len(texts) > 0 {
			err = c.score(ctx, classifier, out, texts, number)
			number += len(texts)
			_ = bar.Add(len(texts))
		}
		err = errors.Join(err, out.Flush())
	}
	_ = bar.Finish()
	return errors.Join(err, classifier.Close(ctx))
}

func (c *predictCmd) score(ctx context.Context, classifier *pipeline.Classifier, out io.Writer, texts []string, before int) error {
	result, err := classifier.Classify(ctx, pipeline.Request{Texts: texts, TopK: c.TopK, Truncate: c.Limits.Truncation})
	var long *pipeline.TooLongError
	if errors.As(err, &long) {
		return fmt.Errorf("line %d has %d tokens, the model takes %d: shorten it, or leave out --no-truncation", before+long.Index+1, long.Tokens, long.Limit)
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

// readLines reads up to n lines. The end of the last line may be missing.
func readLines(r *bufio.Reader, n int) (lines []string, more bool, err error) {
	for len(lines) < n {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			if line != "" {
				lines = append(lines, line)
			}
			return lines, false, nil
		}
		if err != nil {
			return lines, false, err
		}
		lines = append(lines, strings.TrimRight(line, "\r\n"))
	}
	return lines, true, nil
}

// progress is a bar on w if that is a terminal, else nothing. total is -1 if
// it isn't known.
func progress(w io.Writer, what string, total int64) *progressbar.ProgressBar {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return progressbar.DefaultSilent(total, what)
	}
	return progressbar.NewOptions64(total, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(w),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
}

type optimizeCmd struct {
	ModelDir           string  `env:"SCORER_MODEL_DIR,AZUREML_MODEL_DIR" placeholder:"DIR" required:"" help:"Folder of the exported model."`
	ModelFile          string  `env:"SCORER_MODEL_FILE" placeholder:"FILE" help:"ONNX file in it, if it is not model.onnx or onnx/model.onnx."`
	Output             string  `env:"SCORER_OUTPUT" placeholder:"DIR" help:"Where the prepared model goes; its default is optimized/ in the model's folder."`
	Precision          string  `env:"SCORER_PRECISION" enum:"fp32,int8" default:"fp32" help:"Of the matrix products: ${enum}."`
	MaxScoreDifference float64 `env:"SCORER_MAX_SCORE_DIFFERENCE" default:"0.05" help:"How far an int8 score may be from the export's."`
	runtimeOptions
}

// Run prepares the folder. An export that isn't recognised isn't an error for
// whoever serves it, but it is for who asked to optimise it.
func (c *optimizeCmd) Run(ctx context.Context, s streams) error {
	if c.MaxScoreDifference <= 0 || c.MaxScoreDifference > 1 {
		return outOfRange("max-score-difference", c.MaxScoreDifference, "over 0 and up to 1")
	}
	folder, err := modelstore.Find(c.ModelDir, modelstore.Options{GraphFile: c.ModelFile, Plain: true})
	if err != nil {
		return err
	}
	if err := c.init(); err != nil {
		return err
	}
	start := time.Now()
	record, err := optimize.Run(ctx, optimize.Options{
		Folder: folder, Output: c.Output, Precision: graph.Precision(c.Precision), Tool: programVersion(),
		Threads: c.Threads, MaxScoreDifference: c.MaxScoreDifference,
	})
	var unknown *graph.NotRecognisedError
	if errors.As(err, &unknown) {
		return fmt.Errorf("%s: %w; it can be served as it is", folder.Graph, err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "optimised %s (%s) in %v; on %d texts logits differ by up to %.2g, scores by %.2g, and %.1f %% of the labels are the same\n",
		folder.Name, record.Precision, time.Since(start).Round(time.Millisecond), record.Check.Texts,
		record.Check.MaxLogitDifference, record.Check.MaxScoreDifference, 100*record.Check.SameLabel)
	return err
}
