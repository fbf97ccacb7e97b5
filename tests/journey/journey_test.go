package journey

import (
	"testing"
)

// TestJourney goes the whole way, both stacks.
func TestJourney(t *testing.T) {
	p := newTraveller(t)

	const try = "README.md#Try it: two commands/"
	stop := p.serve(try + "1")
	p.says(p.follow(try+"2"), `"label":"POSITIVE"`, `"label":"NEGATIVE"`)
	p.says(p.follow(try+"3"), "Paris", "[DONE]")
	stop()
	stop = p.serve(try + "4")
	stop()

	out := p.follow("README.md#Put it on Azure/1")
	p.says(out, "fetching distilbert/", "sent now")

	p.arrived()
}
