/* What is called of OpenCL 1.2, found at run time. */
#ifndef OPENCL_DRIVER_H
#define OPENCL_DRIVER_H

#include <stddef.h>
#include <stdint.h>

typedef int32_t opencl_result; /* 0 is success */
typedef struct _cl_platform_id *opencl_platform;
typedef struct _cl_device_id *opencl_device;
typedef struct _cl_context *opencl_context;
typedef struct _cl_command_queue *opencl_queue;
typedef struct _cl_mem *opencl_memory;
typedef struct _cl_program *opencl_program;
typedef struct _cl_kernel *opencl_kernel;
typedef struct _cl_event *opencl_event;

/* 32 bits set, of 64: some drivers refuse more. */
static const uint64_t OPENCL_DEVICE_TYPE_ALL = 0xFFFFFFFF;

enum {
  OPENCL_DEVICE_SINGLE_FP_CONFIG = 0x101B,
  OPENCL_DEVICE_NAME = 0x102B,
  OPENCL_DEVICE_DOUBLE_FP_CONFIG = 0x1032,
  OPENCL_FP_DENORMALS = 1,
  OPENCL_FP_INFINITIES_AND_NANS = 1 << 1,
  OPENCL_FP_ROUNDS_TO_NEAREST = 1 << 2,
  OPENCL_MEM_READ_WRITE = 1,
  OPENCL_MEM_ALLOC_HOST_PTR = 1 << 4,
  OPENCL_MEM_COPY_HOST_PTR = 1 << 5,
  OPENCL_MAP_READ = 1,
  OPENCL_MAP_WRITE = 2,
  OPENCL_QUEUE_OUT_OF_ORDER = 1,
  OPENCL_QUEUE_CONTEXT = 0x1090,
  OPENCL_QUEUE_DEVICE = 0x1091,
  OPENCL_QUEUE_PROPERTIES = 0x1093,
  OPENCL_MEM_SIZE = 0x1102,
  OPENCL_MEM_CONTEXT = 0x1106,
  OPENCL_BUFFER_REGION = 0x1220,
  OPENCL_KERNEL_ARGUMENT_COUNT = 0x1191,
  OPENCL_PROGRAM_BUILD_LOG = 0x1183,
  OPENCL_EVENT_COMMAND_EXECUTION_STATUS = 0x11D3,
};

/* A part of a buffer: clCreateSubBuffer with OPENCL_BUFFER_REGION. */
typedef struct {
  size_t origin, bytes;
} opencl_buffer_region;

#define OPENCL_AFTER uint32_t waitCount, const opencl_event *waits, opencl_event *event

