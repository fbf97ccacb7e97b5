package tokenizer

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hostileText is the size of the texts that hostile tokenizers encode.
const hostileText = 32 << 10

// hostile is a tokenizer.json made to cost as much as it can.
type hostile struct {
	file map[string]any
	text string // repeated to hostileText
	want string // the error; "" if it is taken, and encodes
}

// lazy is a part that is made when it is written, and not kept.
type lazy func() any

// MarshalJSON implements json.Marshaler.
func (l lazy) MarshalJSON() ([]byte, error) { return json.Marshal(l()) }

func fieldsOf(pairs ...any) map[string]any {
	o := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i].(string)] = pairs[i+1]
	}
	return o
}

// nested is a part with itself inside of itself.
func nested(list string, inner any, depth int) any {
	for range depth {
		inner = fieldsOf("type", "Sequence", list, []any{inner})
	}
	return inner
}

func repeated(n int, of func(i int) any) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = of(i)
	}
	return all
}

func replaceBy(old, by string) any {
	return fieldsOf("type", "Replace", "pattern", fieldsOf("String", old), "content", by)
}

func splitBy(pattern string) any {
	return fieldsOf("type", "Split", "pattern", fieldsOf("Regex", pattern), "behavior", "Isolated", "invert", false)
}

func tokensAdded(n int, content func(i int) string, flags ...string) []any {
	return repeated(n, func(i int) any {
		token := fieldsOf("id", i+4, "content", content(i), "special", false, "normalized", false, "lstrip", false, "rstrip", false, "single_word", false)
		for _, f := range flags {
			token[f] = true
		}
		return token
	})
}

// parts are hostile in any tokenizer.json.
func hostileParts() map[string]hostile {
	with := func(name string, part any) map[string]any { return fieldsOf(name, part) }
	long := func(i int) string { return strings.Repeat("a", 400) + fmt.Sprintf("%05d", i) }
	return map[string]hostile{
		"normalizer doubles 25 times":    {with("normalizer", fieldsOf("type", "Sequence", "normalizers", repeated(25, func(int) any { return replaceBy("a", "aa") }))), "a", "normalizer writes up to"},
		"normalizer grows and shrinks":   {with("normalizer", fieldsOf("type", "Sequence", "normalizers", repeated(24, func(i int) any { return replaceBy(strings.Repeat("a", 1+i%2*99), strings.Repeat("a", 100-i%2*99)) }))), "a", "normalizer writes up to"},
		"normalizer prepends 1 MB":       {with("normalizer", fieldsOf("type", "Prepend", "prepend", strings.Repeat("a", 1<<19))), "a", "normalizer writes up to"},
		"normalizers in 5,000 sequences": {with("normalizer", nested("normalizers", fieldsOf("type", "NFC"), 4000)), "a", "normalizer is nested"},
		"100,000 normalizers":            {with("normalizer", fieldsOf("type", "Sequence", "normalizers", repeated(100_000, func(int) any { return fieldsOf("type", "NFC") }))), "e\u0301", "normalizer has 1"},
		"largest normalizer":             {with("normalizer", fieldsOf("type", "Sequence", "normalizers", repeated(20, func(int) any { return fieldsOf("type", "StripAccents") }))), "é", ""},
		"pre-tokenizers in 4,000":        {with("pre_tokenizer", nested("pretokenizers", fieldsOf("type", "Whitespace"), 4000)), "a ", "pre_tokenizer is nested"},
		"template in 4,000":              {with("post_processor", nested("processors", fieldsOf("type", "ByteLevel"), 4000)), "a ", "post_processor is nested"},
		"template of a billion tokens": {with("post_processor", fieldsOf("type", "TemplateProcessing",
			"single", append(repeated(3000, func(int) any { return fieldsOf("SpecialToken", fieldsOf("id", "a", "type_id", 0)) }), fieldsOf("Sequence", fieldsOf("id", "A", "type_id", 0))),
			"special_tokens", fieldsOf("a", fieldsOf("id", "a", "ids", repeated(100_000, func(int) any { return 0 }), "tokens", []any{"a"})))), "a", "post_processor"},
		"template of 10,000 tokens": {with("post_processor", fieldsOf("type", "TemplateProcessing",
			"single", []any{fieldsOf("SpecialToken", fieldsOf("id", "a", "type_id", 0)), fieldsOf("Sequence", fieldsOf("id", "A", "type_id", 0))},
			"special_tokens", fieldsOf("a", fieldsOf("id", "a", "ids", repeated(10_000, func(int) any { return 0 }), "tokens", []any{"a"})))), "a", "post_processor.single adds more than"},
		"too many added tokens": {with("added_tokens", lazy(func() any { return tokensAdded(maxAdded+1, func(i int) string { return fmt.Sprintf("a%06d", i) }) })), "a", "added_tokens has 65537 tokens"},
		"most added tokens, alike": {with("added_tokens", lazy(func() any {
			return tokensAdded(maxAdded, func(i int) string { return fmt.Sprintf("aaaaaaaaa%05d", i) })
		})), "a", ""},
		"added tokens of 400 bytes":         {with("added_tokens", lazy(func() any { return tokensAdded(6000, long) })), "a", "added_tokens have more than"},
		"long added tokens":                 {with("added_tokens", tokensAdded(4000, long)), "a", ""},
		"added token of 1 MB":               {with("added_tokens", tokensAdded(1, func(int) string { return strings.Repeat("a", 1<<20) })), "a", "bytes, at most 512"},
		"added tokens strip white space":    {with("added_tokens", tokensAdded(1, func(int) string { return "z" }, "lstrip", "rstrip")), strings.Repeat(" ", 1<<14) + "z", ""},
		"an added space strips what's next": {with("added_tokens", tokensAdded(1, func(int) string { return " " }, "rstrip")), " ", ""},
		"added tokens strip one another":    {with("added_tokens", append(tokensAdded(1, func(int) string { return " " }, "lstrip"), tokensAdded(2, func(i int) string { return []string{" ", "z"}[i] }, "rstrip")[1])), "z  ", "can't go together"},
		"an added space strips what was":    {with("added_tokens", tokensAdded(1, func(int) string { return " " }, "lstrip")), " ", ""},
	}
}

