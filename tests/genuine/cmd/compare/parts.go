package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// optimize runs check and optimize on each folder.
func (c *comparison) optimize(ctx context.Context) error {
	for _, name := range []string{"fp32", "int4", "plain"} {
		folder := filepath.Join(c.folder, name)
		for _, command := range []string{"check", "optimize"} {
			cmd, err := scorerproc.Command(ctx, command, "--model-dir", folder)
			if err != nil {
				return err
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("%s of %s: %w: %s", command, name, err, out)
			}
		}
		before, err := weights(folder)
		if err != nil {
			return err
		}
		after, err := weights(filepath.Join(folder, modelstore.OptimizedDir))
		if err != nil {
			return err
		}
		c.document.row("loading", fmt.Sprintf("%s: `scorer check`, `scorer optimize`", name),
			fmt.Sprintf("both succeed; %.0f MB of graph and weights become %.0f", before/1e6, after/1e6))
	}
	return nil
}

// weights is the size of a folder's graphs with their weights, in bytes.
func weights(folder string) (n float64, err error) {
	for _, pattern := range []string{"*.onnx*", "onnx/*.onnx*"} {
		paths, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return 0, err
		}
		for _, path := range paths {
			info, err := os.Stat(path)
			if err != nil {
				return 0, err
			}
			n += float64(info.Size())
		}
	}
	return n, nil
}

func (c *comparison) fp32(ctx context.Context) error {
	return c.against(ctx, "fp32", "transformers, fp32", c.reference.fp32)
}

func (c *comparison) int4(ctx context.Context) error {
	return c.against(ctx, "int4", "onnxruntime-genai, int4", c.reference.int4)
}

func (c *comparison) chunks(ctx context.Context) error {
	return c.against(ctx, "int4", "onnxruntime-genai, int4, made to read prompts in chunks of 64 too", c.reference.chunks)
}

func (c *comparison) plain(ctx context.Context) error {
	return c.against(ctx, "plain", "transformers, fp32", c.reference.fp32)
}

// itself compares what onnxruntime-genai wrote with what it wrote after reading
// prompts in chunks: what the way of reading alone changes.
func (c *comparison) itself(context.Context) error {
	same := 0
	for i, chunked := range c.reference.chunks {
		if whole := c.reference.int4[i]; whole != nil && slices.Equal(whole.Tokens, chunked.Tokens) {
			same++
		}
	}
	c.document.row("tokens", "onnxruntime-genai, int4, with itself in chunks of 64", fmt.Sprintf("%d of %d", same, len(c.reference.chunks)))
	return nil
}

// against compares a folder's greedy texts with recorded ones.
func (c *comparison) against(ctx context.Context, name, with string, of map[int]*recorded) error {
	a, err := c.greedy(ctx, filepath.Join(c.folder, name), of)
	if err != nil {
		return err
	}
	c.document.row("tokens", fmt.Sprintf("%s with %s, prompts of %d tokens together", name, with, a.tokens), a.String())
	c.document.row("tokens", fmt.Sprintf("%s with %s: largest difference of a log probability before they part", name, with), fmt.Sprintf("%.2g", a.furthest))
	if a.ids > 0 {
		return fmt.Errorf("%d prompts have another number of tokens than the reference's", a.ids)
	}
	for _, d := range a.differing {
		c.document.differs(fmt.Sprintf("%s with %s, %s: token %d, led by %.4f", name, with, d.name, d.step+1, d.margin))
	}
	return nil
}

// tied is what `scorer optimize` sees of an embedding that is tied to its head.
func (c *comparison) tied(ctx context.Context) error {
	for _, embedding := range []string{"tied", "auto"} {
		out, err := os.MkdirTemp(c.folder, "tied-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(out) }()
		cmd, err := scorerproc.Command(ctx, "optimize", "--model-dir", filepath.Join(c.folder, "int4-embedding"), "--output", out, "--embedding", embedding)
		if err != nil {
			return err
		}
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
		var record modelstore.Record
		data, err := os.ReadFile(filepath.Join(out, modelstore.RecordFile))
		if err != nil {
			return err
		}
		if err := json.Unmarshal(data, &record); err != nil {
			return err
		}
		seen := record.Check.Embedding
		if seen == nil {
			return fmt.Errorf("%s records nothing of the embedding", modelstore.RecordFile)
		}
		size, err := weights(out)
		if err != nil {
			return err
		}
		c.document.row("embedding", "`--embedding "+embedding+"`", fmt.Sprintf("%s, %.0f MB; on %d tokens of text the most probable token is the same before %.1f %%, perplexity %.2f with its own, %.2f tied (%+.1f %%, margin %.1f)",
			map[bool]string{true: "tied", false: "its own"}[seen.Tied], size/1e6, seen.Tokens, 100*seen.SameToken, seen.OwnPerplexity, seen.TiedPerplexity, 100*seen.Increase, 100*seen.Margin))
	}
	return nil
}
