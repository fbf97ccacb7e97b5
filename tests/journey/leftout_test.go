package journey

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// leftOut are the blocks that the journey doesn't run, and commands of those that it
// does, by how they begin.
var leftOut = []row{
	{"README.md#azure-nlp-endpoint/2", "", "it is what runs the journey"},
	{"docs/reference/ci.md#setting-up/1", "", "the state and identities of CI take Microsoft Graph, which the offline Azure doesn't have; tools/bootstrap has tests of its own"},
	{"docs/reference/ci.md#setting-up/2", "make bootstrap", "as above"},
	{"docs/reference/container.md#the-container/1", "", "tests/container builds and runs the images"},
	{"docs/reference/api.md#pairs-ranking-labels-of-your-own/1", "", "the bundled models are none for pairs, ranking and labels of one's own; inference/server asks for all three"},
	{"docs/reference/api.md#pairs-ranking-labels-of-your-own/2", "", "as above"},
	{"docs/reference/api.md#pairs-ranking-labels-of-your-own/3", "", "as above"},
	{"docs/reference/api.md#entities-classifiers-of-tokens/1", "", "the bundled models are no classifiers of tokens; inference/server asks one"},
	{"docs/reference/api.md#embeddings-post-embed-post-v1embeddings/1", "", "the bundled models are no embedding models; inference/server asks one"},
	{"docs/reference/models.md#making-a-chat-models-graph-scorer-import/1", "", "the hub here has no such model; inference/cmd/scorer imports and quantizes others"},
	{"docs/reference/models.md#quantizing-an-export-scorer-quantize/1", "", "as above"},
	{"docs/reference/policies.md#policies/1", "", "tests/engine previews with the pack, and with a configuration of it"},
	{"docs/reference/policies.md#turning-one-off/1", "", "as above"},
	{"docs/reference/import.md#the-stacks-own-list/1", "", "tests/engine types the whole page"},
	{"docs/reference/import.md#the-stacks-own-list/2", "", "as above"},
	{"docs/reference/import.md#the-stacks-own-list/3", "", "as above"},
	{"docs/reference/import.md#what-changes/1", "", "as above"},
	{"docs/reference/private.md#the-network/1", "", "the offline Azure CLI knows no subnets; tests/engine adds one and looks that it stays"},
	{"docs/internals/offline.md#the-pulumi-program-without-azure/1", "", "the preview of docs/live.md, which is run, in another dress; tests, which make test runs too"},
}

// row is a block, or a command of one, and why it isn't run.
type row struct{ block, command, why string }

// arrived wants every block to be run or left out, and nothing to have been asked of
// hosts that nobody plays.
func (p *traveller) arrived() {
	p.t.Helper()
	for _, problem := range unaccounted(p.blocks, p.done, leftOut) {
		p.t.Error(problem)
	}
	if strangers := p.internet.Strangers(); len(strangers) > 0 {
		p.t.Errorf("the commands asked hosts that nobody plays: %v", strangers)
	}
}

// unaccounted says which blocks were neither run nor listed, and which rows are about
// nothing.
func unaccounted(blocks map[string]block, done map[string]bool, rows []row) (problems []string) {
	report := func(format string, arguments ...any) { problems = append(problems, fmt.Sprintf(format, arguments...)) }
	listed := map[string]bool{}
	for _, row := range rows {
		b, ok := blocks[row.block]
		_, found := b.without(row.command)
		switch {
		case !ok:
			report("leftOut lists %s, which no page has", row.block)
		case row.why == "":
			report("leftOut doesn't say why it lists %s", row.block)
		case row.command == "":
			if listed[row.block] = true; done[row.block] {
				report("leftOut lists %s, which was run", row.block)
			}
		case !found:
			report("leftOut lists the command %q of %s, which isn't there", row.command, row.block)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(blocks)) {
		if !done[name] && !listed[name] {
			report("%s:%d: the block %s is neither run nor listed in leftOut", blocks[name].page, blocks[name].line, name)
		}
	}
	return problems
}

func TestUnaccounted(t *testing.T) {
	all := blocks(map[string]string{"p.md": "# A\n```sh\none\ntwo\n```\n```sh\nthree\n```\n"})
	for _, c := range []struct {
		done string
		rows []row
		want string // of the only problem
	}{
		{"p.md#a/1", nil, "p.md:7: the block p.md#a/2 is neither run nor listed"},
		{"p.md#a/1", []row{{"p.md#a/2", "", "why"}}, ""},
		{"p.md#a/1", []row{{"p.md#a/2", "", "why"}, {"p.md#a/1", "two", "why"}}, ""},
		{"p.md#a/1", []row{{"p.md#a/2", "", "why"}, {"p.md#a/1", "four", "why"}}, `the command "four" of p.md#a/1, which isn't there`},
		{"p.md#a/1", []row{{"p.md#a/2", "", "why"}, {"p.md#a/3", "", "why"}}, "p.md#a/3, which no page has"},
		{"p.md#a/2", []row{{"p.md#a/2", "", "why"}, {"p.md#a/1", "", "why"}}, "p.md#a/2, which was run"},
	} {
		got := unaccounted(all, map[string]bool{c.done: true}, c.rows)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%+v: %q, want %q", c, got, c.want)
		}
	}
}
