#include "ops.h"

#include "attention.h"
#include "gemm.h"

#include <stdatomic.h>
#include <stdlib.h>

// Inputs; package graph says what they are.
enum { X, WEIGHT, BIAS, SKIP, MATMUL_INPUTS };                    // of PackedMatMul
enum { X8, WEIGHT8, SCALE8, SUM8, BIAS8, SKIP8, MATMUL8_INPUTS }; // of PackedMatMul8
enum { PARTS, LENGTHS, QUERY, ATTENTION_INPUTS };                 // of PackedAttention
enum { FLOAT = 1, INT8 = 3, INT32 = 6, INT64 = 7, REQUIRED = 0, OPTIONAL = 1, INVALID_ARGUMENT = 2 };

// How many pieces of a product each thread has: enough that a thread which other
// processes hold up leaves the rest to the others.
enum { PIECES = 4 };

typedef struct {
	size_t floats;
	float data[] __attribute__((aligned(64)));
} scratch;

// own is an operator as the runtime knows it; it hands out the first member's address.
typedef struct {
	OrtCustomOp op;
	own_ops *all;
	int gelu; // of the product
} own;

struct own_ops {
	own matmul, matmul8, gelu, gelu8, attention;
	OrtCustomOpDomain *domain;
	int threads;
	_Atomic(scratch *) idle; // of the last run, for the next one
};

static const char *matmul_name(const OrtCustomOp *op) { return "PackedMatMul"; }
static const char *matmul8_name(const OrtCustomOp *op) { return "PackedMatMul8"; }
static const char *gelu_name(const OrtCustomOp *op) { return "PackedMatMulGelu"; }
static const char *gelu8_name(const OrtCustomOp *op) { return "PackedMatMul8Gelu"; }
static const char *attention_name(const OrtCustomOp *op) { return "PackedAttention"; }
static const char *provider(const OrtCustomOp *op) { return NULL; } // the processor
static int matmul_type(const OrtCustomOp *op, size_t i) { return FLOAT; }
static int matmul8_type(const OrtCustomOp *op, size_t i) { return i == WEIGHT8 ? INT8 : i == SUM8 ? INT32 : FLOAT; }
static int attention_type(const OrtCustomOp *op, size_t i) { return i == LENGTHS ? INT64 : FLOAT; }
static int output_type(const OrtCustomOp *op, size_t i) { return FLOAT; }
static size_t matmul_inputs(const OrtCustomOp *op) { return MATMUL_INPUTS; }
static size_t matmul8_inputs(const OrtCustomOp *op) { return MATMUL8_INPUTS; }
static size_t attention_inputs(const OrtCustomOp *op) { return ATTENTION_INPUTS; }
static size_t outputs(const OrtCustomOp *op) { return 1; }
static int matmul_input(const OrtCustomOp *op, size_t i) { return i < BIAS ? REQUIRED : OPTIONAL; }
static int matmul8_input(const OrtCustomOp *op, size_t i) { return i < BIAS8 ? REQUIRED : OPTIONAL; }
static int attention_input(const OrtCustomOp *op, size_t i) { return i < QUERY ? REQUIRED : OPTIONAL; }
static int output(const OrtCustomOp *op, size_t i) { return REQUIRED; }
static int zero(const OrtCustomOp *op) { return 0; }
static int memory(const OrtCustomOp *op, size_t i) { return 0; } // OrtMemTypeDefault
static int version(const OrtCustomOp *op) { return 1; }

static OrtStatus *matmul_create(const OrtCustomOp *op, const void *api, const void *info, void **kernel) {
	*kernel = (void *)op;
	return NULL;
}
static void matmul_destroy(void *kernel) {}

static OrtStatus *invalid(const char *what) {
	return CALL(CreateStatus, OrtStatus *, (int, const char *))(INVALID_ARGUMENT, what);
}

typedef struct {
	const void *data;
	int64_t shape[3];
	size_t rank;
} tensor;

