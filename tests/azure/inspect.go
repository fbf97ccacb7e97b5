package azure

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// IDs lists what exists, in order.
func (c *Cloud) IDs() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, k := range slices.Sorted(maps.Keys(c.resources)) {
		out = append(out, c.resources[k].ID)
	}
	return out
}

// Find returns the ids of the resources of an ARM type, in order.
func (c *Cloud) Find(typ string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, r := range c.resources {
		if strings.EqualFold(r.Type, typ) {
			out = append(out, r.ID)
		}
	}
	slices.Sort(out)
	return out
}

// Edit changes a resource behind everyone's back, as someone in the portal
// does, and reports whether it exists.
func (c *Cloud) Edit(id string, edit func(body map[string]any)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.resources[key(id)]
	if !ok {
		return errors.New("azure: no " + id + " to edit")
	}
	edit(r.Body)
	return nil
}

// Purge forgets soft-deleted resources, as `az keyvault purge` and
// `az ml workspace delete --permanently-delete` do.
func (c *Cloud) Purge() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.ghosts)
}

// Requests returns every PUT so far, template deployments' own included.
func (c *Cloud) Requests() []Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.requests)
}

// SetQuota limits the machine learning cores of a family of VM sizes, such as
// standardFSv2Family. Families are unlimited at first.
func (c *Cloud) SetQuota(family string, cores int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.quota[family] = cores
}