// largestVocabulary has as many tokens as there may be.
func largestVocabulary() any {
	v := fieldsOf("a", 0, "b", 1, "c", 2, "d", 3)
	for i := len(v); i <= maxID; i++ {
		v[fmt.Sprintf("##%d", i)] = i
	}
	return v
}

// hostileBPE are those of a byte-pair encoding.
func hostileBPE() map[string]hostile {
	model := func(pairs ...any) map[string]any { return fieldsOf("model", fieldsOf(pairs...)) }
	all := hostileParts()
	chain, merges := fieldsOf("a", 0), []any{}
	for i, token := 1, "a"; len(token) < 4096; i++ {
		merges = append(merges, []any{token, token})
		token += token
		chain[token] = i
	}
	for name, h := range map[string]hostile{
		"an id of 2^31":             {model("vocab", fieldsOf("a", 0, "b", int64(1)<<31)), "a", `gives "b" the id 2147483648`},
		"an id of 2^40":             {model("vocab", fieldsOf("a", 0, "b", int64(1)<<40)), "a", `gives "b" the id 1099511627776`},
		"a negative id":             {model("vocab", fieldsOf("a", 0, "b", -1)), "a", `gives "b" the id -1`},
		"the largest id":            {model("vocab", fieldsOf("a", 0, "b", maxID)), "ab", ""},
		"too many merges":           {model("vocab", fieldsOf("a", 0, "aa", 1), "merges", lazy(func() any { return repeated(maxMerges+1, func(int) any { return "a a" }) })), "ab", "model.merges"},
		"the largest vocabulary":    {model("vocab", lazy(largestVocabulary)), "abc", ""},
		"a chain of merges":         {model("vocab", chain, "merges", merges), "a", ""},
		"20 MB of commas":           {model("vocab", fieldsOf("a", 0, strings.Repeat(",", 20<<20), 1)), "a", ""},
		"unk of 1 MB":               {model("vocab", fieldsOf("a", 0, strings.Repeat("u", 1<<20), 1), "unk_token", strings.Repeat("u", 1<<20), "fuse_unk", false), "é", ""},
		"pattern of 100,000 ranges": {fieldsOf("pre_tokenizer", splitBy("["+strings.Repeat("一-丁", 100_000)+"]+x")), "龍", "pre_tokenizer.pattern.Regex"},
		"nested repeats":            {fieldsOf("pre_tokenizer", splitBy("(a+)+$")), "a", "pre_tokenizer.pattern.Regex"},
		"exponential alternatives":  {fieldsOf("pre_tokenizer", splitBy("(?:a|aa)+$")), "a", "pre_tokenizer.pattern.Regex"},
		"repeats of repeats":        {fieldsOf("pre_tokenizer", splitBy(strings.TrimSuffix(strings.Repeat("a{0,9}a{0,9}a{0,9}b|", 32), "|"))), "a", "pre_tokenizer.pattern.Regex"},
		"fixed repeats":             {fieldsOf("pre_tokenizer", splitBy(strings.Repeat("a{100}", 600)+"b")), "a", "pre_tokenizer.pattern.Regex"},
		"the costliest pattern":     {fieldsOf("pre_tokenizer", splitBy(strings.TrimSuffix(strings.Repeat("a{0,5}a{0,5}b|", 19), "|"))), "a", ""},
		"the costliest classes":     {fieldsOf("pre_tokenizer", splitBy("["+strings.Repeat("一丂丄", 300)+"]{0,30}["+strings.Repeat("一丂丄", 100)+"]{0,9}x")), "一", ""},
		"50 patterns":               {fieldsOf("pre_tokenizer", fieldsOf("type", "Sequence", "pretokenizers", repeated(50, func(int) any { return splitBy("a{0,7}a{0,7}b|.") }))), "a", "pre_tokenizer"},
		"decoder grows":             {fieldsOf("decoder", fieldsOf("type", "Sequence", "decoders", repeated(25, func(int) any { return replaceBy("a", "aa") }))), "a", "can make a token more than 4 times"},
		"bytes that are special":    {fieldsOf("decoder", fieldsOf("type", "ByteFallback"), "added_tokens", tokensAdded(1, func(int) string { return "<0x41>" }, "special")), "A", "true for a byte"},
	} {
		all[name] = h
	}
	return all
}