// read leaves t as it is, without data, where an optional input is missing.
static OrtStatus *read(const OrtKernelContext *context, size_t i, tensor *t) {
	const OrtValue *v = NULL;
	OrtStatus *e = STATUS(KernelContext_GetInput, (const OrtKernelContext *, size_t, const OrtValue **))(context, i, &v);
	if (e != NULL || v == NULL) return e;
	OrtTensorTypeAndShapeInfo *info;
	if ((e = STATUS(GetTensorTypeAndShape, (const OrtValue *, OrtTensorTypeAndShapeInfo **))(v, &info))) return e;
	e = STATUS(GetDimensionsCount, (const OrtTensorTypeAndShapeInfo *, size_t *))(info, &t->rank);
	if (e == NULL && t->rank > 3) e = invalid("inputs have three dimensions at most");
	if (e == NULL) e = STATUS(GetDimensions, (const OrtTensorTypeAndShapeInfo *, int64_t *, size_t))(info, t->shape, t->rank);
	if (e == NULL) e = STATUS(GetTensorMutableData, (const OrtValue *, void **))(v, (void **)&t->data);
	CALL(ReleaseTensorTypeAndShapeInfo, void, (OrtTensorTypeAndShapeInfo *))(info);
	return e;
}

static OrtStatus *read_all(const OrtKernelContext *context, tensor *t, size_t inputs) {
	OrtStatus *e = NULL;
	for (size_t i = 0; e == NULL && i < inputs; i++) e = read(context, i, &t[i]);
	return e;
}

// added checks bias and skip of a product of so many columns at most, and n says how many
// there are. A graph may come from anywhere.
static OrtStatus *added(const tensor *bias, const tensor *skip, int64_t rows, int64_t *n) {
	if (bias->data != NULL) {
		if (bias->rank != 1 || bias->shape[0] > *n || bias->shape[0] <= *n - PANEL)
			return invalid("a product needs a bias of as many columns as the weight's panels have");
		*n = bias->shape[0];
	}
	if (skip->data != NULL && (skip->rank != 2 || skip->shape[0] != rows || skip->shape[1] != *n))
		return invalid("a product needs a skip of the product's shape");
	return NULL;
}

static OrtStatus *product(const tensor *t, gemm *g) {
	const tensor *x = &t[X], *w = &t[WEIGHT];
	if (x->rank != 2 || x->shape[1] < 1 || w->rank != 3 || w->shape[1] != x->shape[1] || w->shape[2] != PANEL)
		return invalid("PackedMatMul needs x of [rows, k] and a weight of [panels, k, 16]");
	*g = (gemm){.x = x->data, .w = w->data, .bias = t[BIAS].data, .skip = t[SKIP].data, .rows = x->shape[0], .k = x->shape[1]};
	g->n = w->shape[0] * PANEL;
	return added(&t[BIAS], &t[SKIP], g->rows, &g->n);
}

static int of_blocks(const tensor *t, int64_t panels, int64_t k) {
	return t->rank == 3 && t->shape[0] == panels && t->shape[1] == blocks(k) && t->shape[2] == PANEL;
}

static OrtStatus *product8(const tensor *t, gemm8 *g) {
	const tensor *x = &t[X8], *w = &t[WEIGHT8], *scale = &t[SCALE8], *sum = &t[SUM8];
	if (x->rank != 2 || x->shape[1] < 1 || w->rank != 3 || w->shape[1] != (x->shape[1] + QUAD - 1) / QUAD || w->shape[2] != PANEL * QUAD)
		return invalid("PackedMatMul8 needs x of [rows, k] and a weight of [panels, quads of k, 64]");
	g->n = w->shape[0] * PANEL;
	if (!of_blocks(scale, w->shape[0], x->shape[1]) || !of_blocks(sum, w->shape[0], x->shape[1]))
		return invalid("PackedMatMul8 needs a scale and a sum of each block, [panels, blocks of k, 16]: run scorer optimize again");
	*g = (gemm8){.x = x->data, .w = w->data, .scale = scale->data, .sum = sum->data, .bias = t[BIAS8].data, .skip = t[SKIP8].data,
		.rows = x->shape[0], .k = x->shape[1], .n = g->n};
	return added(&t[BIAS8], &t[SKIP8], g->rows, &g->n);
}

static void parallel(void *context, void (*f)(void *, size_t), size_t tasks, void *data) {
	if (tasks == 1) {
		f(data, 0);
		return;
	}
	OrtStatus *e = STATUS(KernelContext_ParallelFor, (const OrtKernelContext *, void (*)(void *, size_t), size_t, size_t, void *))(context, f, tasks, 0, data);
	if (e == NULL) return;
	free(message(e)); // it has run nothing
	for (size_t i = 0; i < tasks; i++) f(data, i);
}

// take gives room for so many floats, give takes it back for the next run.
static scratch *take(own_ops *ops, size_t floats) {
	scratch *s = atomic_exchange(&ops->idle, NULL);
	if (s != NULL && s->floats >= floats) return s;
	free(s);
	s = aligned_alloc(64, (sizeof *s + floats * sizeof(float) + 63) / 64 * 64);
	if (s != NULL) s->floats = floats;
	return s;
}

