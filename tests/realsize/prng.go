package realsize

// gamma is SplitMix64's increment.
const gamma = 0x9E3779B97F4A7C15

// seed is the 64-bit FNV-1a hash of a parameter's name.
func seed(name string) uint64 {
	h := uint64(0xCBF29CE484222325)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint64(name[i])) * 0x100000001B3
	}
	return h
}

// mix is SplitMix64's output function.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// value is element i of the parameter with that seed, in [center-scale,
// center+scale), bit for bit as tests/reference/prng.py computes it. Every
// element is a function of its index alone, so that a transposed tensor can be
// written in one pass.
func value(seed, i uint64, center, scale float32) float32 {
	bits := mix(seed+(i+1)*gamma) >> 40
	unit := float32(int32(bits)-1<<23) / (1 << 23)
	// The conversion keeps the compiler from fusing both operations into one
	// with a single rounding.
	return float32(unit*scale) + center
}
