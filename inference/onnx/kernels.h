// What the operators compute with: tiles of products and softmax, for the instruction
// set that the processor has.
#ifndef AZURE_NLP_ENDPOINT_KERNELS_H
#define AZURE_NLP_ENDPOINT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// The columns of a panel. 16 floats are a cache line, one register of AVX-512, two of
// AVX2 and four of NEON, so one layout in the file serves all processors.
enum { PANEL = 16 };

// How far ahead of its use a panel is asked for, in floats: what comes from memory in
// the time of the work on it. Processors' own look-ahead ends with each page.
enum { AHEAD = 64 * PANEL };

// The values of a column that lie together in 8 bits: processors add up four at once.
enum { QUAD = 4 };

// weights are panels, [k][PANEL] each, that lie so many floats apart. From each of k to the
// next are so many floats as row says.
typedef struct {
	const float *values;
	int panels;
	int64_t apart, row, k;
	// What is asked for meanwhile, in each panel's place: a float, and from each of k to the
	// next so many more.
	const float *ahead;
	int64_t step;
} weights;

// The values of a row, and of a column, that have a scale in 8 bits. A large one costs
// those beside it precision, but not others.
enum { BLOCK = 64 };

static inline int64_t quads(int64_t k) { return (k + QUAD - 1) / QUAD; }

static inline int64_t blocks(int64_t k) { return (k + BLOCK - 1) / BLOCK; }

// quantized are rows of 8 bits: value q of row r in block b stands for
// scale[b][r]·(q - zero[b][r]).
typedef struct {
	const uint8_t *values; // [k / QUAD][rows][QUAD]
	const float *scale;    // [blocks][rows]
	const int32_t *zero;   // [blocks][rows]
} quantized;

// weights8 are weights of 8 bits, symmetric by block of a column, of a panel; the next
// panel's lie behind.
typedef struct {
	const int8_t *values; // [k / QUAD][PANEL][QUAD]
	const float *scale;   // [blocks][PANEL]
	const int32_t *sum;   // [blocks][PANEL], of the values
} weights8;

// The values of a column that share a scale in 4 bits.
enum { BLOCK4 = 32 };

// quantized4 are rows in blocks of 8 bits: each value of block b of row r stands for
// itself times scale[b][r].
typedef struct {
	const int8_t *values; // [k / BLOCK4][rows][BLOCK4]
	const float *scale;   // [k / BLOCK4][rows]
	const int32_t *start; // [k / BLOCK4][rows], -8 times the sum of a block's values
} quantized4;

// weights4 are weights of 4 bits of one panel: v stands for scale·(v - 8).
typedef struct {
	const uint8_t *values; // [k / BLOCK4][BLOCK4 / 8][PANEL][QUAD]: of two quads, one half a block behind the other, in its upper bits
	const void *scale;     // [k / BLOCK4][PANEL], halves or floats
	int floats;            // whether they are floats
} weights4;

// The rows and panels of the largest tile of any instruction set.
enum { MOST_TILE = 24, MOST_PANELS = 2 };

typedef struct {
	// rows sets y to bias + skip + x·w: so many rows of x, packed [k][rows]. bias and skip
	// may be NULL, and skip may be y. Rows of skip and y are stride floats apart.
	void (*rows)(int rows, const float *x, weights w, const float *bias, const float *skip, float *y, int64_t stride);
	// softmax replaces n values by exponentials of their differences to the largest,
	// which there is room for up to the next whole panel: it has zeros behind the last.
	// It returns the exponentials' sum.
	float (*softmax)(float *v, int64_t n);
	// gelu replaces values v by v·Φ(v), Φ being the normal distribution's, with an error as
	// small as that of rounding: so many rows, stride floats apart, of whole panels.
	void (*gelu)(float *v, int64_t rows, int64_t columns, int64_t stride);
	// rows8 adds x·w to y, so many rows and one or two panels, of which w is the first.
	// Sums are exact, whatever the processor.
	void (*rows8)(int rows, int panels, quantized x, weights8 w, int64_t k, float *y, int64_t stride);
	// quantize gives the scale and zero of k values of a row, a block at most, and the
	// values at to, QUAD by QUAD, apart from each other, with zeros up to the next whole
	// QUAD. Where one isn't finite the scale is not a number.
	void (*quantize)(const float *x, int64_t k, uint8_t *to, int64_t apart, float *scale, int32_t *zero);
	// rows4 sets y to x·w, so many rows and one panel. Sums within a block are exact,
	// whatever the processor.
	void (*rows4)(int rows, quantized4 x, weights4 w, int64_t blocks, float *y, int64_t stride);
	// quantize4 gives a row's blocks: values, scales and starts, each rows of them apart.
	// A block with what isn't finite has a scale that is not a number.
	void (*quantize4)(const float *x, int64_t blocks, int64_t rows, int8_t *to, float *scale, int32_t *start);
	int tile;   // rows that go at once with one panel
	int tile8;  // likewise of rows8
	int tile4;  // of rows4
	int panels; // panels at once where there are more rows; tile / panels rows then
} kernels;

// chosen are the kernels of the processor, or of kernels_use.
extern const kernels *chosen;

// kernels_use chooses an instruction set by its name, for tests; NULL is the best that
// the processor has. It returns 0 where it hasn't it.
int kernels_use(const char *name);

// half_value is the value of a half that is a finite number.
float half_value(uint16_t h);

// pack copies rows of k floats, apart from each other, to [k][rows]; stride, rows or
// more, is how far the columns are from each other then.
void pack(const float *x, int64_t apart, int64_t rows, int64_t k, float *to, int64_t stride);

// parallel_for runs f(data, 0) to f(data, tasks - 1), in any order.
typedef void parallel_for(void *context, void (*f)(void *data, size_t task), size_t tasks, void *data);

// share is where part i of parts begins.
static inline int64_t share(int64_t total, int64_t parts, int64_t i) { return total * i / parts; }

static inline int64_t whole(int64_t columns) { return (columns + PANEL - 1) / PANEL * PANEL; }

#endif
