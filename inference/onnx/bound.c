#include "bound.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	const void *const *(*GetApi)(uint32_t version);
	const char *(*GetVersionString)(void);
} OrtApiBase;

const void *const *ort_table;
static OrtEnv *env;

char *message(OrtStatus *status) {
	if (status == NULL) return NULL;
	char *text = strdup(CALL(GetErrorMessage, const char *, (const OrtStatus *))(status));
	CALL(ReleaseStatus, void, (OrtStatus *))(status);
	return text;
}

char *bound_init(const char *library) {
	if (env != NULL) return NULL;
	// The bindings have loaded it already, so this only finds it.
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL) return strdup(dlerror());
	const OrtApiBase *(*base)(void) = (const OrtApiBase *(*)(void))dlsym(handle, "OrtGetApiBase");
	if (base == NULL) return strdup("the library has no OrtGetApiBase");
	ort_table = base()->GetApi(ort_api_version);
	if (ort_table == NULL) return strdup("the library is older than the interface that is needed");
	// One environment serves the process; this adds a reference to it.
	return message(STATUS(CreateEnv, (int, const char *, OrtEnv **))(3, "scorer", &env));
}

static char *session_options(const bound_options *o, OrtSessionOptions *so) {
	char *e;
	if ((e = message(STATUS(SetIntraOpNumThreads, (OrtSessionOptions *, int))(so, o->threads)))) return e;
	if ((e = message(STATUS(SetSessionGraphOptimizationLevel, (OrtSessionOptions *, int))(so, o->optimization)))) return e;
	if ((e = message(STATUS(DisableMemPattern, (OrtSessionOptions *))(so)))) return e;
	for (size_t i = 0; i + 1 < o->config_len; i += 2)
		if ((e = message(STATUS(AddSessionConfigEntry, (OrtSessionOptions *, const char *, const char *))(so, o->config[i], o->config[i + 1])))) return e;
	if (o->optimized_path != NULL &&
	    (e = message(STATUS(SetOptimizedModelFilePath, (OrtSessionOptions *, const char *))(so, o->optimized_path)))) return e;
	if (!o->use_cuda) return NULL;
	OrtCUDAProviderOptionsV2 *cuda;
	if ((e = message(STATUS(CreateCUDAProviderOptions, (OrtCUDAProviderOptionsV2 **))(&cuda)))) return e;
	const size_t n = o->cuda_len / 2;
	const char **keys = malloc((n + 1) * sizeof *keys), **values = malloc((n + 1) * sizeof *values);
	for (size_t i = 0; i < n; i++) keys[i] = o->cuda[2 * i], values[i] = o->cuda[2 * i + 1];
	e = message(STATUS(UpdateCUDAProviderOptions, (OrtCUDAProviderOptionsV2 *, const char *const *, const char *const *, size_t))(cuda, keys, values, n));
	if (e == NULL)
		e = message(STATUS(SessionOptionsAppendExecutionProvider_CUDA_V2, (OrtSessionOptions *, const OrtCUDAProviderOptionsV2 *))(so, cuda));
	free(keys);
	free(values);
	CALL(ReleaseCUDAProviderOptions, void, (OrtCUDAProviderOptionsV2 *))(cuda);
	return e;
}

char *bound_open(const bound_options *o, OrtSession **out, own_ops **ops) {
	OrtSessionOptions *so;
	char *e = message(STATUS(CreateSessionOptions, (OrtSessionOptions **))(&so));
	if (e != NULL) return e;
	e = session_options(o, so);
	if (e == NULL && o->domain != NULL) e = ops_register(so, o->domain, o->threads, ops);
	if (e == NULL)
		e = message(STATUS(CreateSession, (const OrtEnv *, const char *, const OrtSessionOptions *, OrtSession **))(env, o->path, so, out));
	CALL(ReleaseSessionOptions, void, (OrtSessionOptions *))(so);
	return e;
}

void bound_close(OrtSession *s, own_ops *ops) {
	if (s != NULL) CALL(ReleaseSession, void, (OrtSession *))(s);
	ops_close(ops);
}

char *bound_memory(OrtSession *s, const char *device, OrtMemoryInfo **info, OrtAllocator **allocator) {
	// OrtDeviceAllocator is 0, OrtMemTypeDefault is 0.
	char *e = message(STATUS(CreateMemoryInfo, (const char *, int, int, int, OrtMemoryInfo **))(device, 0, 0, 0, info));
	if (e != NULL) return e;
	return message(STATUS(CreateAllocator, (const OrtSession *, const OrtMemoryInfo *, OrtAllocator **))(s, *info, allocator));
}

void bound_free_memory(OrtMemoryInfo *info, OrtAllocator *allocator) {
	if (allocator != NULL) CALL(ReleaseAllocator, void, (OrtAllocator *))(allocator);
	if (info != NULL) CALL(ReleaseMemoryInfo, void, (OrtMemoryInfo *))(info);
}

char *bound_alloc(OrtAllocator *allocator, size_t bytes, void **out) {
	return message(STATUS(AllocatorAlloc, (OrtAllocator *, size_t, void **))(allocator, bytes, out));
}

void bound_free(OrtAllocator *allocator, void *p) {
	char *e = message(STATUS(AllocatorFree, (OrtAllocator *, void *))(allocator, p));
	free(e);
}

char *bound_value(const OrtMemoryInfo *info, void *data, size_t bytes, const int64_t *shape, size_t rank, int type,
                  OrtValue **out) {
	return message(STATUS(CreateTensorWithDataAsOrtValue, (const OrtMemoryInfo *, void *, size_t, const int64_t *, size_t, int, OrtValue **))(info, data, bytes, shape, rank, type, out));
}

void bound_release_value(OrtValue *v) { CALL(ReleaseValue, void, (OrtValue *))(v); }

char *bound_copy(const OrtValue *from, OrtValue *to) {
	return message(STATUS(CopyTensors, (const OrtEnv *, const OrtValue *const *, OrtValue *const *, OrtSyncStream *, size_t))(env, &from, &to, NULL, 1));
}

char *bound_binding(OrtSession *s, OrtIoBinding **out) {
	return message(STATUS(CreateIoBinding, (OrtSession *, OrtIoBinding **))(s, out));
}

void bound_release_binding(OrtIoBinding *b) { CALL(ReleaseIoBinding, void, (OrtIoBinding *))(b); }

char *bound_input(OrtIoBinding *b, const char *name, const OrtValue *v) {
	return message(STATUS(BindInput, (OrtIoBinding *, const char *, const OrtValue *))(b, name, v));
}

char *bound_output(OrtIoBinding *b, const char *name, const OrtValue *v) {
	return message(STATUS(BindOutput, (OrtIoBinding *, const char *, const OrtValue *))(b, name, v));
}

char *bound_run_options(OrtRunOptions **out) { return message(STATUS(CreateRunOptions, (OrtRunOptions **))(out)); }

void bound_release_run_options(OrtRunOptions *o) { CALL(ReleaseRunOptions, void, (OrtRunOptions *))(o); }

char *bound_terminate(OrtRunOptions *o, int on) {
	if (on) return message(STATUS(RunOptionsSetTerminate, (OrtRunOptions *))(o));
	return message(STATUS(RunOptionsUnsetTerminate, (OrtRunOptions *))(o));
}

char *bound_run(OrtSession *s, const OrtRunOptions *o, const OrtIoBinding *b) {
	return message(STATUS(RunWithBinding, (OrtSession *, const OrtRunOptions *, const OrtIoBinding *))(s, o, b));
}
