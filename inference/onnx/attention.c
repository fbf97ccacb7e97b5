#include "attention.h"

#include <float.h>
#include <stdatomic.h>
#include <string.h>

// room is how one task's scratch is used, for a text of n tokens.
typedef struct {
	float *keys;    // panels of tokens, [size][PANEL] each
	float *edge;    // [n][PANEL], the values' last floats where they aren't a whole panel
	float *queries; // [size][rows]
	float *scores;  // [rows][whole(n)]
	float *packed;  // [n][rows]
	float *sums;    // [rows][whole(size)]
} room;

size_t attention_scratch(int64_t longest, int64_t size) {
	int64_t n = whole(longest), s = whole(size);
	return n * s + n * PANEL + MOST_TILE * (s + n + n + s);
}

static room divided(const attention *a, size_t task) {
	int64_t n = whole(a->longest), s = whole(a->size);
	room r = {.keys = a->room + task * attention_scratch(a->longest, a->size)};
	r.edge = r.keys + n * s;
	r.queries = r.edge + n * PANEL;
	r.scores = r.queries + MOST_TILE * s;
	r.packed = r.scores + MOST_TILE * n;
	r.sums = r.packed + MOST_TILE * n;
	return r;
}

// near is a panel that is in a cache, so nothing needs to be asked for.
static weights near(const float *panel, int64_t row, int64_t k) {
	return (weights){.values = panel, .panels = 1, .row = row, .k = k, .ahead = panel};
}

typedef float line __attribute__((vector_size(PANEL * sizeof(float)), aligned(4)));

// scaled sets n floats of y to those of x, multiplied.
static void scaled(const float *x, float by, int64_t n, float *y) {
	int64_t c = 0;
	for (; c + PANEL <= n; c += PANEL) *(line *)(y + c) = *(const line *)(x + c) * by;
	for (; c < n; c++) y[c] = x[c] * by;
}

// hide makes scores of tokens that are further away than the window those of none.
static void hide(float *scores, int64_t n, int64_t place, int64_t window) {
	for (int64_t c = 0; c < place - window; c++) scores[c] = -FLT_MAX;
	for (int64_t c = place + window + 1; c < n; c++) scores[c] = -FLT_MAX;
}

// head computes one head of the text whose first token is at row.
static void head(const attention *a, const room *r, int64_t text, int64_t row, int64_t h) {
	const int64_t n = a->lengths[text], size = a->size, columns = whole(n), width = whole(size);
	const float *k = a->k + row * a->kv_apart + h * size, *v = a->v + row * a->kv_apart + h * size;
	if (columns > n) memset(r->keys + (columns - PANEL) * size, 0, size * PANEL * sizeof *r->keys);
	for (int64_t t = 0; t < n; t += PANEL)
		pack(k + t * a->kv_apart, a->kv_apart, n - t < PANEL ? n - t : PANEL, size, r->keys + t * size, PANEL);
	const int64_t edge = size % PANEL;
	if (edge) memset(r->edge, 0, n * PANEL * sizeof *r->edge);
	for (int64_t t = 0; edge && t < n; t++) memcpy(r->edge + t * PANEL, v + t * a->kv_apart + size - edge, edge * sizeof *v);

	const int64_t queries = a->queries ? a->queries : n, first = a->queries ? text * queries : row;
	const int64_t tiles = (queries + chosen->tile - 1) / chosen->tile;
	for (int64_t t = 0; t < tiles; t++) {
		int64_t from = share(queries, tiles, t), rows = share(queries, tiles, t + 1) - from;
		pack(a->q + (first + from) * a->q_apart + h * size, a->q_apart, rows, size, r->queries, rows);
		const int64_t low = a->window && from > a->window ? (from - a->window) / PANEL * PANEL : 0;
		const int64_t high = a->window && from + rows + a->window < n ? from + rows + a->window : n;
		const int64_t seen = high - low, panels = whole(seen); // by any of the rows
		for (int64_t c = 0; c < panels; c += PANEL)
			chosen->rows(rows, r->queries, near(r->keys + (low + c) * size, PANEL, size), NULL, NULL, r->scores + c, columns);
		float scale[MOST_TILE];
		for (int64_t i = 0; i < rows; i++) {
			float *scores = r->scores + i * columns;
			if (a->window) hide(scores, seen, from + i - low, a->window);
			scale[i] = 1 / chosen->softmax(scores, seen);
		}
		pack(r->scores, columns, rows, panels, r->packed, rows); // zeros behind seen
		for (int64_t c = 0; c < width; c += PANEL) {
			const weights w = c + PANEL <= size ? near(v + low * a->kv_apart + c, a->kv_apart, seen) : near(r->edge + low * PANEL, PANEL, seen);
			chosen->rows(rows, r->packed, w, NULL, NULL, r->sums + c, width);
		}
		for (int64_t i = 0; i < rows; i++)
			scaled(r->sums + i * width, scale[i], size, a->y + (first + from + i) * a->heads * size + h * size);
	}
}

typedef struct {
	const attention *a;
	atomic_llong next; // text·heads + head
} work;

static void take(void *data, size_t task) {
	work *w = data;
	const attention *a = w->a;
	const room r = divided(a, task);
	int64_t text = 0, row = 0;
	for (int64_t i; (i = atomic_fetch_add(&w->next, 1)) < a->texts * a->heads;) {
		for (; text < i / a->heads; text++) row += a->lengths[text];
		head(a, &r, text, row, i % a->heads);
	}
}

void attention_run(attention *a, parallel_for *parallel, void *context) {
	work w = {.a = a};
	parallel(context, take, a->tasks, &w);
}
