package journey

import (
	"maps"
	"slices"
)

// leftOut are the blocks that the journey doesn't run, and commands of those that it
// does, by how they begin.
var leftOut = []struct {
	block, command, why string
}{
	{"README.md#azure-nlp-endpoint/2", "", "it is what runs the journey"},
	{"docs/reference/ci.md#setting-up/1", "", "the state and identities of CI take Microsoft Graph, which the offline Azure doesn't have; tools/bootstrap has tests of its own"},
	{"docs/reference/ci.md#setting-up/2", "make bootstrap", "as above"},
	{"docs/reference/container.md#the-container/1", "", "tests/container builds and runs the images"},
	{"docs/internals/offline.md#the-pulumi-program-without-azure/1", "", "the preview of docs/live.md, which is run, in another dress; tests, which make test runs too"},
}

// arrived wants every block to be run or left out, and every row to have its block.
func (p *traveller) arrived() {
	p.t.Helper()
	listed := map[string]bool{}
	for _, row := range leftOut {
		b, ok := p.blocks[row.block]
		if !ok {
			p.t.Errorf("leftOut lists %s, which no page has", row.block)
		}
		if row.command == "" {
			listed[row.block] = true
			if p.done[row.block] {
				p.t.Errorf("leftOut lists %s, which was run", row.block)
			}
		} else if _, found := b.without(row.command); !found {
			p.t.Errorf("leftOut lists the command %q of %s, which isn't there", row.command, row.block)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.blocks)) {
		if !p.done[name] && !listed[name] {
			p.t.Errorf("%s:%d: the block %s is neither run nor listed in leftOut", p.blocks[name].page, p.blocks[name].line, name)
		}
	}
	if strangers := p.internet.Strangers(); len(strangers) > 0 {
		p.t.Errorf("the commands asked hosts that nobody plays: %v", strangers)
	}
}
