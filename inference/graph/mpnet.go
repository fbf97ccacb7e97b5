package graph

import "math"

// mpnetBuckets is how many the reference sorts distances into, whatever config.json's
// relative_attention_num_buckets, which is the table's size (compute_position_bias in
// transformers' modeling_mpnet.py).
const (
	mpnetBuckets  = 32
	mpnetDistance = 128
)

// mpnetAttention adds a number for each head and distance to the scores, the same in all
// layers.
func mpnetAttention(p *plain) (scores, error) {
	c := struct {
		Rows int `json:"relative_attention_num_buckets"`
	}{mpnetBuckets}
	if err := p.spec.settings(&c); err != nil {
		return nil, err
	}
	if err := sized("relative_attention_num_buckets", c.Rows, mpnetBuckets, 1<<16); err != nil {
		return nil, err
	}
	if err := p.spec.tabled(); err != nil {
		return nil, err
	}
	positions := p.spec.Positions
	buckets := make([]int64, 0, 2*positions-1)
	for d := 1 - positions; d < positions; d++ {
		buckets = append(buckets, mpnetBucket(d))
	}
	at := p.distances(p.ints("buckets", buckets, len(buckets)), positions, false)
	table := p.parameter("mpnet.encoder.relative_attention_bias.weight", c.Rows, p.spec.Heads)
	bias := p.node("", "Transpose", []string{p.op("Gather", table, at)}, attribute{"perm", []int64{2, 0, 1}})
	bias = p.op("Unsqueeze", bias, p.ints("bias.axis", []int64{0}, 1))
	return func(string, string, string) (string, float32) { return bias, p.scale(1) }, nil
}

// mpnetBucket is relative_position_bucket of modeling_mpnet.py, of a query's place less a
// key's.
func mpnetBucket(d int) int64 {
	bucket, half := 0, mpnetBuckets/2
	if d < 0 {
		bucket, d = half, -d
	}
	exact := half / 2
	if d < exact {
		return int64(bucket + d)
	}
	large := exact + int(float32(math.Log(float64(float32(d)/float32(exact))))/float32(math.Log(mpnetDistance/float64(exact)))*float32(half-exact))
	return int64(bucket + min(large, half-1))
}
