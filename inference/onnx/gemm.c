#include "gemm.h"

#include "kernels.h"

// Few rows go over all of k at once, so that a panel is read from memory in one run;
// many in blocks, so that their packed rows stay in the second-level cache.
enum { FEW_ROWS = 48, MANY_ROWS = 384, MANY_K = 384 };

size_t gemm_scratch(int64_t rows, int64_t k) {
	return rows <= FEW_ROWS ? rows * k : (rows < MANY_ROWS ? rows : MANY_ROWS) * (k < MANY_K ? k : MANY_K);
}

// block is a part of x, packed tile by tile, [k][rows of the tile], that all tasks
// multiply their columns with.
typedef struct {
	const gemm *g;
	int64_t row, rows, at, k; // of x
	int64_t tiles, panels;
	int wide; // panels that a tile takes at once
} block;

static void pack_tiles(void *data, size_t task) {
	const block *b = data;
	const gemm *g = b->g;
	for (int64_t t = share(b->tiles, g->tasks, task); t < share(b->tiles, g->tasks, task + 1); t++) {
		int64_t from = share(b->rows, b->tiles, t), rows = share(b->rows, b->tiles, t + 1) - from;
		pack(g->x + (b->row + from) * g->k + b->at, g->k, rows, b->k, g->packed + from * b->k, rows);
	}
}

typedef float four __attribute__((vector_size(16), aligned(4)));

// start sets what the sums of a row begin with.
static void start(const float *bias, const float *skip, int columns, float *y) {
	int c = 0;
	for (; c + 4 <= columns; c += 4) {
		four v = {0};
		if (bias) v += *(const four *)(bias + c);
		if (skip) v += *(const four *)(skip + c);
		*(four *)(y + c) = v;
	}
	for (; c < columns; c++) y[c] = (bias ? bias[c] : 0) + (skip ? skip[c] : 0);
}

void starts(const float *bias, const float *skip, int64_t rows, int64_t n, int64_t column, int columns, float *y) {
	for (int64_t r = 0; r < rows; r++)
		start(bias ? bias + column : NULL, skip ? skip + r * n + column : NULL, columns, y + r * n);
}

static void multiply(void *data, size_t task) {
	const block *b = data;
	const gemm *g = b->g;
	float edge[PANEL * MOST_TILE]; // the last panel's, where it goes beyond n
	int64_t last = share(b->panels, g->tasks, task + 1);
	for (int64_t p = share(b->panels, g->tasks, task), panels; p < last; p += panels) {
		const float *w = g->w + (p * g->k + b->at) * PANEL;
		int64_t column = p * PANEL, apart = g->k * PANEL;
		panels = p + b->wide <= last && (p + b->wide) * PANEL <= g->n ? b->wide : 1;
		int columns = g->n - column < panels * PANEL ? g->n - column : panels * PANEL;
		for (int64_t t = 0; t < b->tiles; t++) {
			int64_t from = share(b->rows, b->tiles, t);
			int rows = share(b->rows, b->tiles, t + 1) - from;
			const int64_t row = b->row + from;
			float *y = g->y + row * g->n + column;
			if (b->at == 0) starts(g->bias, g->skip ? g->skip + row * g->n : NULL, rows, g->n, column, columns, y);
			const float *x = g->packed + from * b->k;
			if (columns == panels * PANEL) {
				chosen->rows(rows, panels, x, w, apart, b->k, y, g->n);
				continue;
			}
			copy(rows, columns, y, g->n, edge, PANEL);
			chosen->rows(rows, 1, x, w, apart, b->k, edge, PANEL);
			copy(rows, columns, edge, PANEL, y, g->n);
		}
	}
}

void gemm_run(gemm *g, parallel_for *parallel, void *context) {
	int few = g->rows <= FEW_ROWS;
	int64_t most_rows = few ? FEW_ROWS : MANY_ROWS, most_k = few ? g->k : MANY_K;
	block b = {.g = g, .panels = (g->n + PANEL - 1) / PANEL, .wide = g->rows > chosen->tile ? chosen->panels : 1};
	for (b.row = 0; b.row < g->rows; b.row += b.rows) {
		b.rows = g->rows - b.row < most_rows ? g->rows - b.row : most_rows;
		b.tiles = (b.rows * b.wide + chosen->tile - 1) / chosen->tile;
		for (b.at = 0; b.at < g->k; b.at += b.k) {
			b.k = g->k - b.at < most_k ? g->k - b.at : most_k;
			if (few)
				for (int i = 0; i < g->tasks; i++) pack_tiles(&b, i);
			else
				parallel(context, pack_tiles, g->tasks, &b);
			parallel(context, multiply, g->tasks, &b);
		}
	}
}
