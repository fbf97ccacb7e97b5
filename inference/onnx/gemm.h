// Products of matrices in fp32 for few rows, where ONNX Runtime's own wait for memory.
#ifndef AZURE_NLP_ENDPOINT_GEMM_H
#define AZURE_NLP_ENDPOINT_GEMM_H

#include "kernels.h"

// gemm is y = x·w + bias + skip.
typedef struct {
	const float *x;    // [rows, k]
	const float *w;    // [panels, k, PANEL]: so many columns of [k, n] each, zeros behind the last
	const float *bias; // [n], or NULL
	const float *skip; // [rows, n], or NULL
	float *y;          // [rows, n]
	int64_t rows, k, n;
	float *packed; // room for gemm_scratch floats
	int tasks;     // that the columns are divided among
} gemm;

size_t gemm_scratch(int64_t rows, int64_t k);
void gemm_run(gemm *g, parallel_for *parallel, void *context);

#endif
