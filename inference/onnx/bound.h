// Sessions that run over memory which stays bound. Functions that can fail
// return NULL or a message that the caller frees.
#ifndef AZURE_NLP_ENDPOINT_BOUND_H
#define AZURE_NLP_ENDPOINT_BOUND_H

#include "ops.h"

typedef struct {
	const char *path;
	const char *optimized_path; // NULL: not written
	int threads;
	int optimization; // GraphOptimizationLevel
	const char **config; // keys and values by turns
	size_t config_len;   // of keys and values together
	const char **cuda;   // likewise, the CUDA provider's options
	size_t cuda_len;
	int use_cuda;
	const char *domain; // of our own operators; NULL: without
} bound_options;

char *bound_init(const char *library);
char *bound_open(const bound_options *o, OrtSession **out, own_ops **ops);
void bound_close(OrtSession *s, own_ops *ops);

char *bound_memory(OrtSession *s, const char *device, OrtMemoryInfo **info, OrtAllocator **allocator);
void bound_free_memory(OrtMemoryInfo *info, OrtAllocator *allocator);
char *bound_alloc(OrtAllocator *allocator, size_t bytes, void **out);
void bound_free(OrtAllocator *allocator, void *p);

char *bound_value(const OrtMemoryInfo *info, void *data, size_t bytes, const int64_t *shape, size_t rank, int type,
                  OrtValue **out);
void bound_release_value(OrtValue *v);
char *bound_copy(const OrtValue *from, OrtValue *to);

char *bound_binding(OrtSession *s, OrtIoBinding **out);
void bound_release_binding(OrtIoBinding *b);
char *bound_input(OrtIoBinding *b, const char *name, const OrtValue *v);
char *bound_output(OrtIoBinding *b, const char *name, const OrtValue *v);

char *bound_run_options(OrtRunOptions **out);
void bound_release_run_options(OrtRunOptions *o);
char *bound_terminate(OrtRunOptions *o, int on);
char *bound_run(OrtSession *s, const OrtRunOptions *o, const OrtIoBinding *b);

#endif
