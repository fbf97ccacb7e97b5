#define _GNU_SOURCE
#include "hugepages.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum { COLLAPSE = 25 }; // Linux's MADV_COLLAPSE, since 6.1

int copy_to_huge_pages(uintptr_t from, uintptr_t to, size_t page) {
	const size_t size = to - from;
	char *room = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED) return 0;
	char *copy = (char *)(((uintptr_t)room + page - 1) / page * page);
	const size_t before = copy - room;
	int done = madvise(copy, size, MADV_HUGEPAGE) == 0;
	if (done) {
		memcpy(copy, (const void *)from, size);
		// Small pages of a copy would be worse than a file's.
		done = madvise(copy, size, COLLAPSE) == 0 || errno == EINVAL;
	}
	if (done) {
		// Who reads at from meanwhile reads the same before and after.
		done = mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)from) != MAP_FAILED;
	}
	if (!done) munmap(copy, size);
	if (before > 0) munmap(room, before);
	munmap(copy + size, page - before);
	return done;
}
