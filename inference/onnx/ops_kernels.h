// What the kernels of our operators share, as the runtime calls them.
#ifndef AZURE_NLP_ENDPOINT_OPS_KERNELS_H
#define AZURE_NLP_ENDPOINT_OPS_KERNELS_H

#include "ops.h"

#include <stdatomic.h>

// Inputs; package graph says what they are.
enum { X, WEIGHT, BIAS, SKIP, MATMUL_INPUTS };                    // of PackedMatMul
enum { X8, WEIGHT8, SCALE8, SUM8, BIAS8, SKIP8, MATMUL8_INPUTS }; // of PackedMatMul8
enum { X4, WEIGHT4, SCALE4, MATMUL4_INPUTS };                     // of PackedMatMul4
enum { IDS, TABLE, TABLE_SCALE, EMBEDDING4_INPUTS };              // of PackedEmbedding4
enum { PARTS, LENGTHS, QUERY, ATTENTION_INPUTS };                 // of PackedAttention
enum { FLOAT = 1, UINT8 = 2, INT8 = 3, INT32 = 6, INT64 = 7, HALF = 10, ANY = 0, REQUIRED = 0, OPTIONAL = 1, INVALID_ARGUMENT = 2 };

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
	own matmul, matmul8, gelu, gelu8, matmul4, embedding4, attention;
	OrtCustomOpDomain *domain;
	int threads;
	_Atomic(scratch *) idle; // of the last run, for the next one
};

typedef struct {
	const void *data;
	int64_t shape[3];
	size_t rank;
	int type;
} tensor;

OrtStatus *invalid(const char *what);

// read_all leaves a tensor as it is, without data, where an optional input is missing.
OrtStatus *read_all(const OrtKernelContext *context, tensor *t, size_t inputs);

// output_of makes the output; result makes one of two dimensions.
OrtStatus *output_of(OrtKernelContext *context, const int64_t *shape, size_t rank, float **y);
OrtStatus *result(OrtKernelContext *context, int64_t rows, int64_t columns, float **y);

// parallel runs f in the runtime's threads.
void parallel(void *context, void (*f)(void *, size_t), size_t tasks, void *data);

// take gives room for so many floats, give takes it back for the next run.
scratch *take(own_ops *ops, size_t floats);
void give(own_ops *ops, scratch *s);

OrtStatus *matmul4_compute(void *kernel, OrtKernelContext *context);
OrtStatus *embedding4_compute(void *kernel, OrtKernelContext *context);

OrtStatus *attention_create(const OrtCustomOp *op, const void *api, const void *info, void **kernel);
void attention_destroy(void *kernel);
OrtStatus *attention_compute(void *kernel, OrtKernelContext *context);

#endif
