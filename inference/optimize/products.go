package optimize

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
)

// What our own products may change of a model, two standard errors included, as
// MaxPerplexityIncrease and MinSameToken say. They read the same weights in another order,
// and where activations are rounded to 8 bits the last bit of a sum can become a step.
const (
	MaxProductsIncrease = 0.02
	MinProductsSame     = 0.9
)

// pack gives the graph at target, prepared for the CPU, our own operators, if it has
// products that they compute, and if real text shows that this changes no more than
// that.
func (d *decoder) pack(target string, made prepared, maxIncrease, minSame float64) (prepared, error) {
	m, err := graph.Load(target)
	if err != nil {
		return made, err
	}
	n := graph.PackDecoder(m)
	if n == 0 {
		return made, nil
	}
	dir, err := os.MkdirTemp(filepath.Dir(target), "packed-")
	if err != nil {
		return made, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	packed := filepath.Join(dir, filepath.Base(target))
	if err := graph.Save(m, packed); err != nil {
		return made, err
	}
	before, err := d.forecasts(target)
	if err != nil {
		return made, err
	}
	after, err := d.forecasts(packed)
	if err != nil {
		return made, err
	}
	seen := compareForecasts(before, after)
	made.products = &modelstore.ProductsCheck{Packed: acceptable(seen, maxIncrease, minSame), TextCheck: seen}
	if !made.products.Packed {
		made.steps = append(made.steps, fmt.Sprintf("products left as they are, because our own would change the most probable token for %.1f %% of %d, and perplexity by %+.1f %% (margin %.1f %%)",
			100*(1-seen.SameToken), seen.Tokens, 100*seen.Increase, 100*seen.Margin))
		return made, nil
	}
	made.steps = append(made.steps, "products of 4 bits laid out as they are multiplied, their scales in halves")
	if made.compared, err = d.compare(packed); err != nil {
		return made, err
	}
	for _, suffix := range []string{".data", ""} {
		if err := os.Rename(packed+suffix, target+suffix); err != nil {
			return made, err
		}
	}
	return made, made.compared.finite()
}
