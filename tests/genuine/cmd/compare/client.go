package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

type object = map[string]any

// answer is a text with its tokens, as the scorer gives it.
type answer struct {
	Text     string
	Finish   string
	Prompt   int       // tokens
	Tokens   []string  // names; the end token isn't among them
	Logprobs []float64 // of Tokens
}

// post sends a body to the scorer and decodes the answer.
func post(ctx context.Context, url string, body, to any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(data))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %s", resp.StatusCode, got)
	}
	return json.Unmarshal(got, to)
}

// continued sends a prompt as its user would: a text to /v1/completions, or
// messages to /v1/chat/completions.
func continued(ctx context.Context, url string, p *prompt, n int, more object) (*answer, error) {
	body := object{"max_tokens": n, "temperature": 0}
	for k, v := range more {
		body[k] = v
	}
	if p.Messages != nil {
		return chatted(ctx, url, p, body)
	}
	body["prompt"], body["logprobs"] = p.Text, 0
	var got struct {
		Choices []struct {
			Text     string
			Finish   string `json:"finish_reason"`
			Logprobs struct {
				Tokens   []string
				Logprobs []float64 `json:"token_logprobs"`
			}
		}
		Usage struct {
			Prompt int `json:"prompt_tokens"`
		}
	}
	if err := post(ctx, url+"/v1/completions", body, &got); err != nil {
		return nil, err
	}
	c := got.Choices[0]
	return &answer{c.Text, c.Finish, got.Usage.Prompt, c.Logprobs.Tokens, c.Logprobs.Logprobs}, nil
}

func chatted(ctx context.Context, url string, p *prompt, body object) (*answer, error) {
	body["messages"], body["logprobs"] = p.Messages, true
	var got struct {
		Choices []struct {
			Message  message
			Finish   string `json:"finish_reason"`
			Logprobs struct {
				Content []struct {
					Token   string
					Logprob float64
				}
			}
		}
		Usage struct {
			Prompt int `json:"prompt_tokens"`
		}
	}
	if err := post(ctx, url+"/v1/chat/completions", body, &got); err != nil {
		return nil, err
	}
	c := got.Choices[0]
	a := &answer{Text: c.Message.Content, Finish: c.Finish, Prompt: got.Usage.Prompt}
	for _, t := range c.Logprobs.Content {
		a.Tokens, a.Logprobs = append(a.Tokens, t.Token), append(a.Logprobs, t.Logprob)
	}
	return a, nil
}

// serving runs fn with a scorer that serves the folder.
func serving(ctx context.Context, folder string, options []string, fn func(p *scorerproc.Process) error) error {
	p, err := scorerproc.Start(ctx, folder, options...)
	if err != nil {
		return err
	}
	defer p.Kill()
	return fn(p)
}

// peakMemory is the most that a process has had resident, in bytes.
func peakMemory(pid int) (float64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return 1024 * kib, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no VmHWM", pid)
}
