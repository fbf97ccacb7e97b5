#ifndef AZURE_NLP_ENDPOINT_HUGEPAGES_H
#define AZURE_NLP_ENDPOINT_HUGEPAGES_H

#include <stddef.h>
#include <stdint.h>

// copy_to_huge_pages puts a copy of what lies there, whole pages of that size, in its place,
// in huge pages. It returns 0 and changes nothing where the kernel doesn't allow it.
int copy_to_huge_pages(uintptr_t from, uintptr_t to, size_t page);

#endif
