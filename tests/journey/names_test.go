package journey

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/markdown"
)

// othersOptions are the pages whose bare options belong to programs that make build
// doesn't build.
var othersOptions = map[string]string{
	"docs/reference/ci.md":        "those of tools/bootstrap, a module of its own",
	"docs/reference/container.md": "Docker's and BuildKit's",
}

var (
	helpOption  = regexp.MustCompile(`--(?:\[no-\])?([a-z0-9-]+)`)
	spanOption  = regexp.MustCompile(`(?:^|\s)--(?:no-)?([a-z0-9-]+)`)
	helpCommand = regexp.MustCompile(`(?m)^  ([a-z]+) `)
	target      = regexp.MustCompile(`(?m)^([a-z/-]+):`)
)

// names wants what sentences call by name to be there, in the clone after make build:
// targets of make, scripts, commands and options of the programs.
func (p *traveller) names() {
	makefile, err := os.ReadFile(filepath.Join(p.clone, "Makefile"))
	if err != nil {
		p.t.Fatal(err)
	}
	var targets []string
	for _, m := range target.FindAllStringSubmatch(string(makefile), -1) {
		targets = append(targets, m[1])
	}
	commands, options := map[string][]string{}, map[string]bool{}
	for _, program := range []string{"nlp", "scorer", "bot"} {
		help := p.help(program)
		for _, m := range helpCommand.FindAllStringSubmatch(help, -1) {
			commands[program] = append(commands[program], m[1])
			help += p.help(program, m[1])
		}
		for _, m := range helpOption.FindAllStringSubmatch(help, -1) {
			options[m[1]] = true
		}
	}
	options["help"] = true
	named := 0
	for page, text := range p.pages {
		for _, m := range markdown.Span.FindAllStringSubmatch(markdown.Fence.ReplaceAllString(text, ""), -1) {
			words := strings.Fields(m[1])
			if len(words) == 0 {
				continue
			}
			program := strings.TrimPrefix(words[0], "build/")
			known, optional := true, strings.HasPrefix(words[0], "--") && othersOptions[page] == ""
			switch {
			case words[0] == "make" && len(words) > 1:
				known = slices.Contains(targets, words[1])
			case strings.HasPrefix(words[0], "scripts/"):
				_, err := os.Stat(filepath.Join(p.clone, filepath.FromSlash(words[0])))
				known = err == nil
			case len(commands[program]) > 0 && len(words) > 1:
				optional = true
				known = words[1] == strings.ToUpper(words[1]) || strings.HasPrefix(words[1], "-") || slices.Contains(commands[program], words[1])
			case !optional:
				continue
			}
			named++
			for _, option := range spanOption.FindAllStringSubmatch(m[1], -1) {
				known = known && (!optional || options[option[1]])
			}
			if !known {
				p.t.Errorf("%s names `%s`, which isn't there", page, m[1])
			}
		}
	}
	if named < 100 {
		p.t.Errorf("only %d names were found", named)
	}
}

// help is what a program says of itself, or of a command.
func (p *traveller) help(program string, command ...string) string {
	p.t.Helper()
	out, err := exec.CommandContext(p.t.Context(), filepath.Join(p.clone, "build", program), append(command, "--help")...).Output()
	if err != nil {
		p.t.Fatalf("%s %v --help: %v", program, command, err)
	}
	return string(out)
}
