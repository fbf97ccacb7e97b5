package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestMasksStayWithinTheLogits has a tokenizer with more tokens than the model
// has logits, as Gemma 3's, and one with fewer.
func TestMasksStayWithinTheLogits(t *testing.T) {
	bpe, err := tokenizer.Load(goldens.ModelDir("gemma-tiny-chat") + "/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	within := `{"`
	for _, logits := range []int{bpe.VocabSize() - 1, bpe.VocabSize() - 1000, bpe.VocabSize(), bpe.VocabSize() + 100} {
		c, err := newFormats(bpe, logits).constraint(t.Context(), "", ResponseFormat{Type: FormatJSONObject}, []int32{1}, "")
		if err != nil {
			t.Fatal(err)
		}
		ids := bpe.Append(nil, tokenizer.Part{Text: within})
		for _, id := range ids {
			if !c.Accept(id) {
				t.Fatalf("token %d of %s is refused", id, within)
			}
		}
		some := 0
		for i, word := range c.Mask() {
			some += bits.OnesCount64(word)
			if word != 0 && 64*i+bits.Len64(word) > logits {
				t.Errorf("token %d may come, of %d logits", 64*i+bits.Len64(word)-1, logits)
			}
		}
		if some < 1000 {
			t.Errorf("only %d tokens may come in a string, of %d logits", some, logits)
		}
		if logits < bpe.VocabSize() && c.Accept(int32(logits)) {
			t.Errorf("token %d is accepted, of %d logits", logits, logits)
		}
	}
}

func TestStrictFormatsAreEnforced(t *testing.T) {
	bpe, err := tokenizer.Load(goldens.ModelDir("gemma-tiny-chat") + "/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	f := newFormats(bpe, bpe.VocabSize())
	r := ResponseFormat{Type: FormatJSONSchema, Schema: json.RawMessage(`{"type": "string", "format": "color"}`)}
	if _, err := f.constraint(t.Context(), "", r, nil, ""); err != nil {
		t.Error(err)
	}
	r.Strict = true
	var invalid *InvalidError
	if _, err := f.constraint(t.Context(), "", r, nil, ""); !errors.As(err, &invalid) || !strings.Contains(err.Error(), `json_schema.schema, #: format is "color"`) {
		t.Errorf("%v", err)
	}
}

// held is a context that holds what looks at it.
type held struct {
	context.Context
	looked, release chan struct{}
}

func (h *held) Err() error {
	select {
	case h.looked <- struct{}{}:
	case <-h.release:
	}
	<-h.release
	return nil
}

// TestSchemasThatWaitAreLimited has as many schemas being compiled, and waiting, as
// may be.
func TestSchemasThatWaitAreLimited(t *testing.T) {
	bpe, err := tokenizer.Load(goldens.ModelDir("gemma-tiny-chat") + "/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	f := newFormats(bpe, bpe.VocabSize())
	compile := func(ctx context.Context, i int) error {
		_, err := f.constraint(ctx, "", ResponseFormat{Type: FormatJSONSchema, Schema: fmt.Appendf(nil, `{"type":"string","maxLength":%d}`, i)}, nil, "")
		return err
	}
	h := &held{t.Context(), make(chan struct{}), make(chan struct{})}
	var all sync.WaitGroup
	for i := range schemasAtOnce() {
		all.Go(func() {
			if err := compile(h, i); err != nil {
				t.Error(err)
			}
		})
		<-h.looked
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if err := compile(gone, 99); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that left: %v", err)
	}
	for i := range waitingSchemas {
		all.Go(func() {
			err := compile(t.Context(), 100+i)
			for ; errors.As(err, new(*turns.FullError)); err = compile(t.Context(), 100+i) {
				runtime.Gosched() // the one below, who asks how many wait, waited itself
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	var full *turns.FullError
	for until := time.Now().Add(30 * time.Second); !errors.As(compile(gone, 99), &full); runtime.Gosched() {
		if time.Now().After(until) {
			t.Fatal("more wait than may")
		}
	}
	if full.RetryAfter <= 0 || full.Waiting != waitingSchemas {
		t.Errorf("%+v", full)
	}
	close(h.release)
	all.Wait()
}
