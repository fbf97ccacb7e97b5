#include "gemm.h"

// The bytes of packed rows that tasks share: a part of the second-level cache.
enum { PACKED = 400 << 10 };

static int64_t most_rows(int64_t k) {
	int64_t rows = PACKED / (quads(k) * QUAD);
	return rows < MOST_TILE ? MOST_TILE : rows;
}

// block is some rows of x, packed tile by tile, that all tasks multiply their columns
// with. Behind the rows lie their scales and zeros.
typedef struct {
	const gemm8 *g;
	int64_t row, rows, tiles, panels;
	uint8_t *values;
	float *scale;
	int32_t *zero;
} block8;

size_t gemm8_scratch(int64_t rows, int64_t k) {
	if (rows > most_rows(k)) rows = most_rows(k);
	return rows * (quads(k) * QUAD + blocks(k) * (sizeof(float) + sizeof(int32_t)));
}

static void quantize(void *data, size_t task) {
	const block8 *b = data;
	const gemm8 *g = b->g;
	for (int64_t t = share(b->tiles, g->tasks, task); t < share(b->tiles, g->tasks, task + 1); t++) {
		int64_t from = share(b->rows, b->tiles, t), rows = share(b->rows, b->tiles, t + 1) - from;
		uint8_t *to = b->values + from * quads(g->k) * QUAD;
		float *scale = b->scale + from * blocks(g->k);
		int32_t *zero = b->zero + from * blocks(g->k);
		for (int64_t r = 0; r < rows; r++) {
			const float *x = g->x + (b->row + from + r) * g->k;
			for (int64_t i = 0; i < g->k; i += BLOCK)
				chosen->quantize(x + i, g->k - i < BLOCK ? g->k - i : BLOCK, to + i * rows + r * QUAD, rows * QUAD,
				                 scale + i / BLOCK * rows + r, zero + i / BLOCK * rows + r);
		}
	}
}

static void multiply(void *data, size_t task) {
	const block8 *b = data;
	const gemm8 *g = b->g;
	float edge[MOST_PANELS * PANEL * MOST_TILE]; // the last panels', where they go beyond n
	const int64_t end = share(b->panels, g->tasks, task + 1);
	for (int64_t p = share(b->panels, g->tasks, task), panels; p < end; p += panels) {
		panels = end - p < chosen->panels ? 1 : chosen->panels;
		const int64_t column = p * PANEL, wide = panels * PANEL, scales = column * blocks(g->k);
		const weights8 w = {g->w + p * quads(g->k) * QUAD * PANEL, g->scale + scales, g->sum + scales};
		const int columns = g->n - column < wide ? g->n - column : wide;
		for (int64_t t = 0; t < b->tiles; t++) {
			const int64_t from = share(b->rows, b->tiles, t), rows = share(b->rows, b->tiles, t + 1) - from, row = b->row + from;
			const quantized x = {b->values + from * quads(g->k) * QUAD, b->scale + from * blocks(g->k), b->zero + from * blocks(g->k)};
			float *y = g->y + row * g->n + column;
			starts(g->bias, g->skip ? g->skip + row * g->n : NULL, rows, g->n, column, columns, y);
			if (columns == wide) {
				chosen->rows8(rows, panels, x, w, g->k, y, g->n);
				if (g->gelu) chosen->gelu(y, rows, wide, g->n);
				continue;
			}
			copy(rows, columns, y, g->n, edge, wide);
			chosen->rows8(rows, panels, x, w, g->k, edge, wide);
			if (g->gelu) chosen->gelu(edge, rows, wide, wide);
			copy(rows, columns, edge, wide, y, g->n);
		}
	}
}

void gemm8_run(gemm8 *g, parallel_for *parallel, void *context) {
	block8 b = {.g = g, .panels = (g->n + PANEL - 1) / PANEL};
	for (b.row = 0; b.row < g->rows; b.row += b.rows) {
		b.rows = g->rows - b.row < most_rows(g->k) ? g->rows - b.row : most_rows(g->k);
		b.tiles = (b.rows + chosen->tile8 - 1) / chosen->tile8;
		b.values = g->packed;
		b.scale = (float *)(b.values + b.rows * quads(g->k) * QUAD);
		b.zero = (int32_t *)(b.scale + b.rows * blocks(g->k));
		if (b.tiles == 1)
			for (int i = 0; i < g->tasks; i++) quantize(&b, i);
		else
			parallel(context, quantize, g->tasks, &b);
		parallel(context, multiply, g->tasks, &b);
	}
}