static void give(own_ops *ops, scratch *s) { free(atomic_exchange(&ops->idle, s)); }

static OrtStatus *result(OrtKernelContext *context, int64_t rows, int64_t columns, float **y) {
	const int64_t shape[2] = {rows, columns};
	OrtValue *v;
	OrtStatus *e = STATUS(KernelContext_GetOutput, (OrtKernelContext *, size_t, const int64_t *, size_t, OrtValue **))(context, 0, shape, 2, &v);
	if (e == NULL) e = STATUS(GetTensorMutableData, (OrtValue *, void **))(v, (void **)y);
	return e;
}

static OrtStatus *matmul_compute(void *kernel, OrtKernelContext *context) {
	const own *op = kernel;
	own_ops *ops = op->all;
	tensor t[MATMUL_INPUTS] = {0};
	OrtStatus *e = read_all(context, t, MATMUL_INPUTS);
	if (e != NULL) return e;
	gemm g;
	if ((e = product(t, &g))) return e;
	if ((e = result(context, g.rows, g.n, &g.y))) return e;
	scratch *s = take(ops, gemm_scratch(g.rows, g.k));
	if (s == NULL) return invalid("there is no memory for PackedMatMul's rows");
	g.packed = s->data;
	g.gelu = op->gelu;
	g.tasks = ops->threads == 1 ? 1 : ops->threads * PIECES;
	gemm_run(&g, parallel, context);
	give(ops, s);
	return NULL;
}

static OrtStatus *matmul8_compute(void *kernel, OrtKernelContext *context) {
	const own *op = kernel;
	own_ops *ops = op->all;
	tensor t[MATMUL8_INPUTS] = {0};
	OrtStatus *e = read_all(context, t, MATMUL8_INPUTS);
	if (e != NULL) return e;
	gemm8 g;
	if ((e = product8(t, &g))) return e;
	if ((e = result(context, g.rows, g.n, &g.y))) return e;
	scratch *s = take(ops, gemm8_scratch(g.rows, g.k) / sizeof(float) + 1);
	if (s == NULL) return invalid("there is no memory for PackedMatMul8's rows");
	g.packed = s->data;
	g.gelu = op->gelu;
	g.tasks = ops->threads == 1 ? 1 : ops->threads * PIECES;
	gemm8_run(&g, parallel, context);
	give(ops, s);
	return NULL;
}

typedef struct {
	own_ops *ops;
	int64_t heads;
} attention_kernel;

static OrtStatus *attention_create(const OrtCustomOp *op, const void *api, const void *info, void **kernel) {
	int64_t heads;
	OrtStatus *e = STATUS(KernelInfoGetAttribute_int64, (const void *, const char *, int64_t *))(info, "heads", &heads);
	if (e != NULL) return e;
	if (heads < 1 || heads > 1 << 16) return invalid("PackedAttention needs a number of heads");
	attention_kernel *k = malloc(sizeof *k);
	if (k == NULL) return invalid("there is no memory for PackedAttention");
	*k = (attention_kernel){((const own *)op)->all, heads};
	*kernel = k;
	return NULL;
}

static void attention_destroy(void *kernel) { free(kernel); }

