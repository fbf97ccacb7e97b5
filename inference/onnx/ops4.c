#include "ops_kernels.h"

#include "gemm.h"

// weights_of_4 reads weight and scale, which lie behind the first of three inputs.
static OrtStatus *weights_of_4(const tensor *t, weights4 *out) {
	const tensor *w = &t[WEIGHT4], *scale = &t[SCALE4];
	if (w->rank != 3 || w->shape[1] < 1 || w->shape[2] != PANEL * BLOCK4 / 2)
		return invalid("a weight of 4 bits needs the shape [panels, blocks, 256]");
	if (scale->rank != 3 || scale->shape[0] != w->shape[0] || scale->shape[1] != w->shape[1] || scale->shape[2] != PANEL ||
	    (scale->type != FLOAT && scale->type != HALF))
		return invalid("a weight of 4 bits needs a scale of each column's blocks, all halves or all floats");
	*out = (weights4){w->data, scale->data, scale->type == FLOAT};
	return NULL;
}

OrtStatus *matmul4_compute(void *kernel, OrtKernelContext *context) {
	own_ops *ops = ((const own *)kernel)->all;
	tensor t[MATMUL4_INPUTS] = {0};
	OrtStatus *e = read_all(context, t, MATMUL4_INPUTS);
	gemm4 g = {.rows = 1};
	if (e != NULL || (e = weights_of_4(t, &g.w))) return e;
	const tensor *x = &t[X4], *w = &t[WEIGHT4];
	if (x->rank < 2 || x->shape[x->rank - 1] != w->shape[1] * BLOCK4)
		return invalid("PackedMatMul4 needs x of [rows, k] or [batch, rows, k], k being 32 for each block of the weight");
	g.x = x->data, g.k = w->shape[1] * BLOCK4, g.n = w->shape[0] * PANEL;
	int64_t shape[3];
	for (size_t i = 0; i + 1 < x->rank; i++) g.rows *= shape[i] = x->shape[i];
	shape[x->rank - 1] = g.n;
	if ((e = output_of(context, shape, x->rank, &g.y))) return e;
	scratch *s = take(ops, gemm4_scratch(g.rows, g.k) / sizeof(float) + 1);
	if (s == NULL) return invalid("there is no memory for PackedMatMul4's rows");
	g.packed = s->data;
	g.tasks = ops->threads == 1 ? 1 : ops->threads * PIECES;
	gemm4_run(&g, parallel, context);
	give(ops, s);
	return NULL;
}

OrtStatus *embedding4_compute(void *kernel, OrtKernelContext *context) {
	tensor t[EMBEDDING4_INPUTS] = {0};
	OrtStatus *e = read_all(context, t, EMBEDDING4_INPUTS);
	weights4 table;
	if (e != NULL || (e = weights_of_4(t, &table))) return e;
	const tensor *ids = &t[IDS], *w = &t[TABLE];
	if (ids->rank != 2) return invalid("PackedEmbedding4 needs ids of [batch, rows]");
	const int64_t blocks = w->shape[1], shape[3] = {ids->shape[0], ids->shape[1], blocks * BLOCK4};
	float *y;
	if ((e = output_of(context, shape, 3, &y))) return e;
	for (int64_t i = 0; i < shape[0] * shape[1]; i++, y += shape[2]) {
		const int64_t id = ((const int64_t *)ids->data)[i];
		if (id < 0 || id >= w->shape[0] * PANEL) return invalid("PackedEmbedding4 needs ids of columns that the weight has");
		column4(table, blocks, id, y);
	}
	return NULL;
}
