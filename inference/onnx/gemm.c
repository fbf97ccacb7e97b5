#include "gemm.h"

#include <string.h>

enum { PANEL = GEMM_PANEL };

// How far ahead of its use a panel is asked for, in floats: what comes from memory in
// the time of the work on it. Processors' own look-ahead ends with each page.
enum { AHEAD = 64 * PANEL };

// Few rows go over all of k at once, so that a panel is read from memory in one run;
// many in blocks, so that their packed rows stay in the second-level cache.
enum { FEW_ROWS = 48, MANY_ROWS = 384, MANY_K = 384 };

typedef struct {
	// rows multiplies a tile's rows with panels that lie so far apart.
	void (*rows)(int rows, int panels, const float *x, const float *w, int64_t apart, int64_t k, float *y, int64_t stride);
	int tile, panels;
} instructions;

#define ISA plain
#define TARGET
#define LANES 4
#define TILE 6
#define PANELS 1
#include "gemm_kernel.h"

#if defined(__x86_64__)
#define ISA avx2
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define TILE 6
#define PANELS 1
#include "gemm_kernel.h"

#define ISA avx512
#define TARGET __attribute__((target("avx512f,fma")))
#define LANES 16
#define TILE 24
#define PANELS 2
#include "gemm_kernel.h"
#endif

static const instructions *chosen;

int gemm_use(const char *name) {
#if defined(__x86_64__)
	__builtin_cpu_init();
	if ((name == NULL || strcmp(name, "avx512") == 0) && __builtin_cpu_supports("avx512f")) return chosen = &instructions_avx512, 1;
	if ((name == NULL || strcmp(name, "avx2") == 0) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return chosen = &instructions_avx2, 1;
#endif
	if (name == NULL || strcmp(name, "plain") == 0) return chosen = &instructions_plain, 1;
	return 0;
}

__attribute__((constructor)) static void choose(void) { gemm_use(NULL); }

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

static int64_t share(int64_t total, int64_t parts, int64_t i) { return total * i / parts; }

typedef float four __attribute__((vector_size(16), aligned(4)));

// transpose copies 4 by 4 floats.
static inline void transpose(const float *x, int64_t apart, float *to, int64_t stride) {
	typedef int order __attribute__((vector_size(16)));
	const order low = {0, 4, 1, 5}, high = {2, 6, 3, 7}, first = {0, 1, 4, 5}, second = {2, 3, 6, 7};
	four a = *(const four *)x, b = *(const four *)(x + apart), c = *(const four *)(x + 2 * apart), d = *(const four *)(x + 3 * apart);
	four ab = __builtin_shuffle(a, b, low), cd = __builtin_shuffle(c, d, low);
	*(four *)to = __builtin_shuffle(ab, cd, first);
	*(four *)(to + stride) = __builtin_shuffle(ab, cd, second);
	ab = __builtin_shuffle(a, b, high), cd = __builtin_shuffle(c, d, high);
	*(four *)(to + 2 * stride) = __builtin_shuffle(ab, cd, first);
	*(four *)(to + 3 * stride) = __builtin_shuffle(ab, cd, second);
}

static void pack(void *data, size_t task) {
	const block *b = data;
	const gemm *g = b->g;
	for (int64_t t = share(b->tiles, g->tasks, task); t < share(b->tiles, g->tasks, task + 1); t++) {
		int64_t from = share(b->rows, b->tiles, t), rows = share(b->rows, b->tiles, t + 1) - from;
		const float *x = g->x + (b->row + from) * g->k + b->at;
		float *to = g->packed + from * b->k;
		int64_t r = 0;
		for (; r + 4 <= rows; r += 4) {
			const float *from = x + r * g->k;
			int64_t i = 0;
			for (; i + 4 <= b->k; i += 4) transpose(from + i, g->k, to + i * rows + r, rows);
			for (; i < b->k; i++)
				for (int64_t q = 0; q < 4; q++) to[i * rows + r + q] = from[q * g->k + i];
		}
		for (; r < rows; r++)
			for (int64_t i = 0; i < b->k; i++) to[i * rows + r] = x[r * g->k + i];
	}
}

// start sets what the sums of a row begin with.
static void start(const gemm *g, int64_t row, int64_t column, int columns) {
	const float *bias = g->bias ? g->bias + column : NULL;
	const float *skip = g->skip ? g->skip + row * g->n + column : NULL;
	float *y = g->y + row * g->n + column;
	int c = 0;
	for (; c + 4 <= columns; c += 4) {
		four v = {0};
		if (bias) v += *(const four *)(bias + c);
		if (skip) v += *(const four *)(skip + c);
		*(four *)(y + c) = v;
	}
	for (; c < columns; c++) y[c] = (bias ? bias[c] : 0) + (skip ? skip[c] : 0);
}

static void multiply(void *data, size_t task) {
	const block *b = data;
	const gemm *g = b->g;
	float edge[PANEL * 32]; // the last panel's, where it goes beyond n
	int64_t last = share(b->panels, g->tasks, task + 1);
	for (int64_t p = share(b->panels, g->tasks, task), panels; p < last; p += panels) {
		const float *w = g->w + (p * g->k + b->at) * PANEL;
		int64_t column = p * PANEL, apart = g->k * PANEL;
		panels = p + b->wide <= last && (p + b->wide) * PANEL <= g->n ? b->wide : 1;
		int columns = g->n - column < panels * PANEL ? g->n - column : panels * PANEL;
		for (int64_t t = 0; t < b->tiles; t++) {
			int64_t from = share(b->rows, b->tiles, t);
			int rows = share(b->rows, b->tiles, t + 1) - from;
			float *y = g->y + (b->row + from) * g->n + column;
			if (b->at == 0)
				for (int r = 0; r < rows; r++) start(g, b->row + from + r, column, columns);
			const float *x = g->packed + from * b->k;
			if (columns == panels * PANEL) {
				chosen->rows(rows, panels, x, w, apart, b->k, y, g->n);
				continue;
			}
			for (int r = 0; r < rows; r++) memcpy(edge + r * PANEL, y + r * g->n, columns * sizeof *y);
			chosen->rows(rows, 1, x, w, apart, b->k, edge, PANEL);
			for (int r = 0; r < rows; r++) memcpy(y + r * g->n, edge + r * PANEL, columns * sizeof *y);
		}
	}
}

void gemm_run(gemm *g, gemm_parallel *parallel, void *context) {
	int few = g->rows <= FEW_ROWS;
	int64_t most_rows = few ? FEW_ROWS : MANY_ROWS, most_k = few ? g->k : MANY_K;
	block b = {.g = g, .panels = (g->n + PANEL - 1) / PANEL, .wide = g->rows > chosen->tile ? chosen->panels : 1};
	for (b.row = 0; b.row < g->rows; b.row += b.rows) {
		b.rows = g->rows - b.row < most_rows ? g->rows - b.row : most_rows;
		b.tiles = (b.rows * b.wide + chosen->tile - 1) / chosen->tile;
		for (b.at = 0; b.at < g->k; b.at += b.k) {
			b.k = g->k - b.at < most_k ? g->k - b.at : most_k;
			if (few)
				for (int i = 0; i < g->tasks; i++) pack(&b, i);
			else
				parallel(context, pack, g->tasks, &b);
			parallel(context, multiply, g->tasks, &b);
		}
	}
}
