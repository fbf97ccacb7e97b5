// The part of ONNX Runtime's C interface that bound sessions need and
// github.com/yalue/onnxruntime_go doesn't reach. The runtime hands out one
// table of functions, in which each keeps its place for ever (it says so in
// onnxruntime_c_api.h), so a place and a type are enough to call one.
// TestPlacesInTheFunctionTable compares the places with the bindings' copy of
// onnxruntime_c_api.h.
#ifndef AZURE_NLP_ENDPOINT_ORTAPI_H
#define AZURE_NLP_ENDPOINT_ORTAPI_H

#include <stddef.h>
#include <stdint.h>

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtValue OrtValue;
typedef struct OrtIoBinding OrtIoBinding;
typedef struct OrtCUDAProviderOptionsV2 OrtCUDAProviderOptionsV2;
typedef struct OrtSyncStream OrtSyncStream;
typedef struct OrtCustomOpDomain OrtCustomOpDomain;
typedef struct OrtKernelContext OrtKernelContext;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;

// The version of the table to ask for: the first that has all of these.
enum { ort_api_version = 23 };

enum {
	ort_CreateStatus = 0,
	ort_GetErrorMessage = 2,
	ort_CreateEnv = 3,
	ort_CreateSession = 7,
	ort_CreateSessionOptions = 10,
	ort_SetOptimizedModelFilePath = 11,
	ort_DisableMemPattern = 17,
	ort_DisableCpuMemArena = 19,
	ort_SetSessionGraphOptimizationLevel = 23,
	ort_SetIntraOpNumThreads = 24,
	ort_CreateCustomOpDomain = 26,
	ort_CustomOpDomain_Add = 27,
	ort_AddCustomOpDomain = 28,
	ort_CreateRunOptions = 39,
	ort_RunOptionsSetTerminate = 46,
	ort_RunOptionsUnsetTerminate = 47,
	ort_CreateTensorWithDataAsOrtValue = 49,
	ort_GetTensorMutableData = 51,
	ort_GetTensorElementType = 60,
	ort_GetDimensionsCount = 61,
	ort_GetDimensions = 62,
	ort_GetTensorTypeAndShape = 65,
	ort_CreateMemoryInfo = 68,
	ort_AllocatorAlloc = 75,
	ort_AllocatorFree = 76,
	ort_KernelInfoGetAttribute_int64 = 86,
	ort_KernelContext_GetInput = 90,
	ort_KernelContext_GetOutput = 91,
	ort_ReleaseStatus = 93,
	ort_ReleaseMemoryInfo = 94,
	ort_ReleaseSession = 95,
	ort_ReleaseValue = 96,
	ort_ReleaseRunOptions = 97,
	ort_ReleaseTensorTypeAndShapeInfo = 99,
	ort_ReleaseSessionOptions = 100,
	ort_ReleaseCustomOpDomain = 101,
	ort_AddSessionConfigEntry = 130,
	ort_CreateAllocator = 131,
	ort_ReleaseAllocator = 132,
	ort_RunWithBinding = 133,
	ort_CreateIoBinding = 134,
	ort_ReleaseIoBinding = 135,
	ort_BindInput = 136,
	ort_BindOutput = 137,
	ort_SessionOptionsAppendExecutionProvider_CUDA_V2 = 204,
	ort_CreateCUDAProviderOptions = 205,
	ort_UpdateCUDAProviderOptions = 206,
	ort_ReleaseCUDAProviderOptions = 208,
	ort_KernelContext_ParallelFor = 274,
	ort_CopyTensors = 386,
};

// The table, from bound_init on.
extern const void *const *ort_table;

#define CALL(name, result, types) ((result(*) types)ort_table[ort_##name])
#define STATUS(name, types) CALL(name, OrtStatus *, types)

// message turns a status into text that the caller frees, and releases it. It is NULL
// for success.
char *message(OrtStatus *status);

// An operator of ours, as the runtime calls it. Which members there are depends on the
// version that the first one says.
typedef struct OrtCustomOp OrtCustomOp;
struct OrtCustomOp {
	uint32_t version;
	void *(*CreateKernel)(const OrtCustomOp *, const void *api, const void *info);
	const char *(*GetName)(const OrtCustomOp *);
	const char *(*GetExecutionProviderType)(const OrtCustomOp *);
	int (*GetInputType)(const OrtCustomOp *, size_t);
	size_t (*GetInputTypeCount)(const OrtCustomOp *);
	int (*GetOutputType)(const OrtCustomOp *, size_t);
	size_t (*GetOutputTypeCount)(const OrtCustomOp *);
	void (*KernelCompute)(void *kernel, OrtKernelContext *);
	void (*KernelDestroy)(void *kernel);
	int (*GetInputCharacteristic)(const OrtCustomOp *, size_t);
	int (*GetOutputCharacteristic)(const OrtCustomOp *, size_t);
	int (*GetInputMemoryType)(const OrtCustomOp *, size_t);
	int (*GetVariadicInputMinArity)(const OrtCustomOp *);
	int (*GetVariadicInputHomogeneity)(const OrtCustomOp *);
	int (*GetVariadicOutputMinArity)(const OrtCustomOp *);
	int (*GetVariadicOutputHomogeneity)(const OrtCustomOp *);
	OrtStatus *(*CreateKernelV2)(const OrtCustomOp *, const void *api, const void *info, void **kernel);
	OrtStatus *(*KernelComputeV2)(void *kernel, OrtKernelContext *);
	OrtStatus *(*InferOutputShapeFn)(const OrtCustomOp *, void *);
	int (*GetStartVersion)(const OrtCustomOp *);
	int (*GetEndVersion)(const OrtCustomOp *);
	size_t (*GetMayInplace)(int **, int **);
	void (*ReleaseMayInplace)(int *, int *);
	size_t (*GetAliasMap)(int **, int **);
	void (*ReleaseAliasMap)(int *, int *);
};

#endif
