package main

import (
	"runtime"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

// bandwidthBytes is far more than any cache holds.
const bandwidthBytes = 1 << 30

// bandwidth measures how many bytes a second threads can read of memory: the
// best of a few passes, because what disturbs only ever slows down.
func bandwidth(threads int) (float64, error) {
	data, err := syscall.Mmap(-1, 0, bandwidthBytes, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return 0, err
	}
	defer func() { _ = syscall.Munmap(data) }()
	_ = syscall.Madvise(data, syscall.MADV_HUGEPAGE) // as the scorer's weights have them
	for i := 0; i < len(data); i += 4096 {
		data[i] = 1
	}
	words := unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(data))), len(data)/8)
	best := 0.0
	for range 6 {
		var wg sync.WaitGroup
		start := time.Now()
		for t := range threads {
			wg.Go(func() {
				part := words[t*len(words)/threads : (t+1)*len(words)/threads]
				runtime.KeepAlive(sum(part))
			})
		}
		wg.Wait()
		best = max(best, bandwidthBytes/time.Since(start).Seconds())
	}
	return best, nil
}

// sum reads a word of every cache line, which loads all of it.
func sum(words []uint64) uint64 {
	var a, b, c, d uint64
	for len(words) >= 32 {
		a += words[0]
		b += words[8]
		c += words[16]
		d += words[24]
		words = words[32:]
	}
	return a + b + c + d
}
