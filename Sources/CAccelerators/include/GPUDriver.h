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
  GPU_EVENT_INTERPROCESS = 4,
  GPU_HOST_ALLOC_PORTABLE = 1,
  GPU_HOST_ALLOC_MAPPED = 2,
  GPU_IPC_LAZY_PEER_ACCESS = 1,
};

/* gpu_result: the codes that a caller acts on. */
enum {
  GPU_ERROR_INVALID_VALUE = 1,
  GPU_ERROR_OUT_OF_MEMORY = 2,
  GPU_ERROR_NO_DEVICE = 100,
  GPU_ERROR_INVALID_DEVICE = 101,
  GPU_ERROR_NOT_READY = 600, /* of a query: not an error */
};

/* pointerGetAttribute: what is asked, and the kinds of memory it answers with. */
enum {
  GPU_POINTER_CONTEXT = 1,
  GPU_POINTER_MEMORY_TYPE = 2,
  GPU_POINTER_DEVICE_POINTER = 3,
  GPU_POINTER_IS_MANAGED = 8,
  GPU_POINTER_DEVICE_ORDINAL = 9,
  GPU_MEMORY_HOST = 1,
  GPU_MEMORY_DEVICE = 2,
};

/* GPU_CALL(member, CUDA's symbol, HIP's symbol, whether a table without it is still of use, parameters) */
#define GPU_CALLS(GPU_CALL)                                                                                \
  GPU_CALL(init, cuInit, hipInit, 0, (unsigned flags))                                                     \
  GPU_CALL(driverGetVersion, cuDriverGetVersion, hipDriverGetVersion, 0, (int *version))                   \
  GPU_CALL(getErrorName, cuGetErrorName, hipDrvGetErrorName, 1, (gpu_result result, const char **name))    \
  GPU_CALL(getErrorString, cuGetErrorString, hipDrvGetErrorString, 1, (gpu_result result, const char **text)) \
  GPU_CALL(deviceGetCount, cuDeviceGetCount, hipGetDeviceCount, 0, (int *count))                           \
  GPU_CALL(deviceGet, cuDeviceGet, hipDeviceGet, 0, (gpu_device *device, int ordinal))                     \
  GPU_CALL(deviceGetName, cuDeviceGetName, hipDeviceGetName, 0, (char *name, int size, gpu_device device)) \
  GPU_CALL(deviceGetPCIBusId, cuDeviceGetPCIBusId, hipDeviceGetPCIBusId, 0,                                \
           (char *identifier, int size, gpu_device device))                                                \
  GPU_CALL(deviceTotalMem, cuDeviceTotalMem_v2, hipDeviceTotalMem, 0, (size_t *bytes, gpu_device device))  \
  GPU_CALL(deviceCanAccessPeer, cuDeviceCanAccessPeer, hipDeviceCanAccessPeer, 0,                          \
           (int *can, gpu_device device, gpu_device peer))                                                 \
  GPU_CALL(devicePrimaryCtxRetain, cuDevicePrimaryCtxRetain, hipDevicePrimaryCtxRetain, 0,                 \
           (gpu_context *context, gpu_device device))                                                      \
  GPU_CALL(devicePrimaryCtxRelease, cuDevicePrimaryCtxRelease_v2, hipDevicePrimaryCtxRelease, 0, (gpu_device device)) \
  GPU_CALL(ctxGetCurrent, cuCtxGetCurrent, hipCtxGetCurrent, 0, (gpu_context *context))                    \
  GPU_CALL(ctxSetCurrent, cuCtxSetCurrent, hipCtxSetCurrent, 0, (gpu_context context))                     \
  GPU_CALL(ctxSynchronize, cuCtxSynchronize, hipDeviceSynchronize, 0, (void))                              \
  GPU_CALL(memGetInfo, cuMemGetInfo_v2, hipMemGetInfo, 0, (size_t *free, size_t *total))                   \
  GPU_CALL(memAlloc, cuMemAlloc_v2, hipMalloc, 0, (gpu_address *address, size_t bytes))                    \
  GPU_CALL(memFree, cuMemFree_v2, hipFree, 0, (gpu_address address))                                       \
  GPU_CALL(memHostAlloc, cuMemHostAlloc, hipHostMalloc, 0, (void **address, size_t bytes, unsigned flags)) \
  GPU_CALL(memFreeHost, cuMemFreeHost, hipHostFree, 0, (void *address))                                    \
  GPU_CALL(memHostRegister, cuMemHostRegister_v2, hipHostRegister, 0, (void *address, size_t bytes, unsigned flags)) \
  GPU_CALL(memHostUnregister, cuMemHostUnregister, hipHostUnregister, 0, (void *address))                  \
  GPU_CALL(memHostGetDevicePointer, cuMemHostGetDevicePointer_v2, hipHostGetDevicePointer, 0,              \
           (gpu_address *device, void *host, unsigned flags))                                              \
  GPU_CALL(memcpyDtoDAsync, cuMemcpyDtoDAsync_v2, hipMemcpyDtoDAsync, 0,                                   \
           (gpu_address target, gpu_address source, size_t bytes, gpu_stream stream))                      \
  GPU_CALL(memcpyHtoDAsync, cuMemcpyHtoDAsync_v2, hipMemcpyHtoDAsync, 0,                                   \
           (gpu_address target, const void *source, size_t bytes, gpu_stream stream))                      \
  GPU_CALL(memcpyDtoHAsync, cuMemcpyDtoHAsync_v2, hipMemcpyDtoHAsync, 0,                                   \
           (void *target, gpu_address source, size_t bytes, gpu_stream stream))                            \
  GPU_CALL(memsetD8Async, cuMemsetD8Async, hipMemsetD8Async, 0,                                            \
           (gpu_address target, unsigned char value, size_t bytes, gpu_stream stream))                     \
  GPU_CALL(moduleLoadData, cuModuleLoadData, hipModuleLoadData, 0, (gpu_module *module, const void *image)) \
  GPU_CALL(moduleUnload, cuModuleUnload, hipModuleUnload, 0, (gpu_module module))                          \
  GPU_CALL(moduleGetFunction, cuModuleGetFunction, hipModuleGetFunction, 0,                                \
           (gpu_function *function, gpu_module module, const char *name))                                  \
  GPU_CALL(launchKernel, cuLaunchKernel, hipModuleLaunchKernel, 0,                                         \
           (gpu_function function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,        \
            unsigned blockY, unsigned blockZ, unsigned sharedBytes, gpu_stream stream, void **arguments,   \
            void **extra))                                                                                 \
  GPU_CALL(streamCreate, cuStreamCreate, hipStreamCreateWithFlags, 0, (gpu_stream *stream, unsigned flags)) \
  GPU_CALL(streamDestroy, cuStreamDestroy_v2, hipStreamDestroy, 0, (gpu_stream stream))                    \
  GPU_CALL(streamSynchronize, cuStreamSynchronize, hipStreamSynchronize, 0, (gpu_stream stream))           \
  GPU_CALL(streamQuery, cuStreamQuery, hipStreamQuery, 0, (gpu_stream stream))                             \
  GPU_CALL(streamWaitEvent, cuStreamWaitEvent, hipStreamWaitEvent, 0,                                      \
           (gpu_stream stream, gpu_event event, unsigned flags))                                           \
  GPU_CALL(eventCreate, cuEventCreate, hipEventCreateWithFlags, 0, (gpu_event *event, unsigned flags))     \
  GPU_CALL(eventDestroy, cuEventDestroy_v2, hipEventDestroy, 0, (gpu_event event))                         \
  GPU_CALL(eventRecord, cuEventRecord, hipEventRecord, 0, (gpu_event event, gpu_stream stream))            \
  GPU_CALL(eventQuery, cuEventQuery, hipEventQuery, 0, (gpu_event event))                                  \
  GPU_CALL(eventSynchronize, cuEventSynchronize, hipEventSynchronize, 0, (gpu_event event))                \
  GPU_CALL(eventElapsedTime, cuEventElapsedTime, hipEventElapsedTime, 0,                                   \
           (float *milliseconds, gpu_event start, gpu_event end))                                          \
  GPU_CALL(pointerGetAttribute, cuPointerGetAttribute, hipPointerGetAttribute, 0,                          \
           (void *value, int attribute, gpu_address address))                                              \
  GPU_CALL(ipcGetMemHandle, cuIpcGetMemHandle, hipIpcGetMemHandle, 1, (gpu_ipc_handle *handle, gpu_address address)) \
  GPU_CALL(ipcOpenMemHandle, cuIpcOpenMemHandle_v2, hipIpcOpenMemHandle, 1,                                \
           (gpu_address *address, gpu_ipc_handle handle, unsigned flags))                                  \
  GPU_CALL(ipcCloseMemHandle, cuIpcCloseMemHandle, hipIpcCloseMemHandle, 1, (gpu_address address))         \
  GPU_CALL(ipcGetEventHandle, cuIpcGetEventHandle, hipIpcGetEventHandle, 1, (gpu_ipc_handle *handle, gpu_event event)) \
  GPU_CALL(ipcOpenEventHandle, cuIpcOpenEventHandle, hipIpcOpenEventHandle, 1,                             \
           (gpu_event *event, gpu_ipc_handle handle))

/* A driver's calls; a member that is optional may be null. */
typedef struct {
  void *library;
#define GPU_CALL(member, cuda, hip, optional, parameters) gpu_result(*member) parameters;
  GPU_CALLS(GPU_CALL)
#undef GPU_CALL
} gpu_driver;

/* Opens CUDA's driver: libcuda.so.1, or the library at `path` where it is not null. Returns 0, or another number
 * and, in the `size` bytes at `reason`, one line that says which library or which symbol was looked for in vain.
 * The library stays open until the process ends. */
int gpu_driver_open_cuda(gpu_driver *driver, const char *path, char *reason, size_t size);

/* Opens HIP's runtime: the first of libamdhip64.so.7, .6, .5 and libamdhip64.so that there is; otherwise as above. */
int gpu_driver_open_hip(gpu_driver *driver, const char *path, char *reason, size_t size);

#endif
