// Products of matrices in fp32 for few rows, where ONNX Runtime's own wait for memory.
#ifndef AZURE_NLP_ENDPOINT_GEMM_H
#define AZURE_NLP_ENDPOINT_GEMM_H

#include <stddef.h>
#include <stdint.h>

// The columns of a panel. 16 floats are a cache line, one register of AVX-512, two of
// AVX2 and four of NEON, so one layout in the file serves all processors.
enum { GEMM_PANEL = 16 };

// gemm is y = x·w + bias + skip.
typedef struct {
	const float *x;    // [rows, k]
	const float *w;    // [panels, k, GEMM_PANEL]: so many columns of [k, n] each, zeros behind the last
	const float *bias; // [n], or NULL
	const float *skip; // [rows, n], or NULL
	float *y;          // [rows, n]
	int64_t rows, k, n;
	float *packed; // room for gemm_scratch floats
	int tasks;     // that the columns are divided among
} gemm;

// parallel runs f(data, 0) to f(data, tasks - 1).
typedef void gemm_parallel(void *context, void (*f)(void *data, size_t task), size_t tasks, void *data);

size_t gemm_scratch(int64_t rows, int64_t k);
void gemm_run(gemm *g, gemm_parallel *parallel, void *context);

// gemm_use chooses the instruction set by its name, for tests; NULL is the processor's
// best. It returns 0 where the processor doesn't have it.
int gemm_use(const char *name);

#endif
