package hostile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// spoil makes a folder hostile.
type spoil func(dir string) error

// edit changes a field of a JSON file, by its path.
func edit(file string, value any, fields ...string) spoil {
	return func(dir string) error {
		path := filepath.Join(dir, file)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		whole := map[string]any{}
		if err := json.Unmarshal(data, &whole); err != nil {
			return err
		}
		at := whole
		for _, name := range fields[:len(fields)-1] {
			at = at[name].(map[string]any)
		}
		at[fields[len(fields)-1]] = value
		if data, err = json.Marshal(whole); err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o600)
	}
}

// asSaved edits a tokenizer.json that is read as it is: of a model whose tokenizer has a
// class of its own, transformers makes some parts itself.
func asSaved(value any, fields ...string) spoil {
	return func(dir string) error {
		return errors.Join(edit("tokenizer_config.json", "TokenizersBackend", "tokenizer_class")(dir), edit("tokenizer.json", value, fields...)(dir))
	}
}

// link puts a link in a file's place.
func link(name, target string) spoil {
	return func(dir string) error {
		_ = os.Remove(filepath.Join(dir, name))
		return os.Symlink(target, filepath.Join(dir, name))
	}
}

// sized makes a file of a size, which takes no room.
func sized(name string, size int64) spoil {
	return func(dir string) error {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		return errors.Join(f.Truncate(size), f.Close())
	}
}

// pipe puts a pipe that nobody writes to in a file's place.
func pipe(name string) spoil {
	return func(dir string) error {
		_ = os.Remove(filepath.Join(dir, name))
		return syscall.Mkfifo(filepath.Join(dir, name), 0o600)
	}
}

// model changes the graph.
func model(change func(m *pb.ModelProto)) spoil {
	return func(dir string) error {
		path := filepath.Join(dir, "model.onnx")
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m := &pb.ModelProto{}
		if err := proto.Unmarshal(data, m); err != nil {
			return err
		}
		change(m)
		if data, err = proto.Marshal(m); err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o600)
	}
}

// external changes an entry of the first tensor whose data lie in another file.
func external(key, value string) spoil {
	return model(func(m *pb.ModelProto) {
		for _, t := range m.Graph.Initializer {
			for _, e := range t.ExternalData {
				if e.GetKey() == key {
					e.Value = &value
					return
				}
			}
		}
	})
}

func list[T any](n int, of func(i int) T) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = of(i)
	}
	return all
}

// sequences are a part of a tokenizer.json inside of itself.
func sequences(list string, depth int) any {
	var inner any = map[string]any{"type": "NFC"}
	for range depth {
		inner = map[string]any{"type": "Sequence", list: []any{inner}}
	}
	return inner
}

func replacements(n int, old, by string) any {
	return map[string]any{"type": "Sequence", "normalizers": list(n, func(int) any {
		return map[string]any{"type": "Replace", "pattern": map[string]any{"String": old}, "content": by}
	})}
}

func regex(pattern string) any {
	return map[string]any{"type": "Split", "pattern": map[string]any{"Regex": pattern}, "behavior": "Isolated", "invert": false}
}

