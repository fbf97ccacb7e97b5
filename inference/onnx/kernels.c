#include "kernels.h"

#include <float.h>
#include <string.h>

// How far ahead of its use a panel of 4 bits is asked for, in bytes.
enum { AHEAD4 = 4096 };

typedef int32_t four_sums __attribute__((vector_size(16)));
typedef float four_floats __attribute__((vector_size(16), aligned(4)));

// Without instructions for it: the even and the odd values, in 16 bits, which one product
// fits into; then the two products of each column, in 32.
static inline four_sums dot_plain(four_sums sum, int32_t row, four_sums panel) {
	typedef int16_t shorts __attribute__((vector_size(16)));
	const four_sums even_row = (four_sums){0} + (row & 0xff00ff), odd_row = (four_sums){0} + (row >> 8 & 0xff00ff);
	const four_sums even = (four_sums)(((shorts)panel << 8 >> 8) * (shorts)even_row), odd = (four_sums)(((shorts)panel >> 8) * (shorts)odd_row);
	return sum + (even << 16 >> 16) + (even >> 16) + (odd << 16 >> 16) + (odd >> 16);
}

// The same with signed values of a row and a panel's of 4 bits, two products of which fit
// into 16.
static inline four_sums dot4_plain(four_sums sum, int32_t row, four_sums panel) {
	typedef int16_t shorts __attribute__((vector_size(16)));
	const shorts four = (shorts)((four_sums){0} + row);
	const four_sums pair = (four_sums)((shorts)(panel & 0xff00ff) * (four << 8 >> 8) + (shorts)(panel >> 8 & 0xff00ff) * (four >> 8));
	return sum + (pair << 16 >> 16) + (pair >> 16);
}

// halves_plain reads halves that are numbers: the exponent is off by 112 until it is multiplied.
static inline four_floats halves_plain(const uint16_t *from) {
	const four_sums h = {from[0], from[1], from[2], from[3]};
	const four_floats magnitude = (four_floats)((h & 0x7fff) << 13) * 0x1p112f;
	return (four_floats)((four_sums)magnitude | (h & 0x8000) << 16);
}

float half_value(uint16_t h) { return halves_plain((uint16_t[]){h, 0, 0, 0})[0]; }

#define ISA plain
#define TARGET
#define LANES 4
#define TILE 6
#define TILE8 4
#define DOT8 dot_plain
#define TILE4 4
#define DOT4 dot4_plain
#define HALVES halves_plain
#define PANELS 1
#include "kernels_isa.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Without VNNI: the even and the odd values, in 16 bits, two products of which fit into 32.
// What adds products of 8 bits in 16 would overflow, and a score must not depend on which
// processor there is.
#define EVEN_AVX2(v) _mm256_srai_epi16(_mm256_slli_epi16((__m256i)(v), 8), 8)
#define ODD_AVX2(v) _mm256_srai_epi16((__m256i)(v), 8)
#define DOT_AVX2(sum, row, panel) \
	((integers_avx2)_mm256_add_epi32(_mm256_add_epi32((__m256i)(sum), _mm256_madd_epi16(_mm256_set1_epi32((row) & 0xff00ff), EVEN_AVX2(panel))), \
	                                 _mm256_madd_epi16(_mm256_set1_epi32((row) >> 8 & 0xff00ff), ODD_AVX2(panel))))

#define DOT4_AVX2(sum, row, panel) \
	((integers_avx2)_mm256_add_epi32((__m256i)(sum), \
	                                 _mm256_madd_epi16(_mm256_maddubs_epi16((__m256i)(panel), _mm256_set1_epi32(row)), _mm256_set1_epi16(1))))

#define ISA avx2
#define TARGET __attribute__((target("avx2,fma,f16c")))
#define LANES 8
#define TILE 6
#define TILE8 4
#define DOT8 DOT_AVX2
#define TILE4 4
#define DOT4 DOT4_AVX2
#define HALVES(from) ((vector_avx2)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(from))))
#define PANELS 1
#include "kernels_isa.h"