// attends checks that the inputs go together.
static OrtStatus *attends(const tensor *t, int64_t heads, attention *a) {
	const tensor *parts = &t[PARTS], *lengths = &t[LENGTHS], *query = &t[QUERY];
	const int count = query->data == NULL ? 3 : 2; // query, key, value
	if (parts->rank != 2 || lengths->rank != 1 || parts->shape[1] % (count * heads) != 0 || parts->shape[1] == 0)
		return invalid("PackedAttention needs rows of query, key and value, or of key and value beside a query, and lengths");
	const int64_t hidden = parts->shape[1] / count;
	const float *x = parts->data;
	*a = (attention){.q = x, .q_apart = count * hidden, .k = x + (count - 2) * hidden, .v = x + (count - 1) * hidden,
		.kv_apart = count * hidden, .heads = heads, .size = hidden / heads, .lengths = lengths->data, .texts = lengths->shape[0]};
	if (query->data != NULL) {
		if (query->rank != 2 || query->shape[0] != a->texts || query->shape[1] != hidden)
			return invalid("PackedAttention needs a query for each text");
		a->q = query->data, a->q_apart = hidden, a->first = 1;
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

static OrtStatus *attention_compute(void *kernel, OrtKernelContext *context) {
	const attention_kernel *k = kernel;
	tensor t[ATTENTION_INPUTS] = {0};
	OrtStatus *e = read_all(context, t, ATTENTION_INPUTS);
	if (e != NULL) return e;
	attention a;
	if ((e = attends(t, k->heads, &a))) return e;
	if ((e = result(context, a.first ? a.texts : t[PARTS].shape[0], a.heads * a.size, &a.y))) return e;
	a.tasks = k->ops->threads;
	scratch *s = take(k->ops, a.tasks * attention_scratch(a.longest, a.size));
	if (s == NULL) return invalid("there is no memory for PackedAttention's scores");
	a.room = s->data;
	attention_run(&a, parallel, context);
	give(k->ops, s);
	return NULL;
}

static OrtCustomOp common(void) {
	return (OrtCustomOp){
		.version = ort_api_version, .GetExecutionProviderType = provider, .GetOutputType = output_type,
		.GetOutputTypeCount = outputs, .GetOutputCharacteristic = output, .GetInputMemoryType = memory,
		.GetVariadicInputMinArity = zero, .GetVariadicInputHomogeneity = zero, .GetVariadicOutputMinArity = zero,
		.GetVariadicOutputHomogeneity = zero, .GetStartVersion = version, .GetEndVersion = version,
	};
}

typedef const char *name_of(const OrtCustomOp *op);

static own matmul(own_ops *all, name_of *name, int gelu) {
	own o = {common(), all, gelu};
	o.op.GetName = name, o.op.GetInputType = matmul_type, o.op.GetInputTypeCount = matmul_inputs;
	o.op.GetInputCharacteristic = matmul_input, o.op.CreateKernelV2 = matmul_create, o.op.KernelComputeV2 = matmul_compute;
	o.op.KernelDestroy = matmul_destroy;
	return o;
}

static own matmul8(own_ops *all, name_of *name, int gelu) {
	own o = {common(), all, gelu};
	o.op.GetName = name, o.op.GetInputType = matmul8_type, o.op.GetInputTypeCount = matmul8_inputs;
	o.op.GetInputCharacteristic = matmul8_input, o.op.CreateKernelV2 = matmul_create, o.op.KernelComputeV2 = matmul8_compute;
	o.op.KernelDestroy = matmul_destroy;
	return o;
}

char *ops_register(OrtSessionOptions *so, const char *domain, int threads, own_ops **out) {
	own_ops *ops = *out = calloc(1, sizeof *ops);
	if (ops == NULL) return message(invalid("there is no memory for operators"));
	ops->threads = threads;
	ops->matmul = matmul(ops, matmul_name, 0), ops->gelu = matmul(ops, gelu_name, 1);
	ops->matmul8 = matmul8(ops, matmul8_name, 0), ops->gelu8 = matmul8(ops, gelu8_name, 1);
	OrtCustomOp *op = &ops->attention.op;
	*op = common(), ops->attention.all = ops;
	op->GetName = attention_name, op->GetInputType = attention_type, op->GetInputTypeCount = attention_inputs;
	op->GetInputCharacteristic = attention_input, op->CreateKernelV2 = attention_create, op->KernelComputeV2 = attention_compute;
	op->KernelDestroy = attention_destroy;
	char *e = message(STATUS(CreateCustomOpDomain, (const char *, OrtCustomOpDomain **))(domain, &ops->domain));
	const OrtCustomOp *all[] = {&ops->matmul.op, &ops->matmul8.op, &ops->gelu.op, &ops->gelu8.op, &ops->attention.op};
	for (size_t i = 0; e == NULL && i < sizeof all / sizeof *all; i++)
		e = message(STATUS(CustomOpDomain_Add, (OrtCustomOpDomain *, const OrtCustomOp *))(ops->domain, all[i]));
	if (e == NULL) e = message(STATUS(AddCustomOpDomain, (OrtSessionOptions *, OrtCustomOpDomain *))(so, ops->domain));
	if (e != NULL) {
		ops_close(ops);
		*out = NULL;
	}
	return e;
}

void ops_close(own_ops *ops) {
	if (ops == NULL) return;
	if (ops->domain != NULL) CALL(ReleaseCustomOpDomain, void, (OrtCustomOpDomain *))(ops->domain);
	free(atomic_load(&ops->idle));
	free(ops);
}