// hostileChats are folders of a chat model, by what is wrong with them, and what the
// error has.
func hostileChats() map[string]struct {
	spoil spoil
	want  []string
} {
	outside := filepath.Join(scorerproc.Root(), "inference", "models", "gemma-tiny-chat", "model.onnx.data")
	added := func(n int) any {
		return list(n, func(i int) any { return map[string]any{"id": 5000 + i, "content": fmt.Sprintf("a%07d", i)} })
	}
	custom := func(m *pb.ModelProto) { m.Graph.Node[0].Domain, m.Graph.Node[0].OpType = ptr("evil.ops"), ptr("Shell") }
	const tokenizer, generation, config = "tokenizer.json", "generation_config.json", "config.json"
	return map[string]struct {
		spoil spoil
		want  []string
	}{
		"layers":           {edit(config, 1<<40, "num_hidden_layers"), []string{config, "num_hidden_layers is 1099511627776"}},
		"negative layers":  {edit(config, -1, "num_hidden_layers"), []string{config, "num_hidden_layers is -1"}},
		"heads":            {edit(config, 1<<40, "num_key_value_heads"), []string{config, "num_key_value_heads is 1099511627776"}},
		"window":           {edit(config, 1<<40, "sliding_window"), []string{config, "sliding_window is 1099511627776"}},
		"vocabulary":       {edit(config, 1<<40, "vocab_size"), []string{config, "vocab_size is 1099511627776"}},
		"endless settings": {link(config, "/dev/zero"), []string{config, "no regular file"}},
		"endless weights":  {link("model.onnx.data", "/dev/zero"), []string{"model.onnx.data", "no regular file"}},
		"linked weights":   {link("model.onnx.data", outside), []string{"model.onnx", "is a link to", "put the file itself"}},

		"1 TB of tokenizer.json":        {sized(tokenizer, 1<<40), []string{tokenizer, "has 1099511627776 bytes, at most 67108864 are read"}},
		"1 TB of tokenizer_config.json": {sized("tokenizer_config.json", 1<<40), []string{"tokenizer_config.json has 1099511627776 bytes"}},
		"1 TB of chat_template.jinja":   {sized("chat_template.jinja", 1<<40), []string{"chat_template.jinja has 1099511627776 bytes"}},
		"1 TB of generation_config":     {sized(generation, 1<<40), []string{generation, "has 1099511627776 bytes"}},
		"a pipe for a template":         {pipe("chat_template.jinja"), []string{"chat_template.jinja is no regular file"}},
		"a pipe for a tokenizer":        {pipe(tokenizer), []string{tokenizer, "is no regular file"}},
		"a pipe for generation":         {pipe(generation), []string{generation, "is no regular file"}},

		"normalizer doubles":       {asSaved(replacements(25, "a", "aa"), "normalizer"), []string{tokenizer, "normalizer writes up to"}},
		"normalizers in 4,000":     {edit(tokenizer, sequences("normalizers", 4000), "normalizer"), []string{tokenizer, "normalizer is nested"}},
		"pre-tokenizers in 4,000":  {edit(tokenizer, sequences("pretokenizers", 4000), "pre_tokenizer"), []string{tokenizer, "pre_tokenizer is nested"}},
		"nested repeats":           {asSaved(regex("(a+)+$"), "pre_tokenizer"), []string{tokenizer, "pre_tokenizer.pattern.Regex is"}},
		"many repeats":             {asSaved(regex(strings.Repeat("a{100}", 600)+"b"), "pre_tokenizer"), []string{tokenizer, "pre_tokenizer.pattern.Regex is"}},
		"pattern of many ranges":   {asSaved(regex("["+strings.Repeat("一-丁", 100_000)+"]+x"), "pre_tokenizer"), []string{tokenizer, "pre_tokenizer.pattern.Regex is"}},
		"500,000 added tokens":     {edit(tokenizer, added(500_000), "added_tokens"), []string{tokenizer, "added_tokens has 500000 tokens"}},
		"an id of 2^40":            {edit(tokenizer, int64(1)<<40, "model", "vocab", "zzzz"), []string{tokenizer, `gives "zzzz" the id 1099511627776`}},
		"an id of 2^31":            {edit(tokenizer, int64(1)<<31, "model", "vocab", "zzzz"), []string{tokenizer, `gives "zzzz" the id 2147483648`}},
		"a negative id":            {edit(tokenizer, -1, "model", "vocab", "zzzz"), []string{tokenizer, `gives "zzzz" the id -1`}},
		"an id beyond the model's": {edit(tokenizer, 1<<20-1, "model", "vocab", "zzzz"), []string{tokenizer, "has ids up to 1048575"}},
		"3 million merges":         {edit(tokenizer, list(3_000_000, func(int) string { return "t h" }), "model", "merges"), []string{tokenizer, "model.merges"}},

		"top_k":              {edit(generation, 1<<40, "top_k"), []string{generation, "top_k is 1099511627776", "correct the file"}},
		"negative top_k":     {edit(generation, -1, "top_k"), []string{generation, "top_k is -1"}},
		"top_p":              {edit(generation, 1.5, "top_p"), []string{generation, "top_p is 1.5"}},
		"top_p in letters":   {edit(generation, "NaN", "top_p"), []string{generation, `top_p is "NaN"`}},
		"temperature":        {edit(generation, -1, "temperature"), []string{generation, "temperature is -1"}},
		"repetition_penalty": {edit(generation, 1e-30, "repetition_penalty"), []string{generation, "repetition_penalty is 1e-30"}},
		"end token":          {edit(generation, []int{1 << 30}, "eos_token_id"), []string{generation, "eos_token_id is [1073741824]"}},

		"custom operator": {model(custom), []string{"model.onnx", "operator Shell of the domain \"evil.ops\"", "again"}},
		"custom operator in a function": {model(func(m *pb.ModelProto) {
			m.Functions = []*pb.FunctionProto{{Name: ptr("f"), Domain: ptr("own"), Node: []*pb.NodeProto{{Domain: ptr("evil.ops"), OpType: ptr("Shell")}}}}
		}), []string{"model.onnx", "function own:f", "evil.ops"}},
		"functions that double": {model(func(m *pb.ModelProto) {
			for i := range 40 {
				call := &pb.NodeProto{Domain: ptr("own"), OpType: ptr(fmt.Sprint("f", (i+1)%40))}
				m.Functions = append(m.Functions, &pb.FunctionProto{Name: ptr(fmt.Sprint("f", i)), Domain: ptr("own"), Node: []*pb.NodeProto{call, call}})
			}
			m.Functions[39].Node = nil
			m.Graph.Node = append(m.Graph.Node, &pb.NodeProto{Domain: ptr("own"), OpType: ptr("f0")})
		}), []string{"model.onnx", "functions become more than"}},
		"a million nodes": {model(func(m *pb.ModelProto) {
			m.Graph.Node = append(m.Graph.Node, list(1_000_000, func(int) *pb.NodeProto { return m.Graph.Node[0] })...)
		}), []string{"model.onnx", "nodes"}},
		"graphs, 200 deep": {model(func(m *pb.ModelProto) {
			g := &pb.GraphProto{}
			for range 200 {
				g = &pb.GraphProto{Node: []*pb.NodeProto{{OpType: ptr("If"), Attribute: []*pb.AttributeProto{{Name: ptr("then_branch"), G: g}}}}}
			}
			m.Graph.Node = append(m.Graph.Node, g.Node...)
		}), []string{"model.onnx", "deep"}},
		"dimensions":         {model(func(m *pb.ModelProto) { m.Graph.Initializer[0].Dims = []int64{1 << 32, 1 << 32} }), []string{"model.onnx", "more than can be held"}},
		"negative dimension": {model(func(m *pb.ModelProto) { m.Graph.Initializer[0].Dims = []int64{-1} }), []string{"model.onnx", "its shape is [-1]"}},
		"more dimensions":    {model(func(m *pb.ModelProto) { m.Graph.Initializer[0].Dims = append(m.Graph.Initializer[0].Dims, 1<<20) }), []string{"model.onnx", "its shape [", "needs"}},
		"absolute path":      {external("location", "/etc/passwd"), []string{"model.onnx", "outside of its folder", "/etc/passwd"}},
		"path upwards":       {external("location", "../model.onnx.data"), []string{"model.onnx", "outside of its folder"}},
		"absolute path inside": {model(func(m *pb.ModelProto) {
			t := &pb.TensorProto{Name: ptr("t"), DataType: ptr(int32(1)), Dims: []int64{1}, DataLocation: pb.TensorProto_EXTERNAL.Enum(),
				ExternalData: []*pb.StringStringEntryProto{{Key: ptr("location"), Value: ptr("/etc/passwd")}}}
			m.Graph.Node = append(m.Graph.Node, &pb.NodeProto{OpType: ptr("Constant"), Output: []string{"far"}, Attribute: []*pb.AttributeProto{{Name: ptr("value"), T: t}}})
		}), []string{"model.onnx", "outside of its folder", "/etc/passwd"}},
		"offset":      {external("offset", fmt.Sprint(math.MaxInt64)), []string{"model.onnx.data has", "from byte 9223372036854775807 on"}},
		"offset 2^63": {external("offset", "9223372036854775808"), []string{"model.onnx", "out of range"}},
		"length":      {external("length", fmt.Sprint(math.MaxInt64)), []string{"model.onnx", "is said to have 9223372036854775807"}},
		"shared a lot": {model(func(m *pb.ModelProto) {
			for _, t := range m.Graph.Initializer {
				if t.GetDataLocation() == pb.TensorProto_EXTERNAL {
					m.Graph.Initializer = append(m.Graph.Initializer, list(20_000, func(int) *pb.TensorProto { return t })...)
					return
				}
			}
		}), []string{"model.onnx", "external data more than 8 times"}},
		"IR version": {model(func(m *pb.ModelProto) { m.IrVersion = ptr(int64(math.MaxInt32)) }), []string{"model.onnx", "IR version"}},
	}
}

