// Package gemmtest calls package onnx's products of matrices without ONNX Runtime, for
// tests of each instruction set that the processor has.
package gemmtest

/*
#cgo CFLAGS: -O2
#include <stdlib.h>
#include "../gemm.c"

static void serial(void *context, void (*f)(void *, size_t), size_t tasks, void *data) {
	for (size_t i = tasks; i-- > 0;) f(data, i);
}

static void run(const float *x, const float *w, const float *bias, const float *skip, float *y, int64_t rows, int64_t k,
                int64_t n, int tasks) {
	gemm g = {x, w, bias, skip, y, rows, k, n, malloc(gemm_scratch(rows, k) * sizeof(float)), tasks};
	gemm_run(&g, serial, NULL);
	free(g.packed);
}
*/
import "C"

import "unsafe"

// Instructions are the names that Use takes.
var Instructions = []string{"plain", "avx2", "avx512"}

// Use chooses an instruction set and says whether the processor has it.
func Use(name string) bool {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	return C.gemm_use(c) != 0
}

// Multiply is x·w + bias + skip, with w in panels as graph.PackedMatMul says, in so many
// tasks. bias and skip may be nil.
func Multiply(x, w, bias, skip []float32, rows, k, n, tasks int) []float32 {
	y := make([]float32, rows*n)
	C.run(first(x), first(w), first(bias), first(skip), first(y), C.int64_t(rows), C.int64_t(k), C.int64_t(n), C.int(tasks))
	return y
}

func first(v []float32) *C.float { return (*C.float)(unsafe.Pointer(unsafe.SliceData(v))) }
