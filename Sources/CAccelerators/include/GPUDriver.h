/* What is called of CUDA's driver and of HIP's runtime, found at run time: neither is needed to build.
 *
 * HIP repeats CUDA's driver call by call, so one table serves both; where they differ, a comment says how. The
 * declarations are those of the versioned symbols, which never change; the structures that are passed by value
 * are opaque to the caller.
 */
#ifndef GPU_DRIVER_H
#define GPU_DRIVER_H

#include <stddef.h>
#include <stdint.h>

typedef int gpu_result; /* 0 is success, for either */
typedef int gpu_device;
typedef uint64_t gpu_address; /* CUdeviceptr; HIP's void * */
typedef struct gpu_context_opaque *gpu_context;
typedef struct gpu_module_opaque *gpu_module;
typedef struct gpu_function_opaque *gpu_function;
typedef struct gpu_stream_opaque *gpu_stream;
typedef struct gpu_event_opaque *gpu_event;
typedef struct {
  char bytes[64];
} gpu_ipc_handle;

enum {
  GPU_STREAM_NON_BLOCKING = 1,
  GPU_EVENT_DISABLE_TIMING = 2,
  GPU_HOST_ALLOC_PORTABLE = 1,
  GPU_HOST_ALLOC_MAPPED = 2,
  GPU_IPC_LAZY_PEER_ACCESS = 1,
};

/* gpu_result: the codes that a caller acts on. */
enum {
  GPU_ERROR_INVALID_VALUE = 1,
  GPU_ERROR_NO_DEVICE = 100,
  GPU_ERROR_INVALID_DEVICE = 101,
  GPU_ERROR_INVALID_CONTEXT = 201,
  GPU_ERROR_NOT_READY = 600, /* of a query: not an error */
};

/* pointerGetAttribute: what is asked, and the kinds of memory it answers with. */
enum {
  GPU_POINTER_CONTEXT = 1,
  GPU_POINTER_MEMORY_TYPE = 2,
  GPU_POINTER_DEVICE_ORDINAL = 9,
  GPU_POINTER_RANGE_START = 11,
  GPU_POINTER_RANGE_BYTES = 12,
  GPU_MEMORY_HOST = 1,
  GPU_MEMORY_DEVICE = 2,
};

/* moduleLoadDataEx: what CUDA's compiler is told; a size is given as if it were an address. */
enum {
  GPU_JIT_ERROR_LOG = 5,
  GPU_JIT_ERROR_LOG_BYTES = 6,
};

