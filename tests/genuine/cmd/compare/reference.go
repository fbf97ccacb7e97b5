package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// reference is what tests/reference/genuine_reference.py recorded.
type reference struct {
	versions  map[string]string
	newTokens int
	prompts   []prompt
	fp32      map[int]*recorded // by prompt
	int4      map[int]*recorded // onnxruntime-genai reads prompts whole
	chunks    map[int]*recorded // and in the scorer's chunks
}

// prompt has a text or messages, and the ids that they are.
type prompt struct {
	Name     string
	Text     string
	Messages []message
	IDs      []int32
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// recorded is a text that an implementation wrote, greedily.
type recorded struct {
	Prompt   int
	Tokens   []int32      // the end token included, if it came
	Logprobs []float64    // of Tokens
	Rivals   [][2]float64 // of each step: the second best's id and log probability
	Seconds  float64
}

// margin is by how much the log probability of a step's token leads.
func (r *recorded) margin(step int) float64 { return r.Logprobs[step] - r.Rivals[step][1] }

func readReference(folder string) (*reference, error) {
	dir := filepath.Join(folder, "reference")
	data, err := os.ReadFile(filepath.Join(dir, "prompts.json"))
	if err != nil {
		return nil, err
	}
	var head struct {
		Versions  map[string]string
		NewTokens int `json:"new_tokens"`
		Prompts   []prompt
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, err
	}
	r := &reference{versions: head.Versions, newTokens: head.NewTokens, prompts: head.Prompts}
	for name, to := range map[string]*map[int]*recorded{"fp32.jsonl": &r.fp32, "int4.jsonl": &r.int4, "int4-chunks.jsonl": &r.chunks} {
		if *to, err = readRecorded(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func readRecorded(path string) (map[int]*recorded, error) {
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	all := map[int]*recorded{}
	for line := range bytes.Lines(data) {
		r := &recorded{}
		if err := json.Unmarshal(line, r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all[r.Prompt] = r
	}
	return all, nil
}
