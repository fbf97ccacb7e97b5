package onnx

/*
#include <stdlib.h>
#include "bound.h"
*/
import "C"

import (
	"fmt"
	"syscall"
	"unsafe"
)

// ElemType is an element type by the numbers that ONNX and its runtime share.
type ElemType int32

// ElemTypes of bound values.
const (
	Float32 ElemType = 1
	Int32   ElemType = 6
	Int64   ElemType = 7
	Float16 ElemType = 10
)

// Size is how many bytes an element takes; 0 for a type that isn't known.
func (t ElemType) Size() int {
	switch t {
	case Float16:
		return 2
	case Float32, Int32:
		return 4
	case Int64:
		return 8
	}
	return 0
}

// Memory is a kind of memory that a session's provider can reach.
type Memory struct {
	info      *C.OrtMemoryInfo
	allocator *C.OrtAllocator
	host      bool
}

func (s *BoundSession) memory(device string) (*Memory, error) {
	name := C.CString(device)
	defer C.free(unsafe.Pointer(name))
	m := &Memory{host: device == "Cpu"}
	if err := failure(C.bound_memory(s.session, name, &m.info, &m.allocator)); err != nil {
		return nil, err
	}
	return m, nil
}

// Host is memory that Go reads and writes.
func (s *BoundSession) Host() *Memory { return s.host }

// Device is where the provider computes: the host for CPU.
func (s *BoundSession) Device() *Memory {
	if s.device != nil {
		return s.device
	}
	return s.host
}

// Buffer is a piece of memory outside of Go's heap. It must be closed after
// the values that lie in it.
type Buffer struct {
	memory *Memory
	size   int
	mapped []byte         // host
	device unsafe.Pointer // otherwise
}

// Allocate takes size bytes, zeroed. The host's pages count only once they are
// written, so a large arena costs what is used of it.
func (m *Memory) Allocate(size int) (*Buffer, error) {
	b := &Buffer{memory: m, size: size}
	var err error
	if m.host {
		b.mapped, err = syscall.Mmap(-1, 0, max(size, 1), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	} else {
		err = failure(C.bound_alloc(m.allocator, C.size_t(size), &b.device))
	}
	if err != nil {
		return nil, fmt.Errorf("allocate %d bytes: %w", size, err)
	}
	return b, nil
}

// UseHugePages asks for huge pages, which spares the host most of the page faults
// of a buffer that will be written whole.
func (b *Buffer) UseHugePages() {
	if b.memory.host && b.size >= hugePage {
		_ = syscall.Madvise(b.mapped, syscall.MADV_HUGEPAGE)
	}
}

// Bytes is the host's memory; nil for a device's.
func (b *Buffer) Bytes() []byte { return b.mapped }

// Host reports whether Bytes has the memory.
func (b *Buffer) Host() bool { return b.memory.host }

// Size is in bytes.
func (b *Buffer) Size() int { return b.size }

// Close frees the memory.
func (b *Buffer) Close() {
	if b.memory.host {
		_ = syscall.Munmap(b.mapped)
		return
	}
	C.bound_free(b.memory.allocator, b.device)
}

func (b *Buffer) pointer() unsafe.Pointer {
	if b.memory.host {
		return unsafe.Pointer(unsafe.SliceData(b.mapped))
	}
	return b.device
}

// Slice views the host's memory from offset bytes on as n elements.
func Slice[T float32 | int64 | int32 | uint16](b *Buffer, offset, n int) []T {
	if n == 0 {
		return nil
	}
	var t T
	size := n * int(unsafe.Sizeof(t))
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b.mapped[offset:offset+size]))), n)
}

// BoundValue is a tensor that lies in a Buffer.
type BoundValue struct {
	value *C.OrtValue
}

// Value makes a tensor of the buffer's memory from offset bytes on. It must be
// closed.
func (b *Buffer) Value(offset int, t ElemType, shape ...int64) (*BoundValue, error) {
	size := t.Size()
	for _, d := range shape {
		size *= int(d)
	}
	if offset < 0 || size < 0 || offset+size > b.size {
		return nil, fmt.Errorf("a tensor of shape %v at %d doesn't fit %d bytes", shape, offset, b.size)
	}
	v := &BoundValue{}
	err := failure(C.bound_value(b.memory.info, unsafe.Add(b.pointer(), offset), C.size_t(size),
		(*C.int64_t)(unsafe.Pointer(unsafe.SliceData(shape))), C.size_t(len(shape)), C.int(t), &v.value))
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Close frees the tensor, not the memory.
func (v *BoundValue) Close() { C.bound_release_value(v.value) }

// Copy copies n bytes between buffers of one kind of memory, which may not
// overlap.
func Copy(to *Buffer, toOffset int, from *Buffer, fromOffset, n int) error {
	if to.memory.host && from.memory.host {
		copy(to.mapped[toOffset:toOffset+n], from.mapped[fromOffset:fromOffset+n])
		return nil
	}
	return copyTensors(to, toOffset, from, fromOffset, n)
}

// copyTensors has the runtime copy, which can reach every device.
func copyTensors(to *Buffer, toOffset int, from *Buffer, fromOffset, n int) error {
	const words = 4
	if n%words != 0 {
		return fmt.Errorf("copy of %d bytes, which is no multiple of %d", n, words)
	}
	source, err := from.Value(fromOffset, Float32, int64(n/words))
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := to.Value(toOffset, Float32, int64(n/words))
	if err != nil {
		return err
	}
	defer target.Close()
	return failure(C.bound_copy(source.value, target.value))
}

// Discard gives the host's whole pages among n bytes from offset on back to the
// system; they read as zeros afterwards. A device keeps its memory.
func (b *Buffer) Discard(offset, n int) {
	page := syscall.Getpagesize()
	from, to := (offset+page-1)/page*page, (offset+n)/page*page
	if b.memory.host && from < to {
		_ = syscall.Madvise(b.mapped[from:to], syscall.MADV_DONTNEED)
	}
}
