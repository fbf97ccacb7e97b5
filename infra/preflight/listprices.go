package preflight

import "strings"

// listed are list prices for an estimate where Azure can't be asked: pay as you
// go, Linux, East US, USD an hour. They were not read from Azure's price list,
// which can't be reached from where this was written, but from public
// repositories that name them alike; other regions cost up to a third more.
const listedWhere = "list prices of East US gathered in November 2026"

var listed = map[string]float64{
	"standard_f2s_v2":       0.0846,
	"standard_f4s_v2":       0.169,
	"standard_f8s_v2":       0.338,
	"standard_f16s_v2":      0.677,
	"standard_f32s_v2":      1.353,
	"standard_nc4as_t4_v3":  0.526,
	"standard_nc8as_t4_v3":  0.752,
	"standard_nc16as_t4_v3": 1.204,
}

// estimateByList puts a listed price on each deployment.
func (r *Report) estimateByList(stack Stack) {
	for _, d := range stack.Deployments {
		if price, ok := listed[strings.ToLower(d.Size)]; ok {
			r.Costs = append(r.Costs, Cost{d.Name, d.Size, "USD", price, d.Minimum, d.Maximum, listedWhere})
		} else {
			r.skip("cost of "+d.Name, "the list of prices hasn't "+d.Size)
		}
	}
}
