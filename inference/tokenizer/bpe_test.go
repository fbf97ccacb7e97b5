package tokenizer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// smallBPE is a tokenizer.json in Gemma's form over a few merges.
func smallBPE(t testing.TB, change func(file map[string]any)) *Tokenizer {
	t.Helper()
	tok, err := Parse(smallFile(t, change))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func smallFile(t testing.TB, change func(file map[string]any)) []byte {
	t.Helper()
	vocabulary := map[string]int{}
	add := func(token string) { vocabulary[token] = len(vocabulary) }
	special := []string{"<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"}
	for _, token := range special {
		add(token)
	}
	for b := range 256 {
		add(fmt.Sprintf("<0x%02X>", b))
	}
	for _, token := range []string{"▁", "a", "b", "c", "<", ">", "_", "o", "s", "t", "\n", "é", "ab", "▁a", "▁ab", "abc", "bc", "aa", "aaaa", "▁▁"} {
		add(token)
	}
	var added []map[string]any
	token := func(content string, special bool) {
		added = append(added, map[string]any{"id": vocabulary[content], "content": content, "single_word": false,
			"lstrip": false, "rstrip": false, "normalized": false, "special": special})
	}
	for _, content := range special {
		token(content, true)
	}
	for _, content := range []string{"\n\n", "</b>", "<<"} {
		add(content)
		token(content, false)
	}
	file := map[string]any{
		"version": "1.0", "truncation": nil, "padding": nil, "added_tokens": added,
		"normalizer":    map[string]any{"type": "Replace", "pattern": map[string]any{"String": " "}, "content": "▁"},
		"pre_tokenizer": map[string]any{"type": "Split", "pattern": map[string]any{"String": " "}, "behavior": "MergedWithPrevious", "invert": false},
		"post_processor": map[string]any{"type": "TemplateProcessing",
			"single":         []any{map[string]any{"SpecialToken": map[string]any{"id": "<bos>", "type_id": 0}}, map[string]any{"Sequence": map[string]any{"id": "A", "type_id": 0}}},
			"special_tokens": map[string]any{"<bos>": map[string]any{"id": "<bos>", "ids": []int{2}, "tokens": []string{"<bos>"}}}},
		"decoder": map[string]any{"type": "Sequence", "decoders": []any{
			map[string]any{"type": "Replace", "pattern": map[string]any{"String": "▁"}, "content": " "},
			map[string]any{"type": "ByteFallback"}, map[string]any{"type": "Fuse"}}},
		"model": map[string]any{"type": "BPE", "dropout": nil, "unk_token": "<unk>", "continuing_subword_prefix": nil,
			"end_of_word_suffix": nil, "fuse_unk": true, "byte_fallback": true, "ignore_merges": false, "vocab": vocabulary,
			"merges": []any{[]string{"a", "b"}, []string{"▁", "ab"}, []string{"▁", "a"}, []string{"ab", "c"}, []string{"b", "c"},
				[]string{"a", "a"}, []string{"aa", "aa"}, []string{"▁", "▁"}}},
	}
	if change != nil {
		change(file)
	}
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// names are the tokens of ids, as the file has them.
func (t *Tokenizer) names(ids []int32) string {
	var all []string
	for _, id := range ids {
		all = append(all, string(t.vocabulary.token(id)))
	}
	return strings.Join(all, " ")
}

func TestControlTokensOnlyInControlParts(t *testing.T) {
	tok := smallBPE(t, nil)
	for _, c := range []struct {
		want  string
		parts []Part
	}{
		{"<bos> a", []Part{{"<bos>a", true}}},
		{"< b o s > a", []Part{{"<bos>a", false}}},
		{"<bos> < b o s > <bos>", []Part{{"<bos>", true}, {"<bos>", false}, {"<bos>", true}}},
		{"< b o s >", []Part{{"<b", false}, {"os>", true}}},
		{"<bos>", []Part{{"<b", true}, {"os>", true}}},
		{"abc", []Part{{"a", false}, {"", true}, {"b", true}, {"c", false}}}, // merged across borders
		{"\n\n", []Part{{"\n", false}, {"\n", true}}},                        // so are added tokens that control nothing
		{"<<", []Part{{"<", false}, {"<", true}}},                            //
		{"< <bos>", []Part{{"<", false}, {"<bos>", true}}},                   // but they don't swallow a control token
		{"<bos> <<", []Part{{"<bos>", true}, {"<<", false}}},
		{"", []Part{{"", true}}},
		{"", nil},
		{"<0xEF> <0xBF> <0xBD>", []Part{{"\xe2\x82", false}}},
	} {
		if got := tok.names(tok.Append(nil, c.parts...)); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.parts, got, c.want)
		}
	}
	if got := tok.Append([]int32{7}, Part{Text: "a"}); len(got) != 2 || got[0] != 7 {
		t.Errorf("Encode doesn't append: %v", got)
	}
	if !slices.Equal(tok.Begin(), []int32{2}) {
		t.Errorf("begins with %v", tok.Begin())
	}
}

