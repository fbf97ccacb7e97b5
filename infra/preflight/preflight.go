// Package preflight finds out, before anything is made, whether a stack can
// run: does the image fit on the disk, the model in memory, does the size
// exist, is there quota for all of it, and what will it cost.
//
// Check does all of that. What needs no answer from Azure is checked always,
// by a table of sizes; the rest asks Azure Resource Manager through a Client
// and is named in the report where it could not be asked.
package preflight

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Deployment is what one deployment needs.
type Deployment struct {
	Name     string // as the configuration calls it
	Azure    string // its name in Azure
	Size     string // VM size, such as Standard_F4s_v2
	Minimum  int    // instances
	Maximum  int    // instances; Minimum without autoscale
	ImageMiB int    // uncompressed
	ModelMiB int    // on disk
	// MemoryMiB is what model and runtime need, of GPU memory with GPU.
	MemoryMiB int
	GPU       bool
}

// Stack is what a stack needs.
type Stack struct {
	Location    string
	Deployments []Deployment
	// Endpoint is the ARM id of the stack's endpoint, below which running
	// deployments are looked up: they use quota already. Empty is none.
	Endpoint string
	// Budget says that the stack has a budget.
	Budget bool
	// Unasked says why Azure isn't asked, where there is no client.
	Unasked string
}

// Report is what Check found.
type Report struct {
	// Findings are what would fail; empty is good.
	Findings []string
	// Warnings are what may fail.
	Warnings []string
	// Notes are what an update will do.
	Notes []string
	// Skipped are the checks that could not run, and why.
	Skipped []string
	// Costs are estimates, one for each deployment.
	Costs []Cost
	// Beside are more of costs: on the other host, of a million texts, of the bot.
	Beside []string
}

// Cost is what a deployment's instances cost in an hour, in a currency.
type Cost struct {
	Deployment       string
	Size             string
	Currency         string
	Hour             float64 // of one instance
	Minimum, Maximum int     // instances
	Listed           string  // which list of the program's own, "" where Azure said it
}

// Check checks a stack. Without a client, only what needs no answer from
// Azure is checked.
func Check(ctx context.Context, stack Stack, client *Client) Report {
	var r Report
	if client != nil {
		r.checkBudget(ctx, stack, client)
	}
	if len(stack.Deployments) == 0 {
		return r
	}
	sizes := knownSizes
	if client == nil {
		r.skip("sizes of the region and quota", cmp.Or(stack.Unasked, "not signed in to Azure"))
	} else if listed, err := client.sizes(ctx, stack.Location); err != nil {
		r.skip("sizes of the region and quota", err.Error())
		client = nil
	} else {
		sizes = listed
		r.checkRegion(stack, sizes)
	}
	for _, d := range stack.Deployments {
		size, ok := sizes[strings.ToLower(d.Size)]
		if !ok {
			if client == nil {
				r.skip("disk and memory of "+d.Name, "the size "+d.Size+" isn't in the program's own table")
			}
			continue // checkRegion has said it
		}
		r.checkFit(stack.Location, d, size, sizes)
	}
	if client != nil {
		r.checkQuota(ctx, stack, sizes, client)
		r.checkRestrictions(ctx, stack, client)
		r.estimate(stack, sizes)
	} else {
		r.estimateByList(stack)
	}
	return r
}

func (r *Report) find(format string, arguments ...any) {
	r.Findings = append(r.Findings, fmt.Sprintf(format, arguments...))
}

func (r *Report) warn(format string, arguments ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, arguments...))
}

func (r *Report) skip(what, why string) {
	r.Skipped = append(r.Skipped, what+": not checked: "+why)
}

// checkRegion reports sizes that the region doesn't have.
func (r *Report) checkRegion(stack Stack, sizes map[string]size) {
	for _, d := range stack.Deployments {
		if _, ok := sizes[strings.ToLower(d.Size)]; !ok {
			r.find("deployments.%s.instanceType = %q: the region %s doesn't have this size for machine learning; sizes there that would do: %s",
				d.Name, d.Size, stack.Location, fitting(d, sizes, nil))
		}
	}
}

// What a machine needs besides image and model.
const (
	diskHeadroomMiB   = 4096 // logs, temporary files, the host's own images
	memoryHeadroomMiB = 1024 // operating system and Azure's agents
	gpuHeadroomMiB    = 1024 // driver and context
)

// checkFit checks disk, memory and GPU, and that managed online endpoints offer
// the size. sizes are what there is to choose from instead.
func (r *Report) checkFit(location string, d Deployment, s size, sizes map[string]size) {
	if problem := s.unfit(d); problem != "" {
		r.find("deployments.%s.instanceType = %q: %s; sizes that would do: %s", d.Name, d.Size, problem, fitting(d, sizes, nil))
	}
	switch {
	case s.Offer == offerNone:
		r.find("deployments.%s.instanceType = %q: %s doesn't offer this size for managed online endpoints; sizes that would do: %s",
			d.Name, d.Size, location, fitting(d, sizes, nil))
	case !s.offered():
		r.skip("whether "+d.Size+" is allowed for managed online endpoints", "its family "+s.Family+" isn't in the program's list")
	}
	if s.DiskMiB == 0 {
		r.skip("disk of "+d.Name, "the disk of "+d.Size+" isn't known")
	}
	if d.GPU && s.GPUs > 0 && s.GPUMemoryMiB == 0 {
		r.skip("GPU memory of "+d.Name, "that of "+d.Size+" isn't known")
	}
}