/* GPU_CALL(member, CUDA's symbol, HIP's symbol, REQUIRED or OPTIONAL, parameters) */
#define GPU_CALLS(GPU_CALL)                                                                                \
  GPU_CALL(init, cuInit, hipInit, REQUIRED, (unsigned flags))                                                     \
  GPU_CALL(driverGetVersion, cuDriverGetVersion, hipDriverGetVersion, REQUIRED, (int *version))                   \
  GPU_CALL(getErrorName, cuGetErrorName, hipDrvGetErrorName, OPTIONAL, (gpu_result result, const char **name))    \
  GPU_CALL(getErrorString, cuGetErrorString, hipDrvGetErrorString, OPTIONAL, (gpu_result result, const char **text)) \
  GPU_CALL(deviceGetCount, cuDeviceGetCount, hipGetDeviceCount, REQUIRED, (int *count))                           \
  GPU_CALL(deviceGet, cuDeviceGet, hipDeviceGet, REQUIRED, (gpu_device *device, int ordinal))                     \
  GPU_CALL(deviceGetName, cuDeviceGetName, hipDeviceGetName, REQUIRED, (char *name, int size, gpu_device device)) \
  GPU_CALL(deviceGetPCIBusId, cuDeviceGetPCIBusId, hipDeviceGetPCIBusId, REQUIRED,                                \
           (char *identifier, int size, gpu_device device))                                                \
  GPU_CALL(deviceTotalMem, cuDeviceTotalMem_v2, hipDeviceTotalMem, REQUIRED, (size_t *bytes, gpu_device device))  \
  GPU_CALL(devicePrimaryCtxRetain, cuDevicePrimaryCtxRetain, hipDevicePrimaryCtxRetain, REQUIRED,                 \
           (gpu_context *context, gpu_device device))                                                      \
  GPU_CALL(ctxGetCurrent, cuCtxGetCurrent, hipCtxGetCurrent, REQUIRED, (gpu_context *context))                    \
  GPU_CALL(ctxSetCurrent, cuCtxSetCurrent, hipCtxSetCurrent, REQUIRED, (gpu_context context))                     \
  GPU_CALL(ctxSynchronize, cuCtxSynchronize, hipDeviceSynchronize, REQUIRED, (void))                              \
  GPU_CALL(memAlloc, cuMemAlloc_v2, hipMalloc, REQUIRED, (gpu_address *address, size_t bytes))                    \
  GPU_CALL(memFree, cuMemFree_v2, hipFree, REQUIRED, (gpu_address address))                                       \
  GPU_CALL(memHostAlloc, cuMemHostAlloc, hipHostMalloc, REQUIRED, (void **address, size_t bytes, unsigned flags)) \
  GPU_CALL(memFreeHost, cuMemFreeHost, hipHostFree, REQUIRED, (void *address))                                    \
  GPU_CALL(memHostGetDevicePointer, cuMemHostGetDevicePointer_v2, hipHostGetDevicePointer, REQUIRED,              \
           (gpu_address *device, void *host, unsigned flags))                                              \
  GPU_CALL(memcpyDtoDAsync, cuMemcpyDtoDAsync_v2, hipMemcpyDtoDAsync, REQUIRED,                                   \
           (gpu_address target, gpu_address source, size_t bytes, gpu_stream stream))                      \
  GPU_CALL(memcpyHtoDAsync, cuMemcpyHtoDAsync_v2, hipMemcpyHtoDAsync, REQUIRED,                                   \
           (gpu_address target, const void *source, size_t bytes, gpu_stream stream))                      \
  GPU_CALL(memcpyDtoHAsync, cuMemcpyDtoHAsync_v2, hipMemcpyDtoHAsync, REQUIRED,                                   \
           (void *target, gpu_address source, size_t bytes, gpu_stream stream))                            \
  GPU_CALL(memsetD8Async, cuMemsetD8Async, hipMemsetD8Async, REQUIRED,                                            \
           (gpu_address target, unsigned char value, size_t bytes, gpu_stream stream))                     \
  GPU_CALL(moduleLoadData, cuModuleLoadData, hipModuleLoadData, REQUIRED, (gpu_module *module, const void *image)) \
  GPU_CALL(moduleLoadDataEx, cuModuleLoadDataEx, hipModuleLoadDataEx, REQUIRED,                                   \
           (gpu_module *module, const void *image, unsigned count, int *options, void **values))          \
  GPU_CALL(moduleGetFunction, cuModuleGetFunction, hipModuleGetFunction, REQUIRED,                                \
           (gpu_function *function, gpu_module module, const char *name))                                  \
  GPU_CALL(launchKernel, cuLaunchKernel, hipModuleLaunchKernel, REQUIRED,                                         \
           (gpu_function function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,        \
            unsigned blockY, unsigned blockZ, unsigned sharedBytes, gpu_stream stream, void **arguments,   \
            void **extra))                                                                                 \
  GPU_CALL(streamCreate, cuStreamCreate, hipStreamCreateWithFlags, REQUIRED, (gpu_stream *stream, unsigned flags)) \
  GPU_CALL(streamCreateWithPriority, cuStreamCreateWithPriority, hipStreamCreateWithPriority, REQUIRED,           \
           (gpu_stream *stream, unsigned flags, int priority))                                              \
  GPU_CALL(streamPriorityRange, cuCtxGetStreamPriorityRange, hipDeviceGetStreamPriorityRange, REQUIRED,           \
           (int *least, int *greatest))                                                                     \
  GPU_CALL(streamDestroy, cuStreamDestroy_v2, hipStreamDestroy, REQUIRED, (gpu_stream stream))                    \
  GPU_CALL(streamSynchronize, cuStreamSynchronize, hipStreamSynchronize, REQUIRED, (gpu_stream stream))           \
  GPU_CALL(streamWaitEvent, cuStreamWaitEvent, hipStreamWaitEvent, REQUIRED,                                      \
           (gpu_stream stream, gpu_event event, unsigned flags))                                           \
  GPU_CALL(eventCreate, cuEventCreate, hipEventCreateWithFlags, REQUIRED, (gpu_event *event, unsigned flags))     \
  GPU_CALL(eventRecord, cuEventRecord, hipEventRecord, REQUIRED, (gpu_event event, gpu_stream stream))            \
  GPU_CALL(eventQuery, cuEventQuery, hipEventQuery, REQUIRED, (gpu_event event))                                  \
  GPU_CALL(eventSynchronize, cuEventSynchronize, hipEventSynchronize, REQUIRED, (gpu_event event))                \
  GPU_CALL(eventElapsedTime, cuEventElapsedTime, hipEventElapsedTime, REQUIRED,                                   \
           (float *milliseconds, gpu_event start, gpu_event end))                                          \
  GPU_CALL(pointerGetAttribute, cuPointerGetAttribute, hipPointerGetAttribute, REQUIRED,                          \
           (void *value, int attribute, gpu_address address))                                              \
  GPU_CALL(ipcGetMemHandle, cuIpcGetMemHandle, hipIpcGetMemHandle, OPTIONAL, (gpu_ipc_handle *handle, gpu_address address)) \
  GPU_CALL(ipcOpenMemHandle, cuIpcOpenMemHandle_v2, hipIpcOpenMemHandle, OPTIONAL,                                \
           (gpu_address *address, gpu_ipc_handle handle, unsigned flags))                                  \
  GPU_CALL(ipcCloseMemHandle, cuIpcCloseMemHandle, hipIpcCloseMemHandle, OPTIONAL, (gpu_address address))

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"