// TestPairsThatCollide fills a table with pairs that would fall together if they were
// multiplied by a number that everybody knows.
func TestPairsThatCollide(t *testing.T) {
	const known = 0x9E3779B97F4A7C15
	inverse := uint64(known) // by Newton's method
	for range 6 {
		inverse *= 2 - known*inverse
	}
	const size = 100_000
	table := newPairTable(size)
	start := time.Now()
	for x, n := uint64(1), 0; n < size; x++ {
		key := x*inverse - 1
		if a, b := int32(key>>32), int32(uint32(key)); a >= 0 && b >= 0 {
			table.set(a, b, uint32(n))
			n++
		}
	}
	took := time.Since(start)
	t.Logf("%d pairs in %v", size, took.Round(time.Millisecond))
	if took > 2*time.Second {
		t.Error("it is quadratic")
	}
}

func hostileWordPiece() map[string]hostile {
	model := func(pairs ...any) map[string]any { return fieldsOf("model", fieldsOf(pairs...)) }
	all := hostileParts()
	for name, h := range map[string]hostile{
		"an id of 2^31":            {model("vocab", fieldsOf("a", 0, "b", int64(1)<<31)), "a", `gives "b" the id 2147483648`},
		"an id of 2^40":            {model("vocab", fieldsOf("a", 0, "b", int64(1)<<40)), "a", `gives "b" the id 1099511627776`},
		"a negative id":            {model("vocab", fieldsOf("a", 0, "b", -1)), "a", `gives "b" the id -1`},
		"the largest id":           {model("vocab", fieldsOf("a", 0, "c", 1, "b", maxID)), "ab", ""},
		"words of any length":      {model("max_input_chars_per_word", 1<<31, "vocab", fieldsOf("a", 0, "##a", 1, "c", 3, strings.Repeat("a", 1<<16), 2)), "a", "model.max_input_chars_per_word is 2147483648"},
		"words of negative length": {model("max_input_chars_per_word", -1), "a", "model.max_input_chars_per_word is -1"},
		"the longest words":        {model("max_input_chars_per_word", maxWordChars, "vocab", fieldsOf("a", 0, "##a", 1, "c", 3, strings.Repeat("a", 1<<16), 2)), strings.Repeat("a", maxWordChars) + " ", ""},
		"a prefix of 1 MB":         {model("continuing_subword_prefix", strings.Repeat("#", 1<<20)), "ab", ""},
		"the largest vocabulary":   {model("vocab", lazy(largestVocabulary)), "ab", ""},
		"an empty prefix":          {model("continuing_subword_prefix", ""), "ab", ""},
	} {
		all[name] = h
	}
	return all
}

