#include "ops_kernels.h"

#include "gemm.h"

#include <stdlib.h>

static const char *matmul_name(const OrtCustomOp *op) { return "PackedMatMul"; }
static const char *matmul8_name(const OrtCustomOp *op) { return "PackedMatMul8"; }
static const char *gelu_name(const OrtCustomOp *op) { return "PackedMatMulGelu"; }
static const char *gelu8_name(const OrtCustomOp *op) { return "PackedMatMul8Gelu"; }
static const char *matmul4_name(const OrtCustomOp *op) { return "PackedMatMul4"; }
static const char *embedding4_name(const OrtCustomOp *op) { return "PackedEmbedding4"; }
static const char *attention_name(const OrtCustomOp *op) { return "PackedAttention"; }
static const char *provider(const OrtCustomOp *op) { return NULL; } // the processor
static int matmul_type(const OrtCustomOp *op, size_t i) { return FLOAT; }
static int matmul8_type(const OrtCustomOp *op, size_t i) { return i == WEIGHT8 ? INT8 : i == SUM8 ? INT32 : FLOAT; }
static int matmul4_type(const OrtCustomOp *op, size_t i) { return i == WEIGHT4 ? UINT8 : i == SCALE4 ? ANY : FLOAT; }
static int embedding4_type(const OrtCustomOp *op, size_t i) { return i == IDS ? INT64 : i == TABLE ? UINT8 : ANY; }
static int attention_type(const OrtCustomOp *op, size_t i) { return i == LENGTHS ? INT64 : FLOAT; }
static int output_type(const OrtCustomOp *op, size_t i) { return FLOAT; }
static size_t matmul_inputs(const OrtCustomOp *op) { return MATMUL_INPUTS; }
static size_t matmul8_inputs(const OrtCustomOp *op) { return MATMUL8_INPUTS; }
static size_t three(const OrtCustomOp *op) { return 3; }
static size_t attention_inputs(const OrtCustomOp *op) { return ATTENTION_INPUTS; }
static size_t outputs(const OrtCustomOp *op) { return 1; }
static int matmul_input(const OrtCustomOp *op, size_t i) { return i < BIAS ? REQUIRED : OPTIONAL; }
static int matmul8_input(const OrtCustomOp *op, size_t i) { return i < BIAS8 ? REQUIRED : OPTIONAL; }
static int required(const OrtCustomOp *op, size_t i) { return REQUIRED; }
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

OrtStatus *invalid(const char *what) {
	return CALL(CreateStatus, OrtStatus *, (int, const char *))(INVALID_ARGUMENT, what);
}

// read leaves t as it is, without data, where an optional input is missing.
static OrtStatus *read(const OrtKernelContext *context, size_t i, tensor *t) {
	const OrtValue *v = NULL;
	OrtStatus *e = STATUS(KernelContext_GetInput, (const OrtKernelContext *, size_t, const OrtValue **))(context, i, &v);
	if (e != NULL || v == NULL) return e;
	OrtTensorTypeAndShapeInfo *info;
	if ((e = STATUS(GetTensorTypeAndShape, (const OrtValue *, OrtTensorTypeAndShapeInfo **))(v, &info))) return e;
	e = STATUS(GetTensorElementType, (const OrtTensorTypeAndShapeInfo *, int *))(info, &t->type);
	if (e == NULL) e = STATUS(GetDimensionsCount, (const OrtTensorTypeAndShapeInfo *, size_t *))(info, &t->rank);
	if (e == NULL && t->rank > 3) e = invalid("inputs have three dimensions at most");
	if (e == NULL) e = STATUS(GetDimensions, (const OrtTensorTypeAndShapeInfo *, int64_t *, size_t))(info, t->shape, t->rank);
	if (e == NULL) e = STATUS(GetTensorMutableData, (const OrtValue *, void **))(v, (void **)&t->data);
	CALL(ReleaseTensorTypeAndShapeInfo, void, (OrtTensorTypeAndShapeInfo *))(info);
	return e;
}

