package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// text is a held-out review with its labels' numbers.
type text struct {
	Text           string
	Tokens         int
	Opinion, Topic int
}

func (t text) label(name string) int {
	if name == "topic" {
		return t.Topic
	}
	return t.Opinion
}

func readLines[T any](path string) (all []T, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(data) {
		var v T
		if err := json.Unmarshal(line, &v); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, v)
	}
	return all, nil
}

func rows(lines []map[string][]float32, name string) (out [][]float32) {
	for _, line := range lines {
		out = append(out, line[name])
	}
	return out
}

// answers are the logits that the scorer gave for each text.
type answers struct {
	fp32, int8 [][]float32
	record     modelstore.Record // of int8
}

// measure serves a folder as `scorer optimize` prepares it in either precision.
func measure(ctx context.Context, folder string, texts []text) (a answers, err error) {
	labels, err := labelsOf(folder)
	if err != nil {
		return a, err
	}
	for precision, to := range map[graph.Precision]*[][]float32{graph.FP32: &a.fp32, graph.Int8: &a.int8} {
		record, err := optimize(ctx, folder, precision)
		if err != nil {
			return a, err
		}
		if precision == graph.Int8 {
			a.record = record
		}
		if *to, err = served(ctx, folder, labels, texts); err != nil {
			return a, err
		}
	}
	return a, nil
}

// optimize returns the record of what it made.
func optimize(ctx context.Context, folder string, precision graph.Precision) (record modelstore.Record, err error) {
	cmd, err := scorerproc.Command(ctx, "optimize", "--model-dir", folder, "--precision", string(precision))
	if err != nil {
		return record, err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return record, fmt.Errorf("optimize: %w: %s", err, out)
	}
	data, err := os.ReadFile(filepath.Join(folder, modelstore.OptimizedDir, modelstore.RecordFile))
	if err == nil {
		err = json.Unmarshal(data, &record)
	}
	if err == nil && record.Precision != string(precision) {
		err = fmt.Errorf("it was prepared in %s, not in %s", record.Precision, precision)
	}
	return record, err
}

// served sends all texts, 32 a request, and returns their logits by number.
func served(ctx context.Context, folder string, labels map[string]int, texts []text) ([][]float32, error) {
	p, err := scorerproc.Start(ctx, folder)
	if err != nil {
		return nil, err
	}
	defer p.Kill()
	client := api.Client{URL: p.URL}
	var out [][]float32
	for group := range slices.Chunk(texts, 32) {
		var inputs []string
		for _, t := range group {
			inputs = append(inputs, t.Text)
		}
		cut := false
		lists, err := client.ScoreWith(ctx, inputs, api.Parameters{Function: "none", Truncation: &cut})
		if err != nil {
			return nil, err
		}
		for _, list := range lists {
			row := make([]float32, len(labels))
			for _, s := range list {
				row[labels[s.Label]] = s.Score
			}
			out = append(out, row)
		}
	}
	return out, nil
}

// labelsOf are the labels' numbers by config.json.
func labelsOf(folder string) (map[string]int, error) {
	var config struct {
		Numbers map[string]int `json:"label2id"`
	}
	data, err := os.ReadFile(filepath.Join(folder, "config.json"))
	if err == nil {
		err = json.Unmarshal(data, &config)
	}
	return config.Numbers, err
}