// attack loads the file and encodes a text with it, and holds both to their bounds.
func attack(t *testing.T, h hostile, base map[string]any, load func(path string) (func(string) int, error)) {
	file := map[string]any{}
	for name, part := range base {
		file[name] = part
	}
	for name, part := range h.file {
		if name == "model" {
			model := map[string]any{}
			for _, from := range []any{base["model"], part} {
				for k, v := range from.(map[string]any) {
					model[k] = v
				}
			}
			part = model
		}
		file[name] = part
	}
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tokenizer.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), configFile), []byte(`{"tokenizer_class": "PreTrainedTokenizerFast"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	size := len(data)
	data, file = nil, nil
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime()
	encode, err := load(path)
	loaded := processorTime() - start
	runtime.ReadMemStats(&after)
	text := strings.Repeat(h.text, hostileText/len(h.text))
	ids := 0
	start = processorTime()
	if err == nil {
		ids = encode(text)
	}
	encoded := processorTime() - start
	allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
	t.Logf("%.1f MB: loaded in %v, %d MiB allocated; %d bytes encoded in %v, %d ids; %.200v",
		float64(size)/1e6, loaded.Round(time.Millisecond), allocated, len(text), encoded.Round(time.Millisecond), ids, err)
	switch {
	case h.want == "" && err != nil, h.want != "" && err == nil:
		t.Errorf("got %v, want %q", err, h.want)
	case err != nil && (!strings.Contains(err.Error(), h.want) || !strings.Contains(err.Error(), path)):
		t.Errorf("got %.300v, want %q", err, h.want)
	}
	if err != nil && len(err.Error()) > 1000 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
	if loaded > hostileTime || encoded > hostileTime {
		t.Errorf("it took %v and %v", loaded, encoded)
	}
	if allocated > 1024 { // in all; what is held at a time is less
		t.Errorf("%d MiB were allocated", allocated)
	}
}

// processorTime is what this process has had, however busy the machine is.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// hostileTime is what loading, and encoding a text, may take of a processor: a second
// or so, and what the race detector makes of it.
const hostileTime = 20 * time.Second

func TestHostileBPE(t *testing.T) {
	base := fieldsOf("model", fieldsOf("type", "BPE", "vocab", fieldsOf("a", 0, "b", 1, "c", 2, "d", 3), "merges", []any{}), "decoder", fieldsOf("type", "ByteFallback"))
	load := func(path string) (func(string) int, error) {
		tok, err := LoadPretrained(filepath.Dir(path), path)
		if err == nil && tok.Generates() != nil {
			err = fmt.Errorf("%s: %w", path, tok.Generates())
		}
		if err != nil {
			return nil, err
		}
		return func(text string) int { return len(tok.Append(nil, Part{Text: text, Control: true})) }, nil
	}
	for name, h := range hostileBPE() {
		t.Run(name, func(t *testing.T) { attack(t, h, base, load) })
	}
}

func TestHostileWordPiece(t *testing.T) {
	base := fieldsOf("pre_tokenizer", fieldsOf("type", "WhitespaceSplit"), "model", fieldsOf("type", "WordPiece", "unk_token", "c", "vocab", fieldsOf("a", 0, "b", 1, "c", 2, "d", 3)))
	load := func(path string) (func(string) int, error) {
		tok, err := LoadPretrained(filepath.Dir(path), path)
		if err != nil {
			return nil, err
		}
		return func(text string) int { return len(tok.Encode(text, 0).IDs) }, nil
	}
	for name, h := range hostileWordPiece() {
		t.Run(name, func(t *testing.T) { attack(t, h, base, load) })
	}
}

// TestHostileCompanions has as many tokens in the files beside tokenizer.json as fit.
func TestHostileCompanions(t *testing.T) {
	list := func(of func(i int) string) string {
		var b strings.Builder
		for i := 0; b.Len() < 15<<20; i++ {
			b.WriteString(of(i) + ",")
		}
		return b.String()
	}
	file := `{"model": {"type": "WordPiece", "unk_token": "c", "vocab": {"a": 0, "b": 1, "c": 2}}}`
	for name, files := range map[string]map[string]string{
		"extra_special_tokens": {configFile: `{"extra_special_tokens": [` + list(func(i int) string { return fmt.Sprintf(`"%d"`, i) }) + `"a"], "tokenizer_class": "TokenizersBackend"}`},
		"additional":           {specialFile: `{"additional_special_tokens": [` + list(func(i int) string { return fmt.Sprintf(`"%d"`, i) }) + `"a"]}`},
		"added_tokens_decoder": {configFile: `{"added_tokens_decoder": {` + list(func(i int) string { return fmt.Sprintf(`"%d":{"content":"%d"}`, i, i) }) + `"1": {"content": "a"}}}`},
		"names":                {specialFile: `{` + list(func(i int) string { return fmt.Sprintf(`"%d_token":"%d"`, i, i) }) + `"a_token": "a"}`},
		"added_tokens.json":    {addedFile: `{` + list(func(i int) string { return fmt.Sprintf(`"%d":%d`, i, i) }) + `"a": 1}`},
		"too large":            {addedFile: `{"` + strings.Repeat("a", 16<<20) + `": 1}`},
		"vocab.txt":            {vocabFile: strings.Repeat("a\n", 30<<20), "tokenizer.json": ""},
	} {
		t.Run(name, func(t *testing.T) {
			files["config.json"] = `{"model_type": "bert"}`
			if _, own := files["tokenizer.json"]; !own {
				files["tokenizer.json"] = file
			} else {
				delete(files, "tokenizer.json")
			}
			dir, vocabulary := save(t, files)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := processorTime()
			_, err := LoadPretrained(dir, vocabulary)
			took := processorTime() - start
			runtime.ReadMemStats(&after)
			t.Logf("%v, %d MiB allocated: %.200v", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, err)
			if err == nil || !strings.Contains(err.Error(), dir) || len(err.Error()) > 1000 {
				t.Errorf("got %.300v", err)
			}
			if took > hostileTime {
				t.Errorf("it took %v", took)
			}
		})
	}
}