OrtStatus *read_all(const OrtKernelContext *context, tensor *t, size_t inputs) {
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
	if (x->rank != 2 || x->shape[1] < 1 || w->rank != 3 || w->shape[1] < 1 || x->shape[1] % w->shape[1] != 0 || w->shape[2] != PANEL)
		return invalid("PackedMatMul needs x of [rows, k], or of k for each group, and a weight of [panels, k, 16]");
	*g = (gemm){.x = x->data, .w = w->data, .bias = t[BIAS].data, .skip = t[SKIP].data, .rows = x->shape[0], .k = w->shape[1]};
	g->n = w->shape[0] * PANEL, g->groups = x->shape[1] / g->k;
	OrtStatus *e = added(&t[BIAS], &t[SKIP], g->rows, &g->n);
	if (e == NULL && g->groups > 1 && (w->shape[0] % g->groups != 0 || g->n != w->shape[0] * PANEL))
		return invalid("PackedMatMul needs as many whole panels of each group of x's columns");
	return e;
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

void parallel(void *context, void (*f)(void *, size_t), size_t tasks, void *data) {
	if (tasks == 1) {
		f(data, 0);
		return;
	}
	OrtStatus *e = STATUS(KernelContext_ParallelFor, (const OrtKernelContext *, void (*)(void *, size_t), size_t, size_t, void *))(context, f, tasks, 0, data);
	if (e == NULL) return;
	free(message(e)); // it has run nothing
	for (size_t i = 0; i < tasks; i++) f(data, i);
}

scratch *take(own_ops *ops, size_t floats) {
	scratch *s = atomic_exchange(&ops->idle, NULL);
	if (s != NULL && s->floats >= floats) return s;
	free(s);
	s = aligned_alloc(64, (sizeof *s + floats * sizeof(float) + 63) / 64 * 64);
	if (s != NULL) s->floats = floats;
	return s;
}

void give(own_ops *ops, scratch *s) { free(atomic_exchange(&ops->idle, s)); }

OrtStatus *output_of(OrtKernelContext *context, const int64_t *shape, size_t rank, float **y) {
	OrtValue *v;
	OrtStatus *e = STATUS(KernelContext_GetOutput, (OrtKernelContext *, size_t, const int64_t *, size_t, OrtValue **))(context, 0, shape, rank, &v);
	if (e == NULL) e = STATUS(GetTensorMutableData, (OrtValue *, void **))(v, (void **)y);
	return e;
}

OrtStatus *result(OrtKernelContext *context, int64_t rows, int64_t columns, float **y) {
	return output_of(context, (const int64_t[]){rows, columns}, 2, y);
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
	scratch *s = take(ops, gemm_scratch(g.rows, g.groups * g.k));
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

static OrtCustomOp common(void) {
	return (OrtCustomOp){
		.version = ort_api_version, .GetExecutionProviderType = provider, .GetOutputType = output_type,
		.GetOutputTypeCount = outputs, .GetOutputCharacteristic = output, .GetInputMemoryType = memory,
		.GetVariadicInputMinArity = zero, .GetVariadicInputHomogeneity = zero, .GetVariadicOutputMinArity = zero,
		.GetVariadicOutputHomogeneity = zero, .GetStartVersion = version, .GetEndVersion = version,
	};
}

char *ops_register(OrtSessionOptions *so, const char *domain, int threads, own_ops **out) {
	own_ops *ops = *out = calloc(1, sizeof *ops);
	if (ops == NULL) return message(invalid("there is no memory for operators"));
	ops->threads = threads;
	OrtCustomOp *op = &ops->matmul.op;
	*op = common(), ops->matmul.all = ops;
	op->GetName = matmul_name, op->GetInputType = matmul_type, op->GetInputTypeCount = matmul_inputs;
	op->GetInputCharacteristic = matmul_input, op->CreateKernelV2 = matmul_create, op->KernelComputeV2 = matmul_compute;
	op->KernelDestroy = matmul_destroy;
	op = &ops->matmul8.op;
	*op = common(), ops->matmul8.all = ops;
	op->GetName = matmul8_name, op->GetInputType = matmul8_type, op->GetInputTypeCount = matmul8_inputs;
	op->GetInputCharacteristic = matmul8_input, op->CreateKernelV2 = matmul_create, op->KernelComputeV2 = matmul8_compute;
	op->KernelDestroy = matmul_destroy;
	ops->gelu = ops->matmul, ops->gelu.gelu = 1, ops->gelu.op.GetName = gelu_name;
	ops->gelu8 = ops->matmul8, ops->gelu8.gelu = 1, ops->gelu8.op.GetName = gelu8_name;
	op = &ops->matmul4.op;
	*op = common(), ops->matmul4.all = ops;
	op->GetName = matmul4_name, op->GetInputType = matmul4_type, op->GetInputTypeCount = three;
	op->GetInputCharacteristic = required, op->CreateKernelV2 = matmul_create, op->KernelComputeV2 = matmul4_compute;
	op->KernelDestroy = matmul_destroy;
	op = &ops->embedding4.op;
	*op = common(), ops->embedding4.all = ops;
	op->GetName = embedding4_name, op->GetInputType = embedding4_type, op->GetInputTypeCount = three;
	op->GetInputCharacteristic = required, op->CreateKernelV2 = matmul_create, op->KernelComputeV2 = embedding4_compute;
	op->KernelDestroy = matmul_destroy;
	op = &ops->attention.op;
	*op = common(), ops->attention.all = ops;
	op->GetName = attention_name, op->GetInputType = attention_type, op->GetInputTypeCount = attention_inputs;
	op->GetInputCharacteristic = attention_input, op->CreateKernelV2 = attention_create, op->KernelComputeV2 = attention_compute;
	op->KernelDestroy = attention_destroy;
	char *e = message(STATUS(CreateCustomOpDomain, (const char *, OrtCustomOpDomain **))(domain, &ops->domain));
	const OrtCustomOp *all[] = {&ops->matmul.op, &ops->matmul8.op, &ops->gelu.op, &ops->gelu8.op, &ops->matmul4.op, &ops->embedding4.op, &ops->attention.op};
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