func TestPieces(t *testing.T) {
	tok := smallBPE(t, nil)
	for token, want := range map[string]string{"▁ab": " ab", "<0xE2>": "\xe2", "\n\n": "\n\n", "<<": "<<"} {
		id, ok := tok.TokenID(token)
		if got := tok.Piece(id); !ok || string(got) != want || tok.IsControl(id) {
			t.Errorf("%q: %v %q, control %v", token, ok, got, tok.IsControl(id))
		}
	}
	bos, _ := tok.TokenID("<bos>")
	if tok.Piece(bos) != nil || !tok.IsControl(bos) {
		t.Errorf("<bos>: %q, control %v", tok.Piece(bos), tok.IsControl(bos))
	}
	for _, id := range []int32{-1, int32(tok.VocabSize()), 1 << 30} {
		if tok.Piece(id) != nil || tok.IsControl(id) || tok.Decode([]int32{id}, false) != "" {
			t.Errorf("%d is a token", id)
		}
	}
	if _, ok := tok.TokenID("nothing"); ok {
		t.Error("there is a token that there is not")
	}
	if n := testing.AllocsPerRun(100, func() { tok.Piece(270); tok.IsControl(270) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestStreamHoldsBackPartsOfCharacters(t *testing.T) {
	tok := smallBPE(t, nil)
	id := func(token string) int32 {
		id, ok := tok.TokenID(token)
		if !ok {
			t.Fatal(token)
		}
		return id
	}
	d := tok.NewStream()
	for i, c := range []struct{ token, want string }{
		{"▁a", " a"}, {"<0xE2>", ""}, {"<0x82>", ""}, {"<0xAC>", ""}, {"b", "€b"},
		{"<0xE2>", ""}, {"<end_of_turn>", ""}, {"<0x82>", ""}, {"a", "\uFFFD\uFFFDa"}, {"<0xC3>", ""},
	} {
		if got := string(d.Append(nil, id(c.token))); got != c.want {
			t.Errorf("%d: %q gives %q, want %q", i, c.token, got, c.want)
		}
	}
	if got := string(d.Flush(nil)); got != "\uFFFD" || len(d.Flush(nil)) != 0 {
		t.Errorf("flushed %q", got)
	}
	ids := tok.Append(nil, Part{Text: "ab 🙂 aa"})
	buffer := make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() {
		buffer = buffer[:0]
		for _, id := range ids {
			buffer = d.Append(buffer, id)
		}
		buffer = d.Flush(buffer)
	}); n != 0 || string(buffer) != "ab 🙂 aa" {
		t.Errorf("%v allocations for %q", n, buffer)
	}
}

func TestBPEFilesThatAreRefused(t *testing.T) {
	type file = map[string]any
	model := func(key string, v any) func(file) {
		return func(f file) { f["model"].(file)[key] = v }
	}
	set := func(key string, v any) func(file) { return func(f file) { f[key] = v } }
	for want, change := range map[string]func(file){
		`"extra" is a field that is not known`:                            set("extra", 1),
		`model has the field "`:                                           model("type", "WordPiece"),
		`model.type is "Word", which is not supported`:                    model("type", "Word"),
		`model: "extra" is a field`:                                       model("extra", 1),
		`model.dropout is 0.1`:                                            model("dropout", 0.1),
		`model.continuing_subword_prefix is "##"`:                         model("continuing_subword_prefix", "##"),
		`model.end_of_word_suffix is "@"`:                                 model("end_of_word_suffix", "@"),
		`model.unk_token is "nope", which model.vocab doesn't have`:       model("unk_token", "nope"),
		`model.fuse_unk is 3`:                                             model("fuse_unk", 3),
		`model.vocab is not an object`:                                    model("vocab", []int{1}),
		`model.vocab gives "a" the id -1`:                                 model("vocab", file{"a": -1}),
		`model.vocab gives "a" the id 99999999999`:                        model("vocab", file{"a": 99999999999}),
		`the token or the id is there twice`:                              model("vocab", file{"a": 1, "b": 1}),
		`model.merges is not a list`:                                      model("merges", file{}),
		`model.merges[0] is ["a","b","c"], not two tokens`:                model("merges", []any{[]string{"a", "b", "c"}}),
		`model.merges[0] is "ab", not two tokens`:                         model("merges", []any{"ab"}),
		`model.merges[0] is 5, not two tokens`:                            model("merges", []any{5}),
		`model.merges[1] is ["c","c"], but model.vocab lacks`:             model("merges", []any{[]string{"a", "b"}, []string{"c", "c"}}),
		`normalizer.type is "Other"`:                                      set("normalizer", file{"type": "Other"}),
		`normalizer.pattern is neither a string nor`:                      set("normalizer", file{"type": "Replace", "pattern": file{"String": ""}, "content": ""}),
		`normalizer.normalizers[0].type is "Other"`:                       set("normalizer", file{"type": "Sequence", "normalizers": []any{file{"type": "Other"}}}),
		`pre_tokenizer.type is "UnicodeScripts"`:                          set("pre_tokenizer", file{"type": "UnicodeScripts"}),
		`pre_tokenizer.replacement is "", one character is needed`:        set("pre_tokenizer", file{"type": "Metaspace"}),
		`pre_tokenizer.pretokenizers[1].type is "Split" behind ByteLevel`: set("pre_tokenizer", file{"type": "Sequence", "pretokenizers": []any{file{"type": "ByteLevel"}, file{"type": "Split"}}}),
		`pre_tokenizer can't be read: unknown field "other"`:              set("pre_tokenizer", file{"type": "ByteLevel", "other": true}),
		`pre_tokenizer.pattern.Regex is "a|b)"`:                           set("pre_tokenizer", file{"type": "Split", "pattern": file{"Regex": "a|b)"}, "behavior": "Removed", "invert": false}),
		`pre_tokenizer.behavior is "Merged"`:                              set("pre_tokenizer", file{"type": "Split", "pattern": file{"String": " "}, "behavior": "Merged", "invert": false}),
		`pre_tokenizer.pattern is neither a string nor`:                   set("pre_tokenizer", file{"type": "Split", "pattern": file{"String": ""}, "behavior": "MergedWithPrevious"}),
		`post_processor.type is "Other"`:                                  set("post_processor", file{"type": "Other"}),
		`post_processor.processors[0].cls is not a token and its id`:      set("post_processor", file{"type": "Sequence", "processors": []any{file{"type": "RobertaProcessing"}}}),
		`decoder is null at this place, which is not supported`:           set("decoder", nil),
		`decoder.decoders[0] is ByteLevel at this place`:                  set("decoder", file{"type": "Sequence", "decoders": []any{file{"type": "ByteLevel"}}}),
		`decoder is Metaspace at this place`:                              set("decoder", file{"type": "Metaspace"}),
		`decoder.decoders[1] is Replace at this place`:                    set("decoder", file{"type": "Sequence", "decoders": []any{file{"type": "Fuse"}, file{"type": "Replace"}}}),
		`decoder.decoders[0] is Strip before Fuse`:                        set("decoder", file{"type": "Sequence", "decoders": []any{file{"type": "Strip", "content": " ", "start": 1, "stop": 0}}}),
		`decoder.decoders[1].stop is 1`:                                   set("decoder", file{"type": "Sequence", "decoders": []any{file{"type": "Fuse"}, file{"type": "Strip", "content": " ", "start": 1, "stop": 1}}}),
		`added_tokens ("a").normalized is true for a special token`:       set("added_tokens", []any{file{"id": 263, "content": "a", "normalized": true, "special": true}}),
		`added_tokens ("<0x00>").special is true for a byte`:              set("added_tokens", []any{file{"id": 6, "content": "<0x00>", "special": true}}),
		`added_tokens can't be read`:                                      set("added_tokens", []any{file{"id": 6, "content": "<0x00>", "more": true}}),
		`post_processor.single is a template with tokens after`:           set("post_processor", file{"type": "TemplateProcessing", "single": []any{file{"Sequence": file{"id": "A"}}, file{"SpecialToken": file{"id": "<eos>"}}}, "special_tokens": file{"<eos>": file{"ids": []int{1}}}}),
		`post_processor.single[0] is "<bos>", which`:                      set("post_processor", file{"type": "TemplateProcessing", "single": []any{file{"SpecialToken": file{"id": "<bos>"}}}}),
		`post_processor.single[0] is "<bos>" with the id 9, which the v`:  set("post_processor", file{"type": "TemplateProcessing", "single": []any{file{"SpecialToken": file{"id": "<bos>"}}}, "special_tokens": file{"<bos>": file{"ids": []int{9}}}}),
	} {
		tok, err := Parse(smallFile(t, change))
		if err == nil {
			err = tok.Generates()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for _, data := range []string{"", "{", "[]", "{}", `{"model"}`, `{"model":}`, `{"model": {}}`, `{"model": {"type": "BPE"}}`, `{"model": {"type": "BPE", "vocab": {"a": 0,}}}`,
		`{"model": {"type": "BPE", "vocab": {"a": 0} "merges": []}}`, "{\"\xff\": 1}", `{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a" "a"]]}}`, `{} {}`} {
		if _, err := Parse([]byte(data)); err == nil {
			t.Errorf("%q is taken", data)
		}
	}
	if _, err := Load("missing/tokenizer.json"); err == nil {
		t.Error("a missing file is taken")
	}
}

// TestLongBPEInput would take hours if merging were quadratic.
func TestLongBPEInput(t *testing.T) {
	tok := smallBPE(t, nil)
	for _, s := range []string{strings.Repeat("a", 3<<20), strings.Repeat("🙂", 1<<19), strings.Repeat("<", 1<<20), strings.Repeat("<bos>", 1<<18),
		strings.Repeat(" ", 1<<20), strings.Repeat("ab", 1<<20), strings.Repeat("\n", 1<<20)} {
		if got := tok.Decode(tok.Append(nil, Part{Text: s}), true); got != s {
			t.Errorf("%.10q… comes back as %.20q…", s, got)
		}
	}
}

func FuzzBPE(f *testing.F) {
	for _, seed := range []string{"", "ab abc", "<bos>ab\n\n<<", "🙂é\xff", "aaaaaaa  aa"} {
		f.Add(seed, seed, true)
	}
	characters, bytes := smallBPE(f, nil), smallBPE(f, func(file map[string]any) {
		byteFile(file)
		file["normalizer"] = nil
	})
	f.Fuzz(func(t *testing.T, a, b string, control bool) {
		fuzzBPE(t, characters, strings.ReplaceAll(validUTF8(a)+validUTF8(b), "▁", " "), a, b, control)
		fuzzBPE(t, bytes, validUTF8(a)+validUTF8(b), a, b, control)
	})
}

// fuzzBPE checks that what is encoded in two parts is decoded to want.
func fuzzBPE(t *testing.T, tok *Tokenizer, want, a, b string, control bool) {
	parts := []Part{{a, false}, {b, control}}
	ids := tok.Append(nil, parts...)
	for _, id := range ids {
		if id < 0 || int(id) >= tok.VocabSize() {
			t.Fatalf("id %d", id)
		}
	}
	if got := tok.Decode(ids, false); got != want {
		t.Errorf("%q comes back as %q", want, got)
	}
	d := tok.NewStream()
	var stream []byte
	for _, id := range ids {
		n := len(stream)
		if stream = d.Append(stream, id); !utf8.Valid(stream[n:]) {
			t.Errorf("appended %q", stream[n:])
		}
	}
	if stream = d.Flush(stream); string(stream) != tok.Decode(ids, true) {
		t.Errorf("streamed %q, decoded %q", stream, tok.Decode(ids, true))
	}
	if !control {
		for _, id := range ids {
			if tok.IsControl(id) {
				t.Errorf("a text holds the control token %d", id)
			}
		}
	}
}

// byteFile makes smallFile's one of bytes, as Llama 3's and Qwen's.
func byteFile(file map[string]any) {
	model := file["model"].(map[string]any)
	vocabulary := model["vocab"].(map[string]int)
	for _, char := range byteChars {
		if _, ok := vocabulary[string(char)]; !ok {
			vocabulary[string(char)] = len(vocabulary)
		}
	}
	model["byte_fallback"], model["unk_token"] = false, nil
	file["normalizer"] = map[string]any{"type": "NFC"}
	file["pre_tokenizer"] = map[string]any{"type": "Sequence", "pretokenizers": []any{
		map[string]any{"type": "Split", "pattern": map[string]any{"Regex": gpt2Pattern}, "behavior": isolated, "invert": false},
		map[string]any{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}}}
	file["decoder"] = map[string]any{"type": "ByteLevel"}
	file["post_processor"] = map[string]any{"type": "Sequence", "processors": []any{map[string]any{"type": "ByteLevel"}, file["post_processor"]}}
}

// TestBytesThatAreMissing has a vocabulary without the byte of "z": as in the
// reference, it is dropped.
func TestBytesThatAreMissing(t *testing.T) {
	tok := smallBPE(t, byteFile)
	if got := tok.Decode(tok.Append(nil, Part{Text: "azb é🙂"}), false); got != "azb é🙂" {
		t.Errorf("got %q", got)
	}
	tok = smallBPE(t, func(file map[string]any) {
		byteFile(file)
		vocabulary := file["model"].(map[string]any)["vocab"].(map[string]int)
		last := ""
		for token, id := range vocabulary {
			if id == len(vocabulary)-1 {
				last = token
			}
		}
		vocabulary[last] = vocabulary["z"]
		delete(vocabulary, "z")
	})
	if got := tok.Decode(tok.Append(nil, Part{Text: "azb"}), false); got != "ab" {
		t.Errorf("got %q", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(smallFile(f, nil))
	f.Add(smallFile(f, byteFile))
	f.Fuzz(func(t *testing.T, data []byte) {
		tok, err := Parse(data)
		if err != nil {
			return
		}
		tok.Decode(tok.Append(nil, Part{"ab <bos>\n\n🙂", true}), false)
	})
}
