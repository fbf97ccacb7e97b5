#include "gemm.h"

#include "kernels.h"

// Rows go in blocks that share the second-level cache with two panels; up to FEW_ROWS are
// packed by one thread, which is sooner done than handing them out.
enum { FEW_ROWS = 48, MOST_ROWS = 192, MOST_K = 768 };

static int64_t block_rows(int64_t rows) { return rows < MOST_ROWS ? rows : MOST_ROWS; }

size_t gemm_scratch(int64_t rows, int64_t width) { return block_rows(rows) * width; }

// block is some rows of x, packed tile by tile, [groups·k][rows of the tile], that all tasks
// multiply their columns with.
typedef struct {
	const gemm *g;
	int64_t row, rows, tiles;
	int64_t pairs; // of panels, or single ones: what a tile takes at once
	int wide;      // panels of a pair
	int64_t group; // panels of a group
} block;

static void pack_tiles(void *data, size_t task) {
	const block *b = data;
	const gemm *g = b->g;
	const int64_t width = g->groups * g->k;
	for (int64_t t = share(b->tiles, g->tasks, task); t < share(b->tiles, g->tasks, task + 1); t++) {
		int64_t from = share(b->rows, b->tiles, t), rows = share(b->rows, b->tiles, t + 1) - from;
		pack(g->x + (b->row + from) * width, width, rows, width, g->packed + from * width, rows);
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

// multiply_pair multiplies so many of k, from at, with one or two panels. While a tile goes, a
// part of the next panels is asked for; with one tile, a bit of its own.
static void multiply_pair(const block *b, int64_t panel, int panels, int64_t at, int64_t k) {
	const gemm *g = b->g;
	const int64_t column = panel * PANEL, n = g->n, before = panel / b->group * g->k; // of x, in other groups
	const int columns = n - column < panels * PANEL ? n - column : panels * PANEL;
	const int gelu = g->gelu && at + k == g->k;
	float edge[PANEL * MOST_TILE]; // of the last panel, where it goes beyond n
	weights w = {.values = g->w + (panel * g->k + at) * PANEL, .panels = panels, .apart = g->k * PANEL, .row = PANEL, .k = k};
	w.step = b->tiles == 1 ? PANEL : (PANEL + b->tiles - 1) / b->tiles;
	w.ahead = w.values + (b->tiles == 1 ? AHEAD : panels * w.apart);
	for (int64_t t = 0; t < b->tiles; t++, w.ahead += k * w.step) {
		const int64_t from = share(b->rows, b->tiles, t), to = share(b->rows, b->tiles, t + 1), row = b->row + from;
		const int64_t next = t + 1 < b->tiles ? share(b->rows, b->tiles, t + 2) : to;
		const float *x = g->packed + from * g->groups * g->k + (before + at) * (to - from), *skip = at > 0 ? g->y : g->skip;
		const float *bias = at == 0 && g->bias ? g->bias + column : NULL;
		float *y = g->y + row * n + column;
		for (int64_t r = to; r < next; r++)
			for (int64_t c = (b->row + r) * n + column; c < (b->row + r) * n + column + columns; c += PANEL) {
				__builtin_prefetch(g->y + c, 1, 3);
				if (at == 0 && g->skip) __builtin_prefetch(g->skip + c, 0, 3);
			}
		if (skip) skip += row * n + column;
		if (columns == panels * PANEL) {
			chosen->rows(to - from, x, w, bias, skip, y, n);
			if (gelu) chosen->gelu(y, to - from, columns, n);
			continue;
		}
		float begin[PANEL] = {0};
		if (bias) memcpy(begin, bias, columns * sizeof *bias);
		if (skip) copy(to - from, columns, skip, n, edge, PANEL);
		chosen->rows(to - from, x, w, begin, skip ? edge : NULL, edge, PANEL);
		if (gelu) chosen->gelu(edge, to - from, PANEL, PANEL);
		copy(to - from, columns, edge, PANEL, y, n);
	}
}

static void multiply(void *data, size_t task) {
	const block *b = data;
	const gemm *g = b->g;
	const int64_t most_k = b->tiles == 1 ? g->k : MOST_K; // one tile reads a panel from memory in one run
	for (int64_t at = 0; at < g->k; at += most_k) {
		const int64_t k = g->k - at < most_k ? g->k - at : most_k;
		for (int64_t p = share(b->pairs, g->tasks, task); p < share(b->pairs, g->tasks, task + 1); p++) {
			if ((p + 1) * b->wide * PANEL <= g->n) {
				multiply_pair(b, p * b->wide, b->wide, at, k);
				continue;
			}
			for (int64_t panel = p * b->wide; panel * PANEL < g->n; panel++) multiply_pair(b, panel, 1, at, k);
		}
	}
}

void gemm_run(gemm *g, parallel_for *parallel, void *context) {
	block b = {.g = g, .group = (g->n / g->groups + PANEL - 1) / PANEL};
	b.wide = g->rows > chosen->tile && (g->groups == 1 || b.group % chosen->panels == 0) ? chosen->panels : 1;
	const int64_t blocks = (g->rows + MOST_ROWS - 1) / MOST_ROWS;
	b.pairs = (g->n + b.wide * PANEL - 1) / (b.wide * PANEL);
	for (int64_t i = 0; i < blocks; i++) {
		b.row = share(g->rows, blocks, i), b.rows = share(g->rows, blocks, i + 1) - b.row;
		b.tiles = (b.rows * b.wide + chosen->tile - 1) / chosen->tile;
		if (g->rows <= FEW_ROWS)
			for (int t = 0; t < g->tasks; t++) pack_tiles(&b, t);
		else
			parallel(context, pack_tiles, g->tasks, &b);
		parallel(context, multiply, g->tasks, &b);
	}
}
