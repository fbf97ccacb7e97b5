package main

import (
	"fmt"
	"io"
	"os"
	"syscall"
	"unsafe"
)

// fadvDontNeed is Linux's POSIX_FADV_DONTNEED.
const fadvDontNeed = 4

// read has the page cache hold the model's files.
func (m *model) read() error {
	return m.each(func(f *os.File, _ int) error {
		_, err := io.Copy(io.Discard, f)
		return err
	})
}

// drop has the page cache forget the model's files. Pages that another process has
// mapped stay.
func (m *model) drop() error {
	return m.each(func(f *os.File, _ int) error {
		if err := f.Sync(); err != nil { // what isn't written yet stays
			return err
		}
		if _, _, errno := syscall.Syscall6(syscall.SYS_FADVISE64, f.Fd(), 0, 0, fadvDontNeed, 0, 0); errno != 0 {
			return fmt.Errorf("fadvise of %s: %w", f.Name(), errno)
		}
		return nil
	})
}

// cached is the share of the model's files that the page cache has.
func (m *model) cached() (float64, error) {
	var there, all int
	err := m.each(func(f *os.File, size int) error {
		if size == 0 {
			return nil
		}
		mapped, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
		if err != nil {
			return err
		}
		defer func() { _ = syscall.Munmap(mapped) }()
		pages := make([]byte, (size+os.Getpagesize()-1)/os.Getpagesize())
		_, _, errno := syscall.Syscall(syscall.SYS_MINCORE, uintptr(unsafe.Pointer(unsafe.SliceData(mapped))), uintptr(size), uintptr(unsafe.Pointer(unsafe.SliceData(pages))))
		if errno != 0 {
			return fmt.Errorf("mincore of %s: %w", f.Name(), errno)
		}
		for _, p := range pages {
			there += int(p & 1)
		}
		all += len(pages)
		return nil
	})
	return float64(there) / float64(max(all, 1)), err
}

func (m *model) each(do func(f *os.File, size int) error) error {
	paths, err := m.files()
	if err != nil {
		return err
	}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		info, err := f.Stat()
		if err == nil && info.Mode().IsRegular() {
			err = do(f, int(info.Size()))
		}
		if err != nil {
			_ = f.Close()
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}
