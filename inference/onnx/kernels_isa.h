// The kernels for one instruction set. Included by kernels.c once
// for each, with
//
//	ISA     the suffix of its names
//	TARGET  the attribute that lets the compiler use it
//	LANES   floats in one of its registers
//	TILE    rows of the largest tile whose sums stay in registers, with one panel
//	TILE8   rows of the largest tile of 8 bits
//	DOT8    adds what four values of a row, as int32_t, give with a panel's, to its sums
//	TILE4   rows of the largest tile of 4 bits
//	DOT4    adds what four values of a row, signed, give with a panel's, unsigned, to its sums
//	HALVES  reads LANES halves
//	PANELS  panels of the tiles of many rows, which have TILE / PANELS rows at most, and of
//	        those of 8 bits
//
// How a sum comes about doesn't depend on its tile: a row's sums are the same to the bit
// whatever stands beside it.

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(a) JOIN(a, ISA)

typedef float NAME(vector) __attribute__((vector_size(LANES * 4), aligned(4)));

// tile is rows with constant numbers of rows and panels, so that the sums are registers.
TARGET static inline __attribute__((always_inline)) void NAME(tile)(const int rows, const int panels, const float *x, weights w,
                                                                    const float *bias, const float *skip, float *y, int64_t stride) {
	const int vectors = panels * PANEL / LANES;
	NAME(vector) sum[TILE][PANELS * PANEL / LANES];
#pragma GCC unroll 32
	for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
		for (int v = 0; v < vectors; v++)
			sum[r][v] = skip ? *(const NAME(vector) *)(skip + r * stride + v * LANES) : (NAME(vector)){0};
	if (bias)
#pragma GCC unroll 32
		for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
			for (int v = 0; v < vectors; v++) sum[r][v] += *(const NAME(vector) *)(bias + v * LANES);
	for (int64_t i = 0; i < w.k; i++, x += rows, w.values += w.row, w.ahead += w.step) {
		NAME(vector) b[PANELS * PANEL / LANES];
#pragma GCC unroll 8
		for (int v = 0; v < vectors; v++) {
			const int64_t panel = v * LANES / PANEL * w.apart, lane = v * LANES % PANEL;
			if (lane == 0) __builtin_prefetch(w.ahead + panel, 0, 3);
			b[v] = *(const NAME(vector) *)(w.values + panel + lane);
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

TARGET static void NAME(rows)(int rows, const float *x, weights w, const float *bias, const float *skip, float *y, int64_t stride) {
#define ROWS(n) \
	case n: NAME(tile)(n, 1, x, w, bias, skip, y, stride); return;
#define WIDE(n) \
	case n: NAME(tile)(n, PANELS, x, w, bias, skip, y, stride); return;
#define SIX(rows, n) rows(n + 1) rows(n + 2) rows(n + 3) rows(n + 4) rows(n + 5) rows(n + 6)
#if TILE > 6
	if (w.panels == PANELS) switch (rows) { SIX(WIDE, 0) SIX(WIDE, 6) }
	switch (rows) { SIX(ROWS, 0) SIX(ROWS, 6) SIX(ROWS, 12) SIX(ROWS, 18) }
#else
	switch (rows) { SIX(ROWS, 0) }
#endif
#undef SIX
#undef WIDE
#undef ROWS
}

typedef int32_t NAME(integers) __attribute__((vector_size(LANES * 4)));

// larger is a where it is larger than b, and b elsewhere.
TARGET static inline NAME(vector) NAME(larger)(NAME(vector) a, NAME(vector) b) {
	NAME(integers) is = a > b;
	return (NAME(vector))((is & (NAME(integers))a) | (~is & (NAME(integers))b));
}

// exponential is e^x of values that aren't positive, to about the last bit: e^r·2^n with x
// = n·ln 2 + r, by the series of e^r. Below -87 the result would be a denormal, on which
// processors are slow.
TARGET static inline NAME(vector) NAME(exponential)(NAME(vector) x) {
	x = NAME(larger)((NAME(vector)){0} - 87.0f, x);
	const float round = 12582912.0f; // 1.5·2^23: what is added to it loses its fraction
	NAME(vector) n = x * 1.44269504f + round - round;
	NAME(vector) r = x - n * 0.693359375f + n * 2.12194440e-4f;
	NAME(vector) p = r * (1.0f / 5040) + 1.0f / 720;
	p = p * r + 1.0f / 120;
	p = p * r + 1.0f / 24;
	p = p * r + 1.0f / 6;
	p = p * r + 0.5f;
	p = p * r + 1.0f;
	p = p * r + 1.0f;
	NAME(integers) power = (__builtin_convertvector(n, NAME(integers)) + 127) << 23;
	return p * (NAME(vector))power;
}

TARGET static float NAME(softmax)(float *v, int64_t n) {
	const int64_t room = whole(n);
	for (int64_t i = n; i < room; i++) v[i] = -FLT_MAX;
	const int vectors = PANEL / LANES;
	NAME(vector) largest = *(NAME(vector) *)v;
	for (int64_t i = LANES; i < room; i += LANES)
		largest = NAME(larger)(*(NAME(vector) *)(v + i), largest);
	float most = largest[0];
	for (int l = 1; l < LANES; l++) most = largest[l] > most ? largest[l] : most;
	for (int64_t i = 0; i < room; i += LANES) {
		NAME(vector) *x = (NAME(vector) *)(v + i);
		*x = NAME(exponential)(*x - most);
	}
	for (int64_t i = n; i < room; i++) v[i] = 0;
	NAME(vector) sums[PANEL / LANES] = {0};
	for (int64_t i = 0; i < room; i += PANEL)
		for (int q = 0; q < vectors; q++) sums[q] += *(NAME(vector) *)(v + i + q * LANES);
	float sum = 0;
	for (int q = 0; q < vectors; q++)
		for (int l = 0; l < LANES; l++) sum += sums[q][l];
	return sum;
}

// With a = |v|, v·Φ(v) is max(v, 0) - a·Φ(-a), in which nothing cancels out. Φ(-a)·e^(a²/2) is
// smooth and falls like 1/a: a polynomial of t = 1/(1 + a/4), fitted so that the result is
// within 3e-9.
TARGET static void NAME(gelu)(float *v, int64_t rows, int64_t columns, int64_t stride) {
	for (int64_t r = 0; r < rows; r++)
		for (int64_t c = 0; c < columns; c += LANES) {
			NAME(vector) *x = (NAME(vector) *)(v + r * stride + c), zero = {0};
			NAME(vector) a = NAME(larger)(*x, -*x), t = 1.0f / (a * 0.25f + 1.0f);
			NAME(vector) p = t * -0.0936058685f + 0.350476921f;
			p = p * t - 0.282961518f;
			p = p * t + 0.296071708f;
			p = p * t + 0.0172527544f;
			p = p * t + 0.114143297f;
			p = p * t + 0.0986227393f;
			*x = NAME(larger)(*x, zero) - p * t * a * NAME(exponential)(a * a * -0.5f);
		}
}

// tile8 is tile in 8 bits.
TARGET static inline __attribute__((always_inline)) void NAME(tile8)(const int rows, const int panels, quantized x, weights8 w,
                                                                     int64_t k, float *y, int64_t stride) {
	const int vectors = panels * PANEL / LANES;
	const int64_t apart = quads(k) * QUAD * PANEL, scales = blocks(k) * PANEL; // from a panel to the next
	NAME(vector) total[TILE8][PANELS * PANEL / LANES]; // in memory: beside sum there are no registers left
	for (int r = 0; r < rows; r++)
		for (int v = 0; v < vectors; v++) total[r][v] = *(const NAME(vector) *)(y + r * stride + v * LANES);
	for (; k > 0; k -= BLOCK, x.scale += rows, x.zero += rows, w.scale += PANEL, w.sum += PANEL) {
		NAME(integers) sum[TILE8][PANELS * PANEL / LANES];
#pragma GCC unroll 32
		for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
			for (int v = 0; v < vectors; v++) sum[r][v] = (NAME(integers)){0};
		const int64_t end = k < BLOCK ? k : BLOCK;
		for (int64_t i = 0; i < end; i += QUAD, x.values += rows * QUAD, w.values += PANEL * QUAD) {
			NAME(integers) b[PANELS * PANEL / LANES];
#pragma GCC unroll 4
			for (int v = 0; v < vectors; v++) {
				const int8_t *from = w.values + v * LANES / PANEL * apart + v * LANES % PANEL * QUAD;
				if (v * LANES % PANEL == 0) __builtin_prefetch(from + AHEAD * 4, 0, 3);
				memcpy(&b[v], from, sizeof b[v]);
			}
#pragma GCC unroll 32
			for (int r = 0; r < rows; r++) {
				int32_t four;
				memcpy(&four, x.values + r * QUAD, sizeof four);
#pragma GCC unroll 4
				for (int v = 0; v < vectors; v++) sum[r][v] = DOT8(sum[r][v], four, b[v]);
			}
		}
#pragma GCC unroll 4
		for (int v = 0; v < vectors; v++) {
			const int64_t at = v * LANES / PANEL * scales + v * LANES % PANEL;
			NAME(integers) sums;
			NAME(vector) scale;
			memcpy(&sums, w.sum + at, sizeof sums);
			memcpy(&scale, w.scale + at, sizeof scale);
#pragma GCC unroll 32
			for (int r = 0; r < rows; r++)
				total[r][v] += __builtin_convertvector(sum[r][v] - sums * x.zero[r], NAME(vector)) * (scale * x.scale[r]);
		}
	}
	for (int r = 0; r < rows; r++)
		for (int v = 0; v < vectors; v++) *(NAME(vector) *)(y + r * stride + v * LANES) = total[r][v];
}

TARGET static void NAME(rows8)(int rows, int panels, quantized x, weights8 w, int64_t k, float *y, int64_t stride) {
#define ROWS(n) \
	case n: NAME(tile8)(n, 1, x, w, k, y, stride); return;
#define WIDE(n) \
	case n: NAME(tile8)(n, PANELS, x, w, k, y, stride); return;
#define FOUR(rows, n) rows(n + 1) rows(n + 2) rows(n + 3) rows(n + 4)
#if TILE8 > 4
	if (panels == PANELS) switch (rows) { FOUR(WIDE, 0) FOUR(WIDE, 4) FOUR(WIDE, 8) }
	switch (rows) { FOUR(ROWS, 0) FOUR(ROWS, 4) FOUR(ROWS, 8) }
#else
	switch (rows) { FOUR(ROWS, 0) }
#endif
#undef FOUR
#undef WIDE
#undef ROWS
}

// smaller is a where it is less than b, and b elsewhere.
TARGET static inline NAME(vector) NAME(smaller)(NAME(vector) a, NAME(vector) b) {
	NAME(integers) is = a < b;
	return (NAME(vector))((is & (NAME(integers))a) | (~is & (NAME(integers))b));
}

TARGET static void NAME(quantize)(const float *x, int64_t k, uint8_t *to, int64_t apart, float *scale, int32_t *zero) {
	const float round = 12582912.0f; // as in exponential
	NAME(vector) least = {0}, most = {0}, bad = {0};
	int64_t i = 0;
	for (; i + LANES <= k; i += LANES) {
		NAME(vector) v = *(const NAME(vector) *)(x + i);
		least = NAME(smaller)(v, least), most = NAME(larger)(v, most), bad += v * 0;
	}
	float low = 0, high = 0, wrong = 0; // 0 or not a number
	for (int l = 0; l < LANES; l++) {
		low = least[l] < low ? least[l] : low, high = most[l] > high ? most[l] : high, wrong += bad[l];
	}
	for (int64_t j = i; j < k; j++) low = x[j] < low ? x[j] : low, high = x[j] > high ? x[j] : high, wrong += x[j] * 0;
	float step = (high - low) / 255;
	if (!(step > 0)) step = 1; // zeros alone
	const float inverse = 1 / step, middle = (-low * inverse + round) - round;
	*scale = step + wrong, *zero = wrong == 0 ? (int32_t)middle : 0;
	if (!(wrong == 0)) {
		for (int64_t j = 0; j < k; j += QUAD, to += apart) memset(to, 0, QUAD);
		return;
	}
	for (i = 0; i < k; i += LANES) {
		float last[LANES];
		const float *from = x + i;
		if (i + LANES > k) {
			for (int l = 0; l < LANES; l++) last[l] = i + l < k ? x[i + l] : 0;
			from = last;
		}
		NAME(vector) v = *(const NAME(vector) *)from * inverse + middle;
		v = NAME(larger)((NAME(vector)){0}, NAME(smaller)((NAME(vector)){0} + 255.0f, v));
		NAME(integers) q = __builtin_convertvector(v + round - round, NAME(integers));
		typedef uint8_t bytes __attribute__((vector_size(LANES)));
		bytes packed = __builtin_convertvector(q, bytes);
		uint8_t all[LANES];
		memcpy(all, &packed, sizeof all);
		for (int l = 0; l < LANES && i + l < k; l += QUAD, to += apart) {
			memcpy(to, all + l, QUAD);
			for (int64_t j = k - i - l; j < QUAD; j++) to[j] = 0; // beyond k
		}
	}
}

// tile4 is tile in 4 bits, without what y was. Each block of weights is unpacked once for all rows.
TARGET static inline __attribute__((always_inline)) void NAME(tile4)(const int rows, const int floats, quantized4 x, weights4 w,
                                                                     int64_t blocks, float *y, int64_t stride) {
	const int vectors = PANEL / LANES, pairs = BLOCK4 / QUAD / 2;
	NAME(vector) total[TILE4][PANEL / LANES];
#pragma GCC unroll 32
	for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
		for (int v = 0; v < vectors; v++) total[r][v] = (NAME(vector)){0};
	for (int64_t b = 0; b < blocks; b++) {
#pragma GCC unroll 4
		for (int v = 0; v < vectors; v++) {
			const int at = v * LANES;
			const NAME(vector) scale = floats ? *(const NAME(vector) *)((const float *)w.scale + at) : HALVES((const uint16_t *)w.scale + at);
			NAME(integers) low[BLOCK4 / QUAD / 2], high[BLOCK4 / QUAD / 2];
#pragma GCC unroll 4
			for (int i = 0; i < pairs; i++) {
				const uint8_t *from = w.values + (i * PANEL + v * LANES) * QUAD;
				if (v == 0) __builtin_prefetch(from + AHEAD4, 0, 3);
				memcpy(&low[i], from, sizeof low[i]);
				high[i] = low[i] >> 4 & 0x0f0f0f0f;
				low[i] &= 0x0f0f0f0f;
			}
#pragma GCC unroll 32
			for (int r = 0; r < rows; r++) {
				NAME(integers) sum = (NAME(integers)){0} + x.start[r];
				const int8_t *row = x.values + r * BLOCK4;
#pragma GCC unroll 4
				for (int i = 0; i < pairs; i++) {
					int32_t four;
					memcpy(&four, row + i * QUAD, sizeof four);
					sum = DOT4(sum, four, low[i]);
				}
#pragma GCC unroll 4
				for (int i = 0; i < pairs; i++) {
					int32_t four;
					memcpy(&four, row + (pairs + i) * QUAD, sizeof four);
					sum = DOT4(sum, four, high[i]);
				}
				total[r][v] += __builtin_convertvector(sum, NAME(vector)) * (scale * x.scale[r]);
			}
		}
		x.values += rows * BLOCK4, x.scale += rows, x.start += rows;
		w.values += PANEL * BLOCK4 / 2, w.scale += PANEL * (floats ? sizeof(float) : sizeof(uint16_t));
	}
#pragma GCC unroll 32
	for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
		for (int v = 0; v < vectors; v++) *(NAME(vector) *)(y + r * stride + v * LANES) = total[r][v];
}

TARGET static void NAME(rows4)(int rows, quantized4 x, weights4 w, int64_t blocks, float *y, int64_t stride) {
#define ROWS(n) \
	case n: w.floats ? NAME(tile4)(n, 1, x, w, blocks, y, stride) : NAME(tile4)(n, 0, x, w, blocks, y, stride); return;
#define FOUR(n) ROWS(n + 1) ROWS(n + 2) ROWS(n + 3) ROWS(n + 4)
	switch (rows) {
		FOUR(0)
#if TILE4 > 4
		FOUR(4) FOUR(8)
#endif
	}
#undef FOUR
#undef ROWS
}

TARGET static void NAME(quantize4)(const float *x, int64_t blocks, int64_t rows, int8_t *to, float *scale, int32_t *start) {
	const float round = 12582912.0f; // as in exponential
	for (; blocks > 0; blocks--, x += BLOCK4, to += rows * BLOCK4, scale += rows, start += rows) {
		NAME(vector) most = {0}, bad = {0};
		for (int i = 0; i < BLOCK4; i += LANES) {
			NAME(vector) v = *(const NAME(vector) *)(x + i);
			most = NAME(larger)(NAME(larger)(v, -v), most), bad += v * 0;
		}
		float largest = 0, wrong = 0; // 0 or not a number
		for (int l = 0; l < LANES; l++) largest = most[l] > largest ? most[l] : largest, wrong += bad[l];
		const float inverse = largest > 0 ? 127 / largest : 0;
		*scale = largest / 127 + wrong;
		NAME(integers) sums = {0};
		for (int i = 0; i < BLOCK4; i += LANES) {
			NAME(vector) v = *(const NAME(vector) *)(x + i) * (wrong == 0 ? inverse : 0);
			__asm__("" : "+m"(v)); // else some processors would round once, others twice
			NAME(integers) q = __builtin_convertvector(v + round - round, NAME(integers));
			typedef int8_t bytes __attribute__((vector_size(LANES)));
			bytes packed = __builtin_convertvector(q, bytes);
			memcpy(to + i, &packed, sizeof packed);
			sums += q;
		}
		int32_t sum = 0;
		for (int l = 0; l < LANES; l++) sum += sums[l];
		*start = wrong == 0 ? -8 * sum : 0;
	}
}

_Static_assert(TILE <= MOST_TILE && TILE8 <= MOST_TILE && TILE4 <= MOST_TILE && PANELS <= MOST_PANELS, "others make room for so many");

static const kernels NAME(kernels) = {
	.rows = NAME(rows), .softmax = NAME(softmax), .gelu = NAME(gelu), .rows8 = NAME(rows8), .quantize = NAME(quantize),
	.rows4 = NAME(rows4), .quantize4 = NAME(quantize4),
	.tile = TILE, .tile8 = TILE8, .tile4 = TILE4, .panels = PANELS,
};

#undef NAME
#undef JOIN
#undef JOIN_
#undef ISA
#undef TARGET
#undef LANES
#undef TILE
#undef TILE8
#undef DOT8
#undef TILE4
#undef DOT4
#undef HALVES
#undef PANELS
