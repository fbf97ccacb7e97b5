package realsize

// Values are the first n values of the parameter of that name, in [center-scale,
// center+scale), as tests/reference/prng.py has them.
func Values(name string, n int, center, scale float32) []float32 {
	all, s := make([]float32, n), seed(name)
	for i := range all {
		all[i] = value(s, uint64(i), center, scale)
	}
	return all
}
