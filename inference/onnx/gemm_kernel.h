// One tile's kernel and what calls it, for one instruction set. Included by gemm.c once
// for each, with
//
//	ISA     the suffix of its names
//	TARGET  the attribute that lets the compiler use it
//	LANES   floats in one of its registers
//	TILE    rows of the largest tile whose sums stay in registers, with one panel
//	PANELS  panels of the tiles of many rows, which have TILE / PANELS rows at most
//
// How a sum comes about doesn't depend on its tile: a row's sums are the same to the bit
// whatever stands beside it.

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(a) JOIN(a, ISA)

typedef float NAME(vector) __attribute__((vector_size(LANES * 4), aligned(4)));

// tile adds rows of x, packed [k][rows], times panels, [k][PANEL] each, to y. It is
// inlined with constant numbers of rows and panels, so the sums are registers.
TARGET static inline __attribute__((always_inline)) void NAME(tile)(const int rows, const int panels, const float *x,
                                                                    const float *w, int64_t apart, int64_t k, float *y,
                                                                    int64_t stride) {
	const int vectors = panels * PANEL / LANES;
	NAME(vector) sum[TILE][PANELS * PANEL / LANES];
#pragma GCC unroll 32
	for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
		for (int v = 0; v < vectors; v++) sum[r][v] = *(const NAME(vector) *)(y + r * stride + v * LANES);
	for (int64_t i = 0; i < k; i++, x += rows, w += PANEL) {
		NAME(vector) b[PANELS * PANEL / LANES];
#pragma GCC unroll 8
		for (int v = 0; v < vectors; v++) {
			const float *from = w + v * LANES / PANEL * apart + v * LANES % PANEL;
			if (v * LANES % PANEL == 0) __builtin_prefetch(from + AHEAD, 0, 3);
			b[v] = *(const NAME(vector) *)from;
		}
#pragma GCC unroll 32
		for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
			for (int v = 0; v < vectors; v++) sum[r][v] += b[v] * x[r];
	}
#pragma GCC unroll 32
	for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
		for (int v = 0; v < vectors; v++) *(NAME(vector) *)(y + r * stride + v * LANES) = sum[r][v];
}

TARGET static void NAME(rows)(int rows, int panels, const float *x, const float *w, int64_t apart, int64_t k, float *y,
                              int64_t stride) {
#define ROWS(n) \
	case n: NAME(tile)(n, 1, x, w, apart, k, y, stride); return;
#define WIDE(n) \
	case n: NAME(tile)(n, PANELS, x, w, apart, k, y, stride); return;
#define SIX(rows, n) rows(n + 1) rows(n + 2) rows(n + 3) rows(n + 4) rows(n + 5) rows(n + 6)
#if TILE > 6
	if (panels == PANELS) switch (rows) { SIX(WIDE, 0) SIX(WIDE, 6) }
	switch (rows) { SIX(ROWS, 0) SIX(ROWS, 6) SIX(ROWS, 12) SIX(ROWS, 18) }
#else
	switch (rows) { SIX(ROWS, 0) }
#endif
#undef SIX
#undef WIDE
#undef ROWS
}

static const instructions NAME(instructions) = {NAME(rows), TILE, PANELS};

#undef NAME
#undef JOIN
#undef JOIN_
#undef ISA
#undef TARGET
#undef LANES
#undef TILE
#undef PANELS
