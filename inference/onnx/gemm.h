// Products of matrices in fp32 for few rows, where ONNX Runtime's own wait for memory.
#ifndef AZURE_NLP_ENDPOINT_GEMM_H
#define AZURE_NLP_ENDPOINT_GEMM_H

#include "kernels.h"

#include <string.h>

// gemm is y = x·w + bias + skip, or gelu of it. With groups it is a product for each: of k
// columns of x, to so many whole panels of y.
typedef struct {
	const float *x;    // [rows, groups·k]
	const float *w;    // [panels, k, PANEL]: so many columns of [k, n] each, zeros behind the last
	const float *bias; // [n], or NULL
	const float *skip; // [rows, n], or NULL
	float *y;          // [rows, n]
	int64_t rows, k, n, groups;
	float *packed; // room for gemm_scratch floats
	int tasks;     // that the columns are divided among
	int gelu;
} gemm;

// gemm8 is gemm with weights of 8 bits, whose rows of x are quantized block by block.
typedef struct {
	const float *x;      // [rows, k]
	const int8_t *w;     // [panels, quads, PANEL, QUAD]: QUAD values of k each of so many columns, zeros behind the last
	const float *scale;  // [panels, blocks, PANEL]
	const int32_t *sum;  // [panels, blocks, PANEL], of a block's values
	const float *bias;   // [n], or NULL
	const float *skip;   // [rows, n], or NULL
	float *y;            // [rows, n]
	int64_t rows, k, n;
	void *packed; // room for gemm8_scratch bytes
	int tasks, gelu;
} gemm8;

// gemm4 is y = x·w with weights of 4 bits in blocks, whose rows of x are quantized block by
// block.
typedef struct {
	const float *x;     // [rows, k]
	weights4 w;         // of all panels
	float *y;           // [rows, n]
	int64_t rows, k, n; // whole blocks, whole panels
	void *packed;       // room for gemm4_scratch bytes
	int tasks;
} gemm4;

size_t gemm4_scratch(int64_t rows, int64_t k);
void gemm4_run(gemm4 *g, parallel_for *parallel, void *context);

// panel4 are the weights of one panel of them.
weights4 panel4(weights4 w, int64_t blocks, int64_t panel);

// column4 sets y, [blocks·BLOCK4], to a column of such weights.
void column4(weights4 w, int64_t blocks, int64_t column, float *y);

size_t gemm8_scratch(int64_t rows, int64_t k);
void gemm8_run(gemm8 *g, parallel_for *parallel, void *context);

size_t gemm_scratch(int64_t rows, int64_t width); // of x
void gemm_run(gemm *g, parallel_for *parallel, void *context);

// starts sets so many columns of rows of y, [rows, n], from the one that y points at, to
// what their sums begin with; skip's first row is y's.
void starts(const float *bias, const float *skip, int64_t rows, int64_t n, int64_t column, int columns, float *y);

// copy copies so many columns of rows that are apart.
static inline void copy(int64_t rows, int columns, const float *from, int64_t apart, float *to, int64_t stride) {
	for (int64_t r = 0; r < rows; r++) memcpy(to + r * stride, from + r * apart, columns * sizeof *to);
}

#endif
