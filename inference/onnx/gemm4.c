#include "gemm.h"

// The bytes of packed rows that tasks share: a part of the second-level cache.
enum { PACKED = 400 << 10 };

static int64_t most_rows(int64_t k) {
	int64_t rows = PACKED / k;
	return rows < MOST_TILE ? MOST_TILE : rows;
}

// rows4 is some rows of x, packed tile by tile, that all tasks multiply their columns
// with. Behind the rows lie their scales and starts.
typedef struct {
	const gemm4 *g;
	int64_t row, rows, tiles, panels, blocks;
	int8_t *values;
	float *scale;
	int32_t *start;
} rows4;

size_t gemm4_scratch(int64_t rows, int64_t k) {
	if (rows > most_rows(k)) rows = most_rows(k);
	return rows * (k + k / BLOCK4 * (sizeof(float) + sizeof(int32_t)));
}

weights4 panel4(weights4 w, int64_t blocks, int64_t panel) {
	w.values += panel * blocks * PANEL * BLOCK4 / 2;
	w.scale = (const char *)w.scale + panel * blocks * PANEL * (w.floats ? sizeof(float) : sizeof(uint16_t));
	return w;
}

static void quantize(void *data, size_t task) {
	const rows4 *b = data;
	const gemm4 *g = b->g;
	for (int64_t t = share(b->tiles, g->tasks, task); t < share(b->tiles, g->tasks, task + 1); t++) {
		int64_t from = share(b->rows, b->tiles, t), rows = share(b->rows, b->tiles, t + 1) - from;
		for (int64_t r = 0; r < rows; r++)
			chosen->quantize4(g->x + (b->row + from + r) * g->k, b->blocks, rows, b->values + from * g->k + r * BLOCK4,
			                  b->scale + from * b->blocks + r, b->start + from * b->blocks + r);
	}
}

static void multiply(void *data, size_t task) {
	const rows4 *b = data;
	const gemm4 *g = b->g;
	for (int64_t p = share(b->panels, g->tasks, task); p < share(b->panels, g->tasks, task + 1); p++) {
		const weights4 w = panel4(g->w, b->blocks, p);
		for (int64_t t = 0; t < b->tiles; t++) {
			const int64_t from = share(b->rows, b->tiles, t), rows = share(b->rows, b->tiles, t + 1) - from;
			const quantized4 x = {b->values + from * g->k, b->scale + from * b->blocks, b->start + from * b->blocks};
			chosen->rows4(rows, x, w, b->blocks, g->y + (b->row + from) * g->n + p * PANEL, g->n);
		}
	}
}

void gemm4_run(gemm4 *g, parallel_for *parallel, void *context) {
	rows4 b = {.g = g, .panels = g->n / PANEL, .blocks = g->k / BLOCK4};
	for (b.row = 0; b.row < g->rows; b.row += b.rows) {
		b.rows = g->rows - b.row < most_rows(g->k) ? g->rows - b.row : most_rows(g->k);
		b.tiles = (b.rows + chosen->tile4 - 1) / chosen->tile4;
		b.values = g->packed;
		b.scale = (float *)(b.values + b.rows * g->k);
		b.start = (int32_t *)(b.scale + b.rows * b.blocks);
		if (b.tiles == 1)
			for (int i = 0; i < g->tasks; i++) quantize(&b, i);
		else
			parallel(context, quantize, g->tasks, &b);
		parallel(context, multiply, g->tasks, &b);
	}
}

void column4(weights4 w, int64_t blocks, int64_t column, float *y) {
	w = panel4(w, blocks, column / PANEL);
	const int64_t c = column % PANEL;
	for (int64_t b = 0; b < blocks; b++, y += BLOCK4) {
		const float step = w.floats ? ((const float *)w.scale)[b * PANEL + c] : half_value(((const uint16_t *)w.scale)[b * PANEL + c]);
		for (int i = 0; i < BLOCK4 / 2; i++) {
			const uint8_t both = w.values[((b * BLOCK4 / 2 + i) / QUAD * PANEL + c) * QUAD + i % QUAD];
			y[i] = step * ((both & 15) - 8), y[BLOCK4 / 2 + i] = step * ((both >> 4) - 8);
		}
	}
}
