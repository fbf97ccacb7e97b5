#include "ops_kernels.h"

#include "attention.h"

#include <stdlib.h>

typedef struct {
	own_ops *ops;
	int64_t heads, window;
} attention_kernel;

OrtStatus *attention_create(const OrtCustomOp *op, const void *api, const void *info, void **kernel) {
	int64_t heads;
	OrtStatus *e = STATUS(KernelInfoGetAttribute_int64, (const void *, const char *, int64_t *))(info, "heads", &heads);
	if (e != NULL) return e;
	if (heads < 1 || heads > 1 << 16) return invalid("PackedAttention needs a number of heads");
	int64_t window = 0;
	e = STATUS(KernelInfoGetAttribute_int64, (const void *, const char *, int64_t *))(info, "window", &window);
	if (e != NULL) CALL(ReleaseStatus, void, (OrtStatus *))(e); // it has none
	if (window < 0) return invalid("PackedAttention needs a window of tokens");
	attention_kernel *k = malloc(sizeof *k);
	if (k == NULL) return invalid("there is no memory for PackedAttention");
	*k = (attention_kernel){((const own *)op)->all, heads, window};
	*kernel = k;
	return NULL;
}

void attention_destroy(void *kernel) { free(kernel); }

// attends checks that the inputs go together.
static OrtStatus *attends(const tensor *t, int64_t heads, attention *a) {
	const tensor *parts = &t[PARTS], *lengths = &t[LENGTHS], *query = &t[QUERY];
	int count = 3; // query, key, value
	const int asked = query->type == FLOAT; // one without elements may have no data
	if (asked && parts->rank == 2) count = query->rank == 2 && 2 * query->shape[1] == parts->shape[1] ? 2 : 1;
	if (parts->rank != 2 || lengths->rank != 1 || parts->shape[1] % (count * heads) != 0 || parts->shape[1] == 0)
		return invalid("PackedAttention needs rows of query, key and value, or of key and value beside a query, and lengths");
	const int64_t hidden = parts->shape[1] / count;
	const float *x = parts->data;
	*a = (attention){.q = x, .q_apart = count * hidden, .k = count == 1 ? x : x + (count - 2) * hidden, .v = x + (count - 1) * hidden,
		.kv_apart = count * hidden, .heads = heads, .size = hidden / heads, .lengths = lengths->data, .texts = lengths->shape[0]};
	if (asked) {
		if (query->rank != 2 || query->shape[0] != a->texts || query->shape[1] % hidden != 0 || query->shape[1] == 0)
			return invalid("PackedAttention needs a query for each text, or some where key and value are one");
		a->q = query->data, a->q_apart = hidden, a->queries = query->shape[1] / hidden;
	}
	int64_t rows = parts->shape[0];
	for (int64_t i = 0; i < a->texts; i++) {
		int64_t n = a->lengths[i];
		if (n < 1 || n > rows) return invalid("PackedAttention needs lengths that sum up to the rows");
		rows -= n;
		if (n > a->longest) a->longest = n;
	}
	return rows == 0 ? NULL : invalid("PackedAttention needs lengths that sum up to the rows");
}

OrtStatus *attention_compute(void *kernel, OrtKernelContext *context) {
	const attention_kernel *k = kernel;
	tensor t[ATTENTION_INPUTS] = {0};
	OrtStatus *e = read_all(context, t, ATTENTION_INPUTS);
	if (e != NULL) return e;
	attention a;
	if ((e = attends(t, k->heads, &a))) return e;
	if ((e = result(context, a.queries ? a.texts : t[PARTS].shape[0], (a.queries ? a.queries : 1) * a.heads * a.size, &a.y))) return e;
	if (k->window && a.queries) return invalid("PackedAttention has a window for every token alone");
	a.window = k->window;
	a.tasks = k->ops->threads;
	scratch *s = take(k->ops, a.tasks * attention_scratch(a.longest, a.size));
	if (s == NULL) return invalid("there is no memory for PackedAttention's scores");
	a.room = s->data;
	attention_run(&a, parallel, context);
	give(k->ops, s);
	return NULL;
}
