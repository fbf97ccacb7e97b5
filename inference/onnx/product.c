#include "product.h"

#include "gemm.h"

#include <stdatomic.h>
#include <stdlib.h>

// PackedMatMul's inputs, all float32; graph.PackedMatMul says what they are.
enum { X, WEIGHT, BIAS, SKIP, INPUTS };

// How many pieces of a product each thread has: enough that a thread which other
// processes hold up leaves the rest to the others.
enum { PIECES = 4 };

enum { FLOAT = 1, REQUIRED = 0, OPTIONAL = 1, INVALID_ARGUMENT = 2 };

typedef struct {
	size_t floats;
	float data[] __attribute__((aligned(64)));
} scratch;

struct product_ops {
	OrtCustomOp op; // first: the runtime hands out its address
	OrtCustomOpDomain *domain;
	int threads;
	_Atomic(scratch *) idle; // of the last run, for the next one
};

static const char *name(const OrtCustomOp *op) { return "PackedMatMul"; }
static const char *provider(const OrtCustomOp *op) { return NULL; } // the processor
static int type(const OrtCustomOp *op, size_t i) { return FLOAT; }
static size_t inputs(const OrtCustomOp *op) { return INPUTS; }
static size_t outputs(const OrtCustomOp *op) { return 1; }
static int input(const OrtCustomOp *op, size_t i) { return i < BIAS ? REQUIRED : OPTIONAL; }
static int output(const OrtCustomOp *op, size_t i) { return REQUIRED; }
static int zero(const OrtCustomOp *op) { return 0; }
static int memory(const OrtCustomOp *op, size_t i) { return 0; } // OrtMemTypeDefault
static int version(const OrtCustomOp *op) { return 1; }
static OrtStatus *create(const OrtCustomOp *op, const void *api, const void *info, void **kernel) {
	*kernel = (void *)op;
	return NULL;
}
static void destroy(void *kernel) {}

static OrtStatus *invalid(const char *what) {
	return CALL(CreateStatus, OrtStatus *, (int, const char *))(INVALID_ARGUMENT, what);
}

typedef struct {
	const float *data;
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
	if (e == NULL && t->rank > 3) e = invalid("PackedMatMul has inputs of three dimensions at most");
	if (e == NULL) e = STATUS(GetDimensions, (const OrtTensorTypeAndShapeInfo *, int64_t *, size_t))(info, t->shape, t->rank);
	if (e == NULL) e = STATUS(GetTensorMutableData, (const OrtValue *, void **))(v, (void **)&t->data);
	CALL(ReleaseTensorTypeAndShapeInfo, void, (OrtTensorTypeAndShapeInfo *))(info);
	return e;
}

// shape checks that the inputs go together, for a graph may come from anywhere.
static OrtStatus *shape(const tensor *t, gemm *g) {
	const tensor *x = &t[X], *w = &t[WEIGHT], *bias = &t[BIAS], *skip = &t[SKIP];
	if (x->rank != 2 || w->rank != 3 || w->shape[1] != x->shape[1] || w->shape[2] != GEMM_PANEL)
		return invalid("PackedMatMul needs x of [rows, k] and a weight of [panels, k, 16]");
	*g = (gemm){.x = x->data, .w = w->data, .bias = bias->data, .skip = skip->data, .rows = x->shape[0], .k = x->shape[1]};
	g->n = w->shape[0] * GEMM_PANEL;
	if (bias->data != NULL) {
		if (bias->rank != 1 || bias->shape[0] > g->n || bias->shape[0] <= g->n - GEMM_PANEL)
			return invalid("PackedMatMul needs a bias of as many columns as the weight's panels have");
		g->n = bias->shape[0];
	}
	if (skip->data != NULL && (skip->rank != 2 || skip->shape[0] != g->rows || skip->shape[1] != g->n))
		return invalid("PackedMatMul needs a skip of the product's shape");
	return NULL;
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

static OrtStatus *compute(void *kernel, OrtKernelContext *context) {
	product_ops *ops = kernel;
	tensor t[INPUTS] = {0};
	OrtStatus *e;
	for (size_t i = 0; i < INPUTS; i++)
		if ((e = read(context, i, &t[i]))) return e;
	gemm g;
	if ((e = shape(t, &g))) return e;
	const int64_t shape[2] = {g.rows, g.n};
	OrtValue *y;
	if ((e = STATUS(KernelContext_GetOutput, (OrtKernelContext *, size_t, const int64_t *, size_t, OrtValue **))(context, 0, shape, 2, &y))) return e;
	if ((e = STATUS(GetTensorMutableData, (OrtValue *, void **))(y, (void **)&g.y))) return e;

	size_t floats = gemm_scratch(g.rows, g.k);
	scratch *s = atomic_exchange(&ops->idle, NULL);
	if (s == NULL || s->floats < floats) {
		free(s);
		s = aligned_alloc(64, (sizeof *s + floats * sizeof(float) + 63) / 64 * 64);
		if (s == NULL) return invalid("there is no memory for PackedMatMul's rows");
		s->floats = floats;
	}
	g.packed = s->data;
	g.tasks = ops->threads == 1 ? 1 : ops->threads * PIECES;
	gemm_run(&g, parallel, context);
	free(atomic_exchange(&ops->idle, s));
	return NULL;
}

char *product_register(OrtSessionOptions *so, const char *domain, int threads, product_ops **out) {
	product_ops *ops = *out = calloc(1, sizeof *ops);
	if (ops == NULL) return message(invalid("there is no memory for PackedMatMul"));
	ops->threads = threads;
	ops->op = (OrtCustomOp){
		.version = ort_api_version, .GetName = name, .GetExecutionProviderType = provider,
		.GetInputType = type, .GetInputTypeCount = inputs, .GetOutputType = type, .GetOutputTypeCount = outputs,
		.KernelDestroy = destroy, .GetInputCharacteristic = input, .GetOutputCharacteristic = output,
		.GetInputMemoryType = memory, .GetVariadicInputMinArity = zero, .GetVariadicInputHomogeneity = zero,
		.GetVariadicOutputMinArity = zero, .GetVariadicOutputHomogeneity = zero, .CreateKernelV2 = create,
		.KernelComputeV2 = compute, .GetStartVersion = version, .GetEndVersion = version,
	};
	char *e = message(STATUS(CreateCustomOpDomain, (const char *, OrtCustomOpDomain **))(domain, &ops->domain));
	if (e == NULL) e = message(STATUS(CustomOpDomain_Add, (OrtCustomOpDomain *, const OrtCustomOp *))(ops->domain, &ops->op));
	if (e == NULL) e = message(STATUS(AddCustomOpDomain, (OrtSessionOptions *, OrtCustomOpDomain *))(so, ops->domain));
	if (e != NULL) {
		product_close(ops);
		*out = NULL;
	}
	return e;
}

void product_close(product_ops *ops) {
	if (ops == NULL) return;
	if (ops->domain != NULL) CALL(ReleaseCustomOpDomain, void, (OrtCustomOpDomain *))(ops->domain);
	free(atomic_load(&ops->idle));
	free(ops);
}
