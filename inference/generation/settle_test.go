package generation

import (
	"path/filepath"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// ending is a sink that tells the end alone.
type ending chan Result

func (e ending) Token(int32, []sampling.Logprob) bool { return true }
func (e ending) Done(r Result)                        { e <- r }

// TestHugePagesWaitForTheFirstAnswer, which warming up isn't.
func TestHugePagesWaitForTheFirstAnswer(t *testing.T) {
	onnxtest.Init(t)
	for _, answered := range []bool{false, true} {
		e, err := Load(filepath.Join(goldens.ModelDir("gemma-tiny-chat"), "model.onnx"), Heads{KeyValue: 1, Size: 32}, Options{ContextWindow: 64})
		if err != nil {
			t.Fatal(err)
		}
		requests := []*Request{{WarmUp: true}}
		if answered {
			requests = append(requests, &Request{})
		}
		for _, r := range requests {
			ended := make(ending, 1)
			r.Tokens, r.MaxTokens, r.Sampling, r.Sink = []int32{1, 2}, 2, sampling.Greedy(), ended
			if _, err := e.Submit(r); err != nil {
				t.Fatal(err)
			}
			if result := <-ended; result.Err != nil {
				t.Fatal(result.Err)
			}
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if e.settled != answered {
			t.Errorf("answered %t, settled %t", answered, e.settled)
		}
	}
}
