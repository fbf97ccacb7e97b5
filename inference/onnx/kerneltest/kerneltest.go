// Package kerneltest calls what package onnx's operators compute, without ONNX Runtime, for
// tests of each instruction set that the processor has.
package kerneltest

/*
#cgo CFLAGS: -O2
#include <stdlib.h>
#include "../attention.h"
#include "../gemm.h"

static void serial(void *context, void (*f)(void *, size_t), size_t tasks, void *data) {
	for (size_t i = tasks; i-- > 0;) f(data, i);
}

static void run(const float *x, const float *w, const float *bias, const float *skip, float *y, int64_t rows, int64_t k,
                int64_t n, int64_t groups, int tasks, int gelu) {
	gemm g = {x, w, bias, skip, y, rows, k, n, groups, malloc(gemm_scratch(rows, groups * k) * sizeof(float)), tasks, gelu};
	gemm_run(&g, serial, NULL);
	free(g.packed);
}

static void run8(const float *x, const int8_t *w, const float *scale, const int32_t *sum, const float *bias, const float *skip,
                 float *y, int64_t rows, int64_t k, int64_t n, int tasks, int gelu) {
	gemm8 g = {x, w, scale, sum, bias, skip, y, rows, k, n, malloc(gemm8_scratch(rows, k)), tasks, gelu};
	gemm8_run(&g, serial, NULL);
	free(g.packed);
}

static void run4(const float *x, const uint8_t *w, const void *scale, int floats, float *y, int64_t rows, int64_t k, int64_t n, int tasks) {
	gemm4 g = {x, {w, scale, floats}, y, rows, k, n, malloc(gemm4_scratch(rows, k)), tasks};
	gemm4_run(&g, serial, NULL);
	free(g.packed);
}

static void column(const uint8_t *w, const void *scale, int floats, int64_t k, int64_t column, float *y) {
	column4((weights4){w, scale, floats}, k / BLOCK4, column, y);
}

static void attend(const float *parts, const float *query, const int64_t *lengths, float *y, int64_t texts, int64_t longest,
                   int64_t queries, int64_t window, int64_t heads, int64_t size, int tasks) {
	const int64_t hidden = heads * size, count = queries == 0 ? 3 : queries == 1 ? 2 : 1;
	attention a = {query ? query : parts, count == 1 ? parts : parts + (count - 2) * hidden, parts + (count - 1) * hidden, y,
		query ? hidden : 3 * hidden, count * hidden, heads, size, lengths, texts, longest, queries, window,
		malloc(tasks * attention_scratch(longest, size) * sizeof(float)), tasks};
	attention_run(&a, serial, NULL);
	free(a.room);
}
*/
import "C"

import (
	"slices"
	"unsafe"
)

// Instructions are the names that Use takes.
var Instructions = []string{"plain", "avx2", "avx512", "vnni"}

// Use chooses an instruction set and says whether the processor has it.
func Use(name string) bool {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	return C.kernels_use(c) != 0
}

// Multiply is x·w + bias + skip, with w in panels as graph.PackedMatMul says, in so many
// tasks. bias and skip may be nil.
func Multiply(x, w, bias, skip []float32, rows, k, n, tasks int) []float32 {
	return multiply(x, w, bias, skip, rows, k, n, 1, tasks, 0)
}

// MultiplyGroups is Multiply of each of the groups of x's columns, of k each.
func MultiplyGroups(x, w, bias []float32, rows, k, n, groups, tasks int) []float32 {
	return multiply(x, w, bias, nil, rows, k, n, groups, tasks, 0)
}

// MultiplyGelu is GELU of Multiply.
func MultiplyGelu(x, w, bias, skip []float32, rows, k, n, tasks int) []float32 {
	return multiply(x, w, bias, skip, rows, k, n, 1, tasks, 1)
}

func multiply(x, w, bias, skip []float32, rows, k, n, groups, tasks int, gelu C.int) []float32 {
	y := make([]float32, rows*n)
	C.run(first(x), first(w), first(bias), first(skip), first(y), C.int64_t(rows), C.int64_t(k), C.int64_t(n), C.int64_t(groups), C.int(tasks), gelu)
	return y
}

// Multiply8 is Multiply with w as graph.PackedMatMul8 says.
func Multiply8(x []float32, w []int8, scale []float32, sum []int32, bias, skip []float32, rows, k, n, tasks int) []float32 {
	return multiply8(x, w, scale, sum, bias, skip, rows, k, n, tasks, 0)
}

// Multiply8Gelu is GELU of Multiply8.
func Multiply8Gelu(x []float32, w []int8, scale []float32, sum []int32, bias, skip []float32, rows, k, n, tasks int) []float32 {
	return multiply8(x, w, scale, sum, bias, skip, rows, k, n, tasks, 1)
}

func multiply8(x []float32, w []int8, scale []float32, sum []int32, bias, skip []float32, rows, k, n, tasks int, gelu C.int) []float32 {
	y := make([]float32, rows*n)
	C.run8(first(x), (*C.int8_t)(unsafe.Pointer(unsafe.SliceData(w))), first(scale), (*C.int32_t)(unsafe.Pointer(unsafe.SliceData(sum))),
		first(bias), first(skip), first(y), C.int64_t(rows), C.int64_t(k), C.int64_t(n), C.int(tasks), gelu)
	return y
}

// Weights4 are weights as graph.PackedMatMul4 has them, with the scales of one of two types.
type Weights4 struct {
	Values []uint8
	Halves []uint16
	Floats []float32
}

func (w Weights4) parts() (values *C.uint8_t, scale unsafe.Pointer, floats C.int) {
	values = (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(w.Values)))
	if w.Floats != nil {
		return values, unsafe.Pointer(unsafe.SliceData(w.Floats)), 1
	}
	return values, unsafe.Pointer(unsafe.SliceData(w.Halves)), 0
}

// Multiply4 is x·w.
func Multiply4(x []float32, w Weights4, rows, k, n, tasks int) []float32 {
	y := make([]float32, rows*n)
	values, scale, floats := w.parts()
	C.run4(first(x), values, scale, floats, first(y), C.int64_t(rows), C.int64_t(k), C.int64_t(n), C.int(tasks))
	return y
}

// Column4 is a column of w as graph.PackedEmbedding4 gives it.
func Column4(w Weights4, k, column int) []float32 {
	y := make([]float32, k)
	values, scale, floats := w.parts()
	C.column(values, scale, floats, C.int64_t(k), C.int64_t(column), first(y))
	return y
}

// Attend is graph.PackedAttention of heads of so many floats; query may be nil. With more
// queries than one of each text, parts are keys and values at once.
func Attend(parts, query []float32, lengths []int64, heads, size, tasks int) []float32 {
	return AttendWithin(parts, query, lengths, 0, heads, size, tasks)
}

// AttendWithin is Attend with a window, 0 for none.
func AttendWithin(parts, query []float32, lengths []int64, window, heads, size, tasks int) []float32 {
	rows, queries := len(parts)/(3*heads*size), 0
	if query != nil {
		rows = len(query) / (heads * size)
		queries = rows / len(lengths)
	}
	y := make([]float32, rows*heads*size)
	C.attend(first(parts), first(query), (*C.int64_t)(unsafe.Pointer(unsafe.SliceData(lengths))), first(y), C.int64_t(len(lengths)),
		C.int64_t(slices.Max(lengths)), C.int64_t(queries), C.int64_t(window), C.int64_t(heads), C.int64_t(size), C.int(tasks))
	return y
}

func first(v []float32) *C.float { return (*C.float)(unsafe.Pointer(unsafe.SliceData(v))) }
