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

// The version of the table to ask for: the first that has all of these.
enum { ort_api_version = 23 };

enum {
	ort_GetErrorMessage = 2,
	ort_CreateEnv = 3,
	ort_CreateSession = 7,
	ort_CreateSessionOptions = 10,
	ort_SetOptimizedModelFilePath = 11,
	ort_DisableMemPattern = 17,
	ort_DisableCpuMemArena = 19,
	ort_SetSessionGraphOptimizationLevel = 23,
	ort_SetIntraOpNumThreads = 24,
	ort_CreateRunOptions = 39,
	ort_RunOptionsSetTerminate = 46,
	ort_RunOptionsUnsetTerminate = 47,
	ort_CreateTensorWithDataAsOrtValue = 49,
	ort_CreateMemoryInfo = 68,
	ort_AllocatorAlloc = 75,
	ort_AllocatorFree = 76,
	ort_ReleaseStatus = 93,
	ort_ReleaseMemoryInfo = 94,
	ort_ReleaseSession = 95,
	ort_ReleaseValue = 96,
	ort_ReleaseRunOptions = 97,
	ort_ReleaseSessionOptions = 100,
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
	ort_CopyTensors = 386,
};

#endif
