package generation

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
)

// Names that exporters of decoders agree on.
const (
	inputIDs      = "input_ids"
	attentionMask = "attention_mask"
	positionIDs   = "position_ids"
	logitsName    = "logits"
	pastPrefix    = "past_key_values."
	presentPrefix = "present."
)

// layer is one pair of past and present keys and values.
type layer struct {
	pastKey, pastValue, presentKey, presentValue string
	kvHeads, headSize                            int
	window                                       int  // tokens seen, 0 for all
	windowed                                     bool // the cache holds the window alone
}

// rowBytes is what one token takes in one kv head's keys or values.
func (l *layer) rowBytes(t onnx.ElemType) int { return l.headSize * t.Size() }

// Heads are config.json's numbers of attention heads. 0 means that it doesn't
// say.
type Heads struct {
	KeyValue int // num_key_value_heads
	Size     int // head_dim
}

// geometry is what a decoder's graph says of itself.
type geometry struct {
	layers []layer
	kv     onnx.ElemType
	logits onnx.ElemType
	vocab  int
	// shared: attention is GroupQueryAttention, so past and present may be one
	// buffer. Otherwise each step writes a longer copy.
	shared    bool
	positions bool // takes position_ids
	mask      bool // takes attention_mask
	keep      bool // takes graph.LogitsToKeep: how many last positions have logits
	pruned    bool // logits of the last position alone
}

// newGeometry reads a graph's signature, and config.json's head counts where
// the graph leaves them open. What the graph has and a decoder can't is an
// error that names it.
func newGeometry(path string, s *graph.Signature, heads Heads) (*geometry, error) {
	g := &geometry{}
	fail := func(format string, args ...any) (*geometry, error) {
		return nil, fmt.Errorf("%s: %s: export the model with onnxruntime-genai's builder", path, fmt.Sprintf(format, args...))
	}
	known := map[string]bool{inputIDs: true}
	for _, in := range s.Inputs {
		switch {
		case in.Name == inputIDs:
			if onnx.ElemType(in.ElemType) != onnx.Int64 {
				return fail("%s has element type %d, int64 (7) is needed", inputIDs, in.ElemType)
			}
		case in.Name == attentionMask:
			g.mask = true
		case in.Name == positionIDs:
			g.positions = true
		case in.Name == graph.LogitsToKeep:
			g.keep = true
		case strings.HasPrefix(in.Name, pastPrefix):
		default:
			return fail("it has the input %s, whose meaning isn't known", in.Name)
		}
	}
	if _, ok := s.Input(inputIDs); !ok {
		return fail("it has no input %s", inputIDs)
	}
	for i := 0; ; i++ {
		key, ok := s.Input(pastPrefix + strconv.Itoa(i) + ".key")
		if !ok {
			break
		}
		l, err := newLayer(s, i, key, heads)
		if err != nil {
			return fail("%s", err)
		}
		if i == 0 {
			g.kv = onnx.ElemType(key.ElemType)
		}
		known[l.pastKey], known[l.pastValue] = true, true
		g.layers = append(g.layers, l)
	}
	if len(g.layers) == 0 {
		return fail("it has no inputs %sN.key, so it keeps no keys and values between tokens", pastPrefix)
	}
	if g.kv != onnx.Float32 && g.kv != onnx.Float16 {
		return fail("its keys and values have element type %d, float (1) or float16 (10) is needed", g.kv)
	}
	for _, in := range s.Inputs {
		if strings.HasPrefix(in.Name, pastPrefix) && !known[in.Name] {
			return fail("it has the input %s, but not the ones of the layers before it", in.Name)
		}
	}
	at := s.LogitsOutput()
	if at < 0 || len(s.Outputs[at].Shape) != 3 || s.Outputs[at].Shape[2] < 1 {
		return fail("it has no output %s of the shape [batch, sequence, vocabulary]", logitsName)
	}
	g.logits, g.vocab = onnx.ElemType(s.Outputs[at].ElemType), int(s.Outputs[at].Shape[2])
	g.pruned = s.Outputs[at].Shape[1] == 1
	if g.logits != onnx.Float32 && g.logits != onnx.Float16 {
		return fail("%s has element type %d, float (1) or float16 (10) is needed", logitsName, g.logits)
	}
	if err := g.attention(s.Attention); err != nil {
		return fail("%s", err)
	}
	return g, nil
}