#define EVEN_AVX512(v) _mm512_srai_epi16(_mm512_slli_epi16((__m512i)(v), 8), 8)
#define ODD_AVX512(v) _mm512_srai_epi16((__m512i)(v), 8)
#define DOT_AVX512(sum, row, panel) \
	((integers_avx512)_mm512_add_epi32(_mm512_add_epi32((__m512i)(sum), _mm512_madd_epi16(_mm512_set1_epi32((row) & 0xff00ff), EVEN_AVX512(panel))), \
	                                   _mm512_madd_epi16(_mm512_set1_epi32((row) >> 8 & 0xff00ff), ODD_AVX512(panel))))

#define DOT4_AVX512(sum, row, panel) \
	((integers_avx512)_mm512_add_epi32((__m512i)(sum), \
	                                   _mm512_madd_epi16(_mm512_maddubs_epi16((__m512i)(panel), _mm512_set1_epi32(row)), _mm512_set1_epi16(1))))

#define ISA avx512
#define TARGET __attribute__((target("avx512f,avx512bw,fma")))
#define LANES 16
#define TILE 24
#define TILE8 12
#define DOT8 DOT_AVX512
#define TILE4 12
#define DOT4 DOT4_AVX512
#define HALVES(from) ((vector_avx512)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(from))))
#define PANELS 2
#include "kernels_isa.h"

#define DOT_VNNI(sum, row, panel) ((integers_vnni)_mm512_dpbusd_epi32((__m512i)(sum), _mm512_set1_epi32(row), (__m512i)(panel)))

#define DOT4_VNNI(sum, row, panel) ((integers_vnni)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(panel), _mm512_set1_epi32(row)))

#define ISA vnni
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vnni,fma")))
#define LANES 16
#define TILE 24
#define TILE8 12
#define DOT8 DOT_VNNI
#define TILE4 12
#define DOT4 DOT4_VNNI
#define HALVES(from) ((vector_vnni)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(from))))
#define PANELS 2
#include "kernels_isa.h"
#endif

const kernels *chosen;

int kernels_use(const char *name) {
#if defined(__x86_64__)
	__builtin_cpu_init();
	const int wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
	if ((name == NULL || strcmp(name, "vnni") == 0) && wide && __builtin_cpu_supports("avx512vnni")) return chosen = &kernels_vnni, 1;
	if ((name == NULL || strcmp(name, "avx512") == 0) && wide) return chosen = &kernels_avx512, 1;
	if ((name == NULL || strcmp(name, "avx2") == 0) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
	    __builtin_cpu_supports("f16c"))
		return chosen = &kernels_avx2, 1;
#endif
	if (name == NULL || strcmp(name, "plain") == 0) return chosen = &kernels_plain, 1;
	return 0;
}

__attribute__((constructor)) static void choose(void) { kernels_use(NULL); }

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

// A cache line of each row after the other, so that what is read and written stays in the
// first-level cache, however long rows are.
void pack(const float *x, int64_t apart, int64_t rows, int64_t k, float *to, int64_t stride) {
	if (rows == 1 && stride == 1) {
		memcpy(to, x, k * sizeof *x);
		return;
	}
	for (int64_t at = 0; at < k; at += PANEL) {
		if (rows < 4 || k - at < PANEL) {
			for (int64_t r = 0; r < rows; r++)
				for (int64_t i = at; i < k && i < at + PANEL; i++) to[i * stride + r] = x[r * apart + i];
			continue;
		}
		for (int64_t r = 0; r < rows; r += 4) {
			const int64_t four = r + 4 <= rows ? r : rows - 4; // the last ones again, if they aren't four
			for (int64_t q = four; q < four + 4; q++) __builtin_prefetch(x + q * apart + at + 8 * PANEL, 0, 3);
			for (int64_t i = at; i < at + PANEL; i += 4) transpose(x + four * apart + i, apart, to + i * stride + four, stride);
		}
	}
}