/* A driver's calls. */
typedef struct {
#define GPU_CALL_REQUIRED _Nonnull
#define GPU_CALL_OPTIONAL _Nullable
#define GPU_CALL(member, cuda, hip, need, parameters) gpu_result (*GPU_CALL_##need member)parameters;
  GPU_CALLS(GPU_CALL)
#undef GPU_CALL
  /* What HIP before 5.5 has in place of getErrorName and getErrorString. */
  const char *(*_Nullable hipGetErrorName)(gpu_result result);
  const char *(*_Nullable hipGetErrorString)(gpu_result result);
  /* HIP's description of a device, a structure of some kilobytes; its layout is another since ROCm 6. */
  gpu_result (*_Nullable hipGetDeviceProperties)(void *properties, gpu_device device);
  /* What CUDA has since 12.4: where a kernel's numbered parameter lies, and its size. */
  gpu_result (*_Nullable cuFuncGetParamInfo)(gpu_function function, size_t number, size_t *offset, size_t *bytes);
} gpu_driver;

#pragma clang diagnostic pop

/* The driver's name for a result, such as CUDA_ERROR_OUT_OF_MEMORY; never null. */
const char *_Nonnull gpu_error_name(const gpu_driver *_Nonnull driver, gpu_result result);

/* The driver's words for a result, such as "out of memory"; never null. */
const char *_Nonnull gpu_error_string(const gpu_driver *_Nonnull driver, gpu_result result);

/* Opens CUDA's driver: libcuda.so.1, or the library at `path` where it is not null. Where it cannot, returns null and
 * leaves one line in the `size` bytes at `reason`: which library, or which symbol of it, was looked for in vain.
 * The table and the library stay until the process ends. */
const gpu_driver *_Nullable gpu_driver_open_cuda(const char *_Nullable path, char *_Nonnull reason, size_t size);

/* Opens HIP's runtime: the first of libamdhip64.so.7, .6, .5, libamdhip64.so and the one that ROCm installs.
 * Otherwise as above. */
const gpu_driver *_Nullable gpu_driver_open_hip(const char *_Nullable path, char *_Nonnull reason, size_t size);

#endif