func ptr[T any](v T) *T { return &v }

// TestPoisonedFolders: each folder ends `scorer check` and `scorer serve` with one
// line that names the file and what is wrong with it, soon and in little memory.
func TestPoisonedFolders(t *testing.T) {
	source := filepath.Join(scorerproc.Root(), "inference", "models", "gemma-tiny-chat")
	for name, c := range hostileChats() {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "model")
			if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
				t.Fatal(err)
			}
			if err := c.spoil(dir); err != nil {
				t.Fatal(err)
			}
			refused(t, c.want, "check", "--model-dir", dir)
			free, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			port := free.Addr().(*net.TCPAddr).Port
			_ = free.Close()
			refused(t, c.want, "serve", "--model-dir", dir, "--host", "127.0.0.1", "--port", strconv.Itoa(port))
		})
	}
}

// refused runs the scorer, which is to end with an error that has these words.
func refused(t *testing.T, want []string, args ...string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd, err := scorerproc.Command(ctx, args...)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	peak := make(chan int)
	go func() { peak <- peakMemory(cmd.Process.Pid, ended) }()
	err = cmd.Wait()
	close(ended)
	mib := <-peak
	t.Logf("%s: %v, %d MiB: %.400s", args[0], time.Since(began).Round(time.Millisecond), mib, out.String())
	if err == nil || ctx.Err() != nil {
		t.Fatalf("got %v", err)
	}
	for _, want := range want {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q", want)
		}
	}
	if lines := strings.Count(strings.TrimSpace(out.String()), "\n") + 1; lines != 1 || strings.Contains(out.String(), "goroutine ") {
		t.Errorf("%d lines", lines)
	}
	if mib > 512 {
		t.Errorf("it took %d MiB", mib)
	}
}

// peakMemory is the largest VmHWM, in MiB, that a process is seen with until it ends.
// What wait4 says of it begins with what this process has.
func peakMemory(pid int, ended <-chan struct{}) (mib int) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if _, rest, found := strings.Cut(string(status), "VmHWM:"); found && strings.Contains(string(status), "Name:\tscorer") {
			kib, _ := strconv.Atoi(strings.Fields(rest)[0])
			mib = max(mib, kib/1024)
		}
		select {
		case <-ended:
			return mib
		case <-tick.C:
		}
	}
}
