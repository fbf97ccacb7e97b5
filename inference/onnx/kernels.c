#include "kernels.h"

#include <float.h>
#include <string.h>

// How far ahead of its use a panel is asked for, in floats: what comes from memory in
// the time of the work on it. Processors' own look-ahead ends with each page.
enum { AHEAD = 64 * PANEL };

#define ISA plain
#define TARGET
#define LANES 4
#define TILE 6
#define PANELS 1
#include "kernels_isa.h"

#if defined(__x86_64__)
#define ISA avx2
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define TILE 6
#define PANELS 1
#include "kernels_isa.h"

#define ISA avx512
#define TARGET __attribute__((target("avx512f,fma")))
#define LANES 16
#define TILE 24
#define PANELS 2
#include "kernels_isa.h"
#endif

const kernels *chosen;

int kernels_use(const char *name) {
#if defined(__x86_64__)
	__builtin_cpu_init();
	if ((name == NULL || strcmp(name, "avx512") == 0) && __builtin_cpu_supports("avx512f")) return chosen = &kernels_avx512, 1;
	if ((name == NULL || strcmp(name, "avx2") == 0) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
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

void pack(const float *x, int64_t apart, int64_t rows, int64_t k, float *to, int64_t stride) {
	int64_t r = 0;
	for (; r + 4 <= rows; r += 4, x += 4 * apart) {
		int64_t i = 0;
		for (; i + 4 <= k; i += 4) transpose(x + i, apart, to + i * stride + r, stride);
		for (; i < k; i++)
			for (int64_t q = 0; q < 4; q++) to[i * stride + r + q] = x[q * apart + i];
	}
	for (; r < rows; r++, x += apart)
		for (int64_t i = 0; i < k; i++) to[i * stride + r] = x[i];
}