func newLayer(s *graph.Signature, i int, key graph.Value, heads Heads) (layer, error) {
	n := strconv.Itoa(i)
	l := layer{
		pastKey: key.Name, pastValue: pastPrefix + n + ".value",
		presentKey: presentPrefix + n + ".key", presentValue: presentPrefix + n + ".value",
	}
	if _, ok := s.Input(l.pastValue); !ok {
		return l, fmt.Errorf("it has %s but not %s", l.pastKey, l.pastValue)
	}
	for _, name := range []string{l.presentKey, l.presentValue} {
		found := false
		for _, out := range s.Outputs {
			found = found || out.Name == name
		}
		if !found {
			return l, fmt.Errorf("it has %s but not the output %s", l.pastKey, name)
		}
	}
	if len(key.Shape) != 4 {
		return l, fmt.Errorf("%s has the shape %v, [batch, kv heads, tokens, head size] is needed", key.Name, key.Shape)
	}
	for _, d := range []struct {
		field         string
		graph, config int
		to            *int
	}{{"num_key_value_heads", int(key.Shape[1]), heads.KeyValue, &l.kvHeads}, {"head_dim", int(key.Shape[3]), heads.Size, &l.headSize}} {
		if d.graph > 0 && d.config > 0 && d.graph != d.config {
			return l, fmt.Errorf("%s has %d where config.json's %s is %d", key.Name, d.graph, d.field, d.config)
		}
		if *d.to = max(d.graph, d.config); *d.to < 1 {
			return l, fmt.Errorf("neither %s nor config.json's %s says how many there are", key.Name, d.field)
		}
	}
	return l, nil
}

// attention adds what the GroupQueryAttention nodes say.
func (g *geometry) attention(nodes []graph.Attention) error {
	if len(nodes) == 0 {
		return nil
	}
	byKey := map[string]graph.Attention{}
	for _, a := range nodes {
		byKey[a.PastKey] = a
	}
	for i := range g.layers {
		l := &g.layers[i]
		a, ok := byKey[l.pastKey]
		if !ok || a.PastValue != l.pastValue {
			return fmt.Errorf("some of its layers have GroupQueryAttention, but that of %s doesn't", l.pastKey)
		}
		l.window, l.windowed = a.Window, a.WindowedCache
	}
	g.shared = true
	return nil
}

// checkWindows refuses a graph whose layers see more or fewer tokens than config.json says,
// where texts are long enough for it to matter: exporters are known to lose windows.
func (g *geometry) checkWindows(path string, o Options) error {
	if !g.shared || o.Windows == nil {
		return nil
	}
	if len(o.Windows) != len(g.layers) {
		return fmt.Errorf("%s has %d layers, by config.json it is %d: export the model again", path, len(g.layers), len(o.Windows))
	}
	for i := range g.layers {
		want, got := o.Windows[i], g.layers[i].window
		if seen(want, o.ContextWindow) == seen(got, o.ContextWindow) {
			continue
		}
		least := min(seen(want, o.ContextWindow), seen(got, o.ContextWindow))
		return fmt.Errorf("%s: layer %d sees %s, by config.json it is %s, so texts of more than %d tokens would come out wrong: "+
			"lower --context-window to that, export the model again, or make the graph of its weights with scorer import", path, i, tokens(got), tokens(want), least)
	}
	return nil
}

// seen is how many tokens a token sees at most; a window of 0 means all.
func seen(window, context int) int {
	if window <= 0 {
		return context
	}
	return min(window, context)
}

func tokens(window int) string {
	if window <= 0 {
		return "all tokens"
	}
	return fmt.Sprintf("%d tokens", window)
}

// TokenBytes is what a token takes in the caches that hold every token.
func (g *geometry) tokenBytes() int {
	n := 0
	for i := range g.layers {
		if l := &g.layers[i]; !l.windowed {
			n += 2 * l.kvHeads * l.rowBytes(g.kv)
		}
	}
	return n
}

// windowBytes is what a conversation takes in the caches that hold a window.
func (g *geometry) windowBytes() int {
	n := 0
	for i := range g.layers {
		if l := &g.layers[i]; l.windowed {
			n += 2 * l.kvHeads * l.rowBytes(g.kv) * windowedCapacity(l.window)
		}
	}
	return n
}

// windowSlack is how many tokens over its window a windowed cache has room
// for. The operator moves its rows only once the slack is used up.
const windowSlack = 128

func windowedCapacity(window int) int { return window + windowSlack }

// windowedEnd is where in a windowed cache the next token goes after past
// tokens. It is a function of past alone, as in ONNX Runtime's operator.
func windowedEnd(past, window int) int {
	capacity := windowedCapacity(window)
	if past <= capacity {
		return past
	}
	gap := windowSlack + 1
	return past - gap*((past-capacity+gap-1)/gap)
}

// reclaimed is how many tokens a windowed cache has dropped by then.
func reclaimed(past, window int) int { return past - windowedEnd(past, window) }