// unfit says why a deployment doesn't fit on a size, "" where it does.
func (s size) unfit(d Deployment) string {
	// While an image is pulled, its compressed layers lie beside it; they are
	// about half as large.
	if disk := d.ImageMiB + d.ImageMiB/2 + d.ModelMiB + diskHeadroomMiB; s.DiskMiB > 0 && disk > s.DiskMiB {
		return fmt.Sprintf("needs %s of disk (image %s, its layers while it is pulled %s, model %s, headroom %s), has %s",
			gib(disk), gib(d.ImageMiB), gib(d.ImageMiB/2), gib(d.ModelMiB), gib(diskHeadroomMiB), gib(s.DiskMiB))
	}
	if d.GPU {
		if s.GPUs == 0 {
			return "has no GPU, which the model needs"
		}
		if memory := d.MemoryMiB + gpuHeadroomMiB; s.GPUMemoryMiB > 0 && memory > s.GPUMemoryMiB {
			return fmt.Sprintf("needs %s of GPU memory (model and runtime %s, headroom %s), has %s",
				gib(memory), gib(d.MemoryMiB), gib(gpuHeadroomMiB), gib(s.GPUMemoryMiB))
		}
		return ""
	}
	if memory := d.MemoryMiB + memoryHeadroomMiB; memory > s.MemoryMiB {
		return fmt.Sprintf("needs %s of memory (model and runtime %s, headroom %s), has %s",
			gib(memory), gib(d.MemoryMiB), gib(memoryHeadroomMiB), gib(s.MemoryMiB))
	}
	return ""
}

// fitting names the sizes, smallest first, that a deployment fits on and that
// allowed, if given, allows.
func fitting(d Deployment, sizes map[string]size, allowed func(size) bool) string {
	fit := fits(d, sizes, allowed)
	var names []string
	for _, s := range fit[:min(len(fit), 5)] {
		names = append(names, s.Name)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// fits are the sizes, smallest first, that a deployment fits on and that allowed, if
// given, allows.
func fits(d Deployment, sizes map[string]size, allowed func(size) bool) (fit []size) {
	for _, s := range sizes {
		if s.unfit(d) == "" && (s.GPUs > 0) == d.GPU && s.offered() && (allowed == nil || allowed(s)) {
			fit = append(fit, s)
		}
	}
	slices.SortFunc(fit, func(a, b size) int {
		return cmp.Or(cmp.Compare(a.VCPUs, b.VCPUs), cmp.Compare(a.MemoryMiB, b.MemoryMiB), cmp.Compare(a.Name, b.Name))
	})
	return fit
}

// hoursPerMonth is Azure's own average.
const hoursPerMonth = 730

// estimate puts a price on each deployment.
func (r *Report) estimate(stack Stack, sizes map[string]size) {
	for _, d := range stack.Deployments {
		s, ok := sizes[strings.ToLower(d.Size)]
		switch {
		case !ok:
		case s.HourPrice == 0:
			r.skip("cost of "+d.Name, "Azure names no price of "+d.Size)
		default:
			r.Costs = append(r.Costs, Cost{d.Name, s.Name, s.Currency, s.HourPrice, d.Minimum, d.Maximum, ""})
		}
	}
}

// Err is all findings in one error, nil where there are none.
func (r Report) Err() error {
	if len(r.Findings) == 0 {
		return nil
	}
	return fmt.Errorf("preflight found %d problem(s), nothing was changed:\n  - %s", len(r.Findings), strings.Join(r.Findings, "\n  - "))
}

// Lines are what there is to say besides findings: warnings, costs, what an update
// does, and what was skipped.
func (r Report) Lines() []string {
	var lines []string
	for _, warning := range r.Warnings {
		lines = append(lines, "warning: "+warning)
	}
	sums := map[string][2]float64{}
	for _, c := range r.Costs {
		low, high := c.Hour*float64(c.Minimum), c.Hour*float64(c.Maximum)
		what := "cost of "
		if c.Listed != "" {
			what = "estimated cost, by " + c.Listed + ", of "
		}
		lines = append(lines, fmt.Sprintf("%s%s: %s", what, c.Deployment, price(c.Currency, low, high, c.Minimum, c.Maximum, c.Size)))
		sum := sums[c.Currency]
		sums[c.Currency] = [2]float64{sum[0] + low, sum[1] + high}
	}
	if len(r.Costs) > 1 {
		for currency, sum := range sums {
			lines = append(lines, fmt.Sprintf("cost of all of it: %s %.2f to %.2f an hour, %.0f to %.0f a month", currency,
				sum[0], sum[1], sum[0]*hoursPerMonth, sum[1]*hoursPerMonth))
		}
	}
	return slices.Concat(lines, r.Beside, r.Notes, r.Skipped)
}

func price(currency string, low, high float64, minimum, maximum int, size string) string {
	if minimum == maximum {
		return fmt.Sprintf("%s %.2f an hour, %.0f a month (%d x %s)", currency, low, low*hoursPerMonth, minimum, size)
	}
	return fmt.Sprintf("%s %.2f to %.2f an hour, %.0f to %.0f a month (%d to %d x %s)", currency, low, high,
		low*hoursPerMonth, high*hoursPerMonth, minimum, maximum, size)
}

func gib(mib int) string { return fmt.Sprintf("%.1f GiB", float64(mib)/1024) }