/* OPENCL_CALL(result, symbol, REQUIRED or OPTIONAL, parameters) */
#define OPENCL_CALLS(OPENCL_CALL)                                                                          \
  OPENCL_CALL(opencl_result, clGetPlatformIDs, REQUIRED, (uint32_t capacity, opencl_platform *platforms, uint32_t *count)) \
  OPENCL_CALL(opencl_result, clGetDeviceIDs, REQUIRED,                                                            \
              (opencl_platform platform, uint64_t type, uint32_t capacity, opencl_device *devices, uint32_t *count)) \
  OPENCL_CALL(opencl_result, clGetDeviceInfo, REQUIRED,                                                           \
              (opencl_device device, uint32_t what, size_t size, void *value, size_t *needed))             \
  OPENCL_CALL(opencl_context, clCreateContext, REQUIRED,                                                          \
              (const intptr_t *properties, uint32_t count, const opencl_device *devices,                   \
               void (*notify)(const char *, const void *, size_t, void *), void *argument, opencl_result *result)) \
  OPENCL_CALL(opencl_result, clReleaseContext, REQUIRED, (opencl_context context))                                \
  OPENCL_CALL(opencl_result, clRetainContext, REQUIRED, (opencl_context context))                                 \
  OPENCL_CALL(opencl_queue, clCreateCommandQueue, REQUIRED,                                                       \
              (opencl_context context, opencl_device device, uint64_t properties, opencl_result *result))  \
  OPENCL_CALL(opencl_result, clRetainCommandQueue, REQUIRED, (opencl_queue queue))                                \
  OPENCL_CALL(opencl_result, clReleaseCommandQueue, REQUIRED, (opencl_queue queue))                               \
  OPENCL_CALL(opencl_result, clGetCommandQueueInfo, REQUIRED,                                                     \
              (opencl_queue queue, uint32_t what, size_t size, void *value, size_t *needed))               \
  OPENCL_CALL(opencl_memory, clCreateBuffer, REQUIRED,                                                            \
              (opencl_context context, uint64_t flags, size_t bytes, void *host, opencl_result *result))   \
  OPENCL_CALL(opencl_memory, clCreateSubBuffer, REQUIRED,                                                         \
              (opencl_memory memory, uint64_t flags, uint32_t kind, const void *part, opencl_result *result)) \
  OPENCL_CALL(opencl_result, clRetainMemObject, REQUIRED, (opencl_memory memory))                                 \
  OPENCL_CALL(opencl_result, clReleaseMemObject, REQUIRED, (opencl_memory memory))                                \
  OPENCL_CALL(opencl_result, clGetMemObjectInfo, REQUIRED,                                                        \
              (opencl_memory memory, uint32_t what, size_t size, void *value, size_t *needed))             \
  OPENCL_CALL(void *, clEnqueueMapBuffer, REQUIRED,                                                               \
              (opencl_queue queue, opencl_memory memory, uint32_t blocking, uint64_t flags, size_t offset, \
               size_t bytes, OPENCL_AFTER, opencl_result *result))                                         \
  OPENCL_CALL(opencl_result, clEnqueueUnmapMemObject, REQUIRED,                                                   \
              (opencl_queue queue, opencl_memory memory, void *address, OPENCL_AFTER))                     \
  OPENCL_CALL(opencl_result, clEnqueueReadBuffer, REQUIRED,                                                       \
              (opencl_queue queue, opencl_memory memory, uint32_t blocking, size_t offset, size_t bytes,   \
               void *target, OPENCL_AFTER))                                                                \
  OPENCL_CALL(opencl_result, clEnqueueWriteBuffer, REQUIRED,                                                      \
              (opencl_queue queue, opencl_memory memory, uint32_t blocking, size_t offset, size_t bytes,   \
               const void *source, OPENCL_AFTER))                                                          \
  OPENCL_CALL(opencl_result, clEnqueueCopyBuffer, REQUIRED,                                                       \
              (opencl_queue queue, opencl_memory source, opencl_memory target, size_t sourceOffset,        \
               size_t targetOffset, size_t bytes, OPENCL_AFTER))                                           \
  OPENCL_CALL(opencl_result, clEnqueueFillBuffer, REQUIRED,                                                       \
              (opencl_queue queue, opencl_memory memory, const void *pattern, size_t patternBytes,         \
               size_t offset, size_t bytes, OPENCL_AFTER))                                                 \
  OPENCL_CALL(opencl_program, clCreateProgramWithSource, REQUIRED,                                                \
              (opencl_context context, uint32_t count, const char **sources, const size_t *lengths,        \
               opencl_result *result))                                                                     \
  OPENCL_CALL(opencl_result, clBuildProgram, REQUIRED,                                                            \
              (opencl_program program, uint32_t count, const opencl_device *devices, const char *options,  \
               void (*notify)(opencl_program, void *), void *argument))                                    \
  OPENCL_CALL(opencl_result, clGetProgramBuildInfo, REQUIRED,                                                     \
              (opencl_program program, opencl_device device, uint32_t what, size_t size, void *value, size_t *needed)) \
  OPENCL_CALL(opencl_result, clReleaseProgram, REQUIRED, (opencl_program program))                                \
  OPENCL_CALL(opencl_kernel, clCreateKernel, REQUIRED, (opencl_program program, const char *name, opencl_result *result)) \
  OPENCL_CALL(opencl_result, clGetKernelInfo, REQUIRED,                                                           \
              (opencl_kernel kernel, uint32_t what, size_t size, void *value, size_t *needed))             \
  OPENCL_CALL(opencl_result, clSetKernelArg, REQUIRED,                                                            \
              (opencl_kernel kernel, uint32_t index, size_t size, const void *value))                      \
  OPENCL_CALL(opencl_result, clEnqueueNDRangeKernel, REQUIRED,                                                    \
              (opencl_queue queue, opencl_kernel kernel, uint32_t axes, const size_t *offset,              \
               const size_t *global, const size_t *local, OPENCL_AFTER))                                   \
  OPENCL_CALL(opencl_result, clWaitForEvents, REQUIRED, (uint32_t count, const opencl_event *events))             \
  OPENCL_CALL(opencl_result, clGetEventInfo, REQUIRED,                                                            \
              (opencl_event event, uint32_t what, size_t size, void *value, size_t *needed))               \
  OPENCL_CALL(opencl_result, clRetainEvent, REQUIRED, (opencl_event event))                                       \
  OPENCL_CALL(opencl_result, clReleaseEvent, REQUIRED, (opencl_event event))                                      \
  OPENCL_CALL(opencl_result, clEnqueueMarkerWithWaitList, REQUIRED, (opencl_queue queue, OPENCL_AFTER))           \
  OPENCL_CALL(opencl_result, clFlush, REQUIRED, (opencl_queue queue))                                             \
  OPENCL_CALL(opencl_result, clFinish, REQUIRED, (opencl_queue queue))

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"

/* A driver's calls. */
typedef struct {
#define OPENCL_CALL_REQUIRED _Nonnull
#define OPENCL_CALL_OPTIONAL _Nullable
#define OPENCL_CALL(result, symbol, need, parameters) result (*OPENCL_CALL_##need symbol)parameters;
  OPENCL_CALLS(OPENCL_CALL)
#undef OPENCL_CALL
} opencl_driver;

#pragma clang diagnostic pop

/* OpenCL's name for a result, such as CL_OUT_OF_RESOURCES; never null. */
const char *_Nonnull opencl_error_name(opencl_result result);

/* Opens libOpenCL.so.1, or the library at `path`; otherwise as gpu_driver_open_cuda. */
const opencl_driver *_Nullable opencl_driver_open(const char *_Nullable path, char *_Nonnull reason, size_t size);

#endif
