package grammar

import "fmt"

// findNeeds finds how deep the flattest value of each node is, which is
// impossible for nodes without one, such as an object that needs itself.
func (c *compiler) findNeeds() {
	for i := range c.nodes {
		c.nodes[i].need = impossible
	}
	// A pass goes at least one node up, and each level has two. What is found
	// later is too deep anyway.
	changed := true
	for pass := 0; changed && pass < 2*(maxDepth+2); pass++ {
		changed = false
		for i := len(c.nodes) - 1; i >= 0; i-- { // most nodes come before those below
			n := &c.nodes[i]
			c.spend(reading, 5+c.edges(n), 0)
			if need := c.need(n); need < n.need {
				n.need = need
				changed = true
			}
		}
	}
}

// edges is how many nodes need looks at.
func (c *compiler) edges(n *node) int {
	switch {
	case n.object != nil:
		return len(n.object.values)/2 + len(n.object.extras)
	case n.array != nil:
		return min(n.array.min, len(n.array.first)) / 2
	}
	return len(n.anyOf) / 2
}

// need is what is known so far.
func (c *compiler) need(n *node) int32 {
	need := int32(0)
	switch {
	case n.nothing != nil:
		return impossible
	case n.object != nil:
		o := n.object
		possible := 0
		for i, v := range o.values {
			inner := c.nodes[v].need
			if inner < impossible {
				possible++
			}
			if o.required[i] || o.min > 0 && inner < impossible {
				need = max(need, inner)
			}
		}
		if possible < o.min && len(o.extras) > 0 {
			// min is one more than what is required.
			extra := int32(impossible)
			for _, e := range o.extras {
				extra = min(extra, c.nodes[e.value].need)
			}
			need = max(need, extra)
		} else if possible < o.min {
			return impossible
		}
		need++
	case n.array != nil:
		for i := 0; i < n.array.min; i++ {
			item := n.array.item(i)
			if item < 0 {
				return impossible
			}
			need = max(need, c.nodes[item].need)
			if i >= len(n.array.first) {
				break // the others are alike
			}
		}
		need++
	case n.anyOf != nil:
		need = impossible
		for _, a := range n.anyOf {
			need = min(need, c.nodes[a].need)
		}
	}
	return min(need, impossible)
}

// explain says why the node has no value.
func (c *compiler) explain(n int32) error {
	seen := map[int32]bool{}
	for !seen[n] {
		seen[n] = true
		node := &c.nodes[n]
		switch {
		case node.nothing != nil:
			return &SchemaError{Path: node.at.path(), Problem: fmt.Sprintf("no value meets the schema: %v; correct it, or don't require it", node.nothing)}
		case node.anyOf != nil:
			n = node.anyOf[0]
		case node.object != nil:
			for i, v := range node.object.values {
				if node.object.required[i] && c.nodes[v].need >= impossible {
					n = v
					break
				}
			}
		case node.array != nil:
			for i := 0; i < node.array.min; i++ {
				item := node.array.item(i)
				if item < 0 {
					return &SchemaError{Path: node.at.path(), Problem: fmt.Sprintf("minItems is %d, but it can have %d items: correct them", node.array.min, i)}
				}
				if c.nodes[item].need >= impossible {
					n = item
					break
				}
				if i >= len(node.array.first) {
					break
				}
			}
		}
	}
	return &SchemaError{Path: c.nodes[n].at.path(), Problem: fmt.Sprintf("no value of up to %d levels meets the schema, as each requires another one within it: don't require the property, or allow null or an empty array", maxDepth)}
}
