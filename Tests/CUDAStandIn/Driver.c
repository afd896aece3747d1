/* A stand-in for CUDA's driver, to test with where there is no GPU: built as libcuda.so.1 by build.sh.
 *
 *  - Kernels are the PTX that is handed in, interpreted; every access is checked.
 *  - A device's memory cannot be touched by the host: it faults, as with a device.
 *  - A stream does nothing until something waits for it, and then no more than it must. A copy to or from memory that
 *    is not pinned is done by the time of the call, as CUDA does it.
 *  - Freeing memory waits for nothing, which CUDA leaves open, nor does destroying a stream, whose work is done all the
 *    same: work that finds its memory gone is an illegal access.
 *  - CUDA_STAND_IN_MEMORY=BYTES is all the memory that the device has.
 *  - CUDA_STAND_IN_MPI=1 lets the host touch a device's memory after all, as an MPI library does that knows devices.
 *  - CUDA_STAND_IN_FOREIGN=1 says of all memory that it is of another context than the device's own.
 *  - CUDA_STAND_IN_FAIL=SYMBOL:N or SYMBOL:N:CODE makes the N-th call of a symbol report that memory has run out, or
 *    another error. SYMBOL may be "work": the N-th piece of work of any stream then fails when it is done, and as with
 *    a device every call reports that from then on. Calls are counted from when the variable was set.
 *  - How often each symbol was called it tells by cuda_stand_in_calls: see CUDAStandIn.h.
 *
 * It proves order, staging, addresses and what is done about errors; it says nothing about speed, nor about what the
 * driver's own compiler makes of the PTX.
 */
#define _GNU_SOURCE
#include "CUDAStandIn.h"
#include "GPUDriver.h"
#include "PTX.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  INVALID_PTX = 218,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  LAUNCH_TIMEOUT = 702,
  MISALIGNED_ADDRESS = 716,
};

static const struct {
  int code;
  const char *name, *text;
} errors[] = {
    {SUCCESS, "CUDA_SUCCESS", "no error"},
    {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {INVALID_PTX, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {LAUNCH_TIMEOUT, "CUDA_ERROR_LAUNCH_TIMEOUT", "the launch timed out and was terminated"},
    {MISALIGNED_ADDRESS, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
};

typedef enum { DEVICE, PINNED, PEER } memory_kind;

typedef struct memory {
  gpu_address address;
  size_t bytes, mapped_bytes;
  unsigned char *host; /* where the stand-in itself can read and write it */
  memory_kind kind;
  int file;
  struct memory *next;
} memory;

/* One piece of work of a stream. */
typedef struct work {
  enum { COPY, FILL, LAUNCH, WAIT, RECORD } kind;
  struct work *before, *awaited;
  int is_done;
  gpu_address target, source;
  unsigned char *snapshot; /* the source of a copy that was taken at the time of the call */
  size_t bytes;
  unsigned char value;
  const ptx_kernel *kernel;
  ptx_launch launch;
  double done_at;
} work;

struct gpu_stream_opaque {
  work *last;
  int is_destroyed; /* but kept until its work is done */
  struct gpu_stream_opaque *next;
};

struct gpu_event_opaque {
  work *recorded;
};

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int is_initialized, broken; /* the error that a kernel left behind: nothing works after it */
static struct gpu_context_opaque {
  int retained;
} the_context, another_context;
static const char foreign[] = "CUDA_STAND_IN_FOREIGN";
static _Thread_local gpu_context current;
static memory *memories;
static size_t device_bytes_used;
static struct gpu_stream_opaque null_stream, *streams = &null_stream;

/* The error that this call of a symbol is to report, if it is the one that was asked for. */
static gpu_result failure_of(const char *symbol) {
  static char asked[80];
  static int calls;
  const char *wanted = getenv("CUDA_STAND_IN_FAIL");
  if (strncmp(asked, wanted ? wanted : "", sizeof asked - 1) != 0) {
    snprintf(asked, sizeof asked, "%s", wanted ? wanted : "");
    calls = 0;
  }
  const size_t length = strlen(symbol);
  if (!wanted || strncmp(wanted, symbol, length) != 0 || wanted[length] != ':') return SUCCESS;
  char *rest;
  const long number = strtol(wanted + length + 1, &rest, 10);
  if (++calls != number) return SUCCESS;
  return *rest == ':' ? atoi(rest + 1) : OUT_OF_MEMORY;
}

/* How often a symbol was called; part of the list from the first call on. */
typedef struct call_count {
  const char *symbol;
  uint64_t calls;
  struct call_count *next;
} call_count;

static call_count *call_counts;

static void count_call(call_count *count, const char *symbol) {
  if (!count->symbol) *count = (call_count){symbol, 0, call_counts}, call_counts = count;
  count->calls++;
}

static void unlock(pthread_mutex_t **held) { pthread_mutex_unlock(*held); }

/* Every call begins so; those that need a context say so. */
#define BEGIN_WITHOUT_CONTEXT                                                                \
  __attribute__((cleanup(unlock))) pthread_mutex_t *held = (pthread_mutex_lock(&lock), &lock); \
  static call_count counted;                                                                 \
  count_call(&counted, __func__);                                                            \
  if (!is_initialized) return NOT_INITIALIZED;                                               \
  if (broken) return broken;                                                                 \
  const gpu_result failure = failure_of(__func__);                                           \
  if (failure) return failure;
#define BEGIN            \
  BEGIN_WITHOUT_CONTEXT  \
  if (!current) return INVALID_CONTEXT;

EXPORT uint64_t cuda_stand_in_calls(const char *symbol) {
  __attribute__((cleanup(unlock))) pthread_mutex_t *held = (pthread_mutex_lock(&lock), &lock);
  for (const call_count *count = call_counts; count; count = count->next) {
    if (strcmp(count->symbol, symbol) == 0) return count->calls;
  }
  return 0;
}

/* -- Devices and contexts */

EXPORT gpu_result cuInit(unsigned flags) {
  is_initialized = 1;
  return flags == 0 ? SUCCESS : INVALID_VALUE;
}

EXPORT gpu_result cuDriverGetVersion(int *version) { return *version = 12000, SUCCESS; }

static gpu_result describe(gpu_result result, const char **answer, int is_name) {
  for (size_t index = 0; index < sizeof errors / sizeof *errors; index++) {
    if (errors[index].code == result) return *answer = is_name ? errors[index].name : errors[index].text, SUCCESS;
  }
  return *answer = NULL, INVALID_VALUE;
}

EXPORT gpu_result cuGetErrorName(gpu_result result, const char **name) { return describe(result, name, 1); }
EXPORT gpu_result cuGetErrorString(gpu_result result, const char **text) { return describe(result, text, 0); }

static size_t device_bytes(void) {
  const char *bytes = getenv("CUDA_STAND_IN_MEMORY");
  return bytes ? (size_t)atoll(bytes) : (size_t)1 << 32;
}

EXPORT gpu_result cuDeviceGetCount(int *count) {
  BEGIN_WITHOUT_CONTEXT
  return *count = 1, SUCCESS;
}

EXPORT gpu_result cuDeviceGet(gpu_device *device, int ordinal) {
  BEGIN_WITHOUT_CONTEXT
  return *device = 0, ordinal == 0 ? SUCCESS : INVALID_DEVICE;
}

EXPORT gpu_result cuDeviceGetName(char *name, int size, gpu_device device) {
  BEGIN_WITHOUT_CONTEXT
  snprintf(name, (size_t)size, "stand-in, no GPU");
  return device == 0 ? SUCCESS : INVALID_DEVICE;
}

EXPORT gpu_result cuDeviceGetPCIBusId(char *identifier, int size, gpu_device device) {
  BEGIN_WITHOUT_CONTEXT
  snprintf(identifier, (size_t)size, "0000:00:00.0");
  return device == 0 ? SUCCESS : INVALID_DEVICE;
}

EXPORT gpu_result cuDeviceTotalMem_v2(size_t *bytes, gpu_device device) {
  BEGIN_WITHOUT_CONTEXT
  return *bytes = device_bytes(), device == 0 ? SUCCESS : INVALID_DEVICE;
}

EXPORT gpu_result cuDevicePrimaryCtxRetain(gpu_context *context, gpu_device device) {
  BEGIN_WITHOUT_CONTEXT
  if (device != 0) return INVALID_DEVICE;
  the_context.retained++;
  return *context = &the_context, SUCCESS;
}

EXPORT gpu_result cuCtxGetCurrent(gpu_context *context) {
  BEGIN_WITHOUT_CONTEXT
  return *context = current, SUCCESS;
}

EXPORT gpu_result cuCtxSetCurrent(gpu_context context) {
  BEGIN_WITHOUT_CONTEXT
  if (context && (context != &the_context || the_context.retained == 0)) return INVALID_CONTEXT;
  return current = context, SUCCESS;
}

/* -- Memory */

static memory *find_memory(gpu_address address, size_t bytes) {
  memory *found = memories;
  while (found && (address < found->address || address + bytes > found->address + found->bytes)) found = found->next;
  return found;
}

static void *host_of(gpu_address address, size_t bytes) {
  const memory *found = find_memory(address, bytes);
  return found ? found->host + (address - found->address) : NULL;
}

static memory *add_memory(memory_kind kind, size_t bytes) {
  memory *made = calloc(1, sizeof *made);
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  made->kind = kind;
  made->bytes = bytes;
  made->mapped_bytes = (bytes + page - 1) / page * page;
  made->file = -1;
  made->next = memories;
  memories = made;
  return made;
}

static int has_pending_work(void);

/* The same pages twice: at the device's address, where the host faults, and where the stand-in uses them. */
static void map_device_memory(memory *made, int file) {
  made->file = file;
  const char *aware = getenv("CUDA_STAND_IN_MPI");
  const int access = aware && strcmp(aware, "1") == 0 ? PROT_READ | PROT_WRITE : PROT_NONE;
  made->address = (gpu_address)(uintptr_t)mmap(NULL, made->mapped_bytes, access, MAP_SHARED, file, 0);
  made->host = mmap(NULL, made->mapped_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
}

static gpu_result remove_memory(gpu_address address, memory_kind kind) {
  for (memory **link = &memories; *link; link = &(*link)->next) {
    memory *gone = *link;
    if (gone->address != address || gone->kind != kind) continue;
    *link = gone->next;
    if (kind == DEVICE) device_bytes_used -= gone->bytes;
    if (kind == DEVICE || kind == PEER) {
      munmap(gone->host, gone->mapped_bytes);
      close(gone->file);
    }
    /* What work is still to come must not find other memory at these addresses. */
    void *start = (void *)(uintptr_t)gone->address;
    if (has_pending_work()) mmap(start, gone->mapped_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    else munmap(start, gone->mapped_bytes);
    free(gone);
    return SUCCESS;
  }
  return INVALID_VALUE;
}

EXPORT gpu_result cuMemAlloc_v2(gpu_address *address, size_t bytes) {
  BEGIN
  if (bytes == 0) return INVALID_VALUE;
  if (bytes > device_bytes() - device_bytes_used) return OUT_OF_MEMORY;
  memory *made = add_memory(DEVICE, bytes);
  const int file = memfd_create("device-memory", MFD_CLOEXEC);
  if (file < 0 || ftruncate(file, (off_t)made->mapped_bytes) != 0) abort();
  map_device_memory(made, file);
  memset(made->host, 0xA5, bytes);
  device_bytes_used += bytes;
  return *address = made->address, SUCCESS;
}

EXPORT gpu_result cuMemHostAlloc(void **address, size_t bytes, unsigned flags) {
  BEGIN
  if (bytes == 0 || flags > 7) return INVALID_VALUE;
  memory *made = add_memory(PINNED, bytes);
  made->host = mmap(NULL, made->mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(made->host, 0x5A, bytes);
  made->address = (gpu_address)(uintptr_t)made->host;
  return *address = made->host, SUCCESS;
}

EXPORT gpu_result cuMemHostGetDevicePointer_v2(gpu_address *device, void *host, unsigned flags) {
  BEGIN
  *device = (gpu_address)(uintptr_t)host;
  const memory *found = find_memory(*device, 1);
  return flags == 0 && found && found->kind == PINNED ? SUCCESS : INVALID_VALUE;
}

EXPORT gpu_result cuPointerGetAttribute(void *value, int attribute, gpu_address address) {
  BEGIN_WITHOUT_CONTEXT
  const memory *found = find_memory(address, 1);
  if (!found) return INVALID_VALUE;
  switch (attribute) {
    case GPU_POINTER_CONTEXT: return *(gpu_context *)value = getenv(foreign) ? &another_context : &the_context, SUCCESS;
    case GPU_POINTER_MEMORY_TYPE:
      *(unsigned *)value = found->kind == DEVICE || found->kind == PEER ? GPU_MEMORY_DEVICE : GPU_MEMORY_HOST;
      return SUCCESS;
    case GPU_POINTER_RANGE_START: return *(gpu_address *)value = found->address, SUCCESS;
    case GPU_POINTER_RANGE_BYTES: return *(size_t *)value = found->bytes, SUCCESS;
    case GPU_POINTER_DEVICE_ORDINAL: return *(int *)value = 0, SUCCESS;
    default: return INVALID_VALUE;
  }
}

/* -- Work */

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void complete(work *work);

static void perform(work *work) {
  static const gpu_result results[] = {SUCCESS, ILLEGAL_ADDRESS, MISALIGNED_ADDRESS, LAUNCH_TIMEOUT};
  void *target = work->kind == COPY || work->kind == FILL ? host_of(work->target, work->bytes) : NULL;
  const void *source = work->snapshot ? work->snapshot : work->kind == COPY ? host_of(work->source, work->bytes) : NULL;
  switch (work->kind) {
    case COPY:
      if (!target || !source) broken = ILLEGAL_ADDRESS;
      else memmove(target, source, work->bytes);
      break;
    case FILL:
      if (!target) broken = ILLEGAL_ADDRESS;
      else memset(target, work->value, work->bytes);
      break;
    case LAUNCH: broken = results[ptx_run(work->kernel, &work->launch)]; break;
    case WAIT:
      if (work->awaited) complete(work->awaited);
      break;
    case RECORD: work->done_at = now(); break;
  }
}

static void perform_and_forget(work *work) {
  if (!broken) broken = failure_of("work");
  if (!broken) perform(work);
  free(work->snapshot);
  free((void *)(uintptr_t)work->launch.parameters);
  work->snapshot = NULL;
  work->launch.parameters = NULL;
  work->is_done = 1;
}

/* Does a piece of work, and before it what its stream and the events that it waits for put before it. */
static void complete(work *last) {
  work *next = NULL;
  for (work *work = last, *before; work && !work->is_done; work = before) {
    before = work->before;
    work->before = next;
    next = work;
  }
  while (next) {
    work *work = next;
    next = work->before;
    work->before = NULL;
    perform_and_forget(work);
  }
}

static void complete_stream(gpu_stream stream) {
  if (stream->last) complete(stream->last);
}

static void complete_all(void) {
  for (gpu_stream stream = streams; stream; stream = stream->next) complete_stream(stream);
}

static int has_pending_work(void) {
  gpu_stream stream = streams;
  while (stream && (!stream->last || stream->last->is_done)) stream = stream->next;
  return stream != NULL;
}

static work *enqueue(gpu_stream stream, work description) {
  if (!stream) stream = &null_stream;
  work *made = malloc(sizeof *made);
  *made = description;
  made->before = stream->last;
  return stream->last = made;
}

EXPORT gpu_result cuCtxSynchronize(void) {
  BEGIN
  complete_all();
  return broken;
}

EXPORT gpu_result cuMemFree_v2(gpu_address address) {
  BEGIN
  return remove_memory(address, DEVICE);
}

EXPORT gpu_result cuMemFreeHost(void *address) {
  BEGIN
  return remove_memory((gpu_address)(uintptr_t)address, PINNED);
}

EXPORT gpu_result cuMemcpyDtoDAsync_v2(gpu_address target, gpu_address source, size_t bytes, gpu_stream stream) {
  BEGIN
  if (!find_memory(target, bytes) || !find_memory(source, bytes)) return INVALID_VALUE;
  enqueue(stream, (work){.kind = COPY, .target = target, .source = source, .bytes = bytes});
  return SUCCESS;
}

EXPORT gpu_result cuMemcpyHtoDAsync_v2(gpu_address target, const void *source, size_t bytes, gpu_stream stream) {
  BEGIN
  if (!find_memory(target, bytes)) return INVALID_VALUE;
  work copy = {.kind = COPY, .target = target, .source = (gpu_address)(uintptr_t)source, .bytes = bytes};
  if (!find_memory(copy.source, bytes)) copy.snapshot = memcpy(malloc(bytes), source, bytes);
  enqueue(stream, copy);
  return SUCCESS;
}

EXPORT gpu_result cuMemcpyDtoHAsync_v2(void *target, gpu_address source, size_t bytes, gpu_stream stream) {
  BEGIN
  if (!find_memory(source, bytes)) return INVALID_VALUE;
  const gpu_address address = (gpu_address)(uintptr_t)target;
  if (find_memory(address, bytes)) {
    enqueue(stream, (work){.kind = COPY, .target = address, .source = source, .bytes = bytes});
    return SUCCESS;
  }
  complete_stream(stream ? stream : &null_stream);
  if (!broken) memcpy(target, host_of(source, bytes), bytes);
  return broken;
}

EXPORT gpu_result cuMemsetD8Async(gpu_address target, unsigned char value, size_t bytes, gpu_stream stream) {
  BEGIN
  if (!find_memory(target, bytes)) return INVALID_VALUE;
  enqueue(stream, (work){.kind = FILL, .target = target, .value = value, .bytes = bytes});
  return SUCCESS;
}

/* -- Kernels */

static gpu_result load_module(gpu_module *module, const void *image, char *reason, size_t size) {
  *module = (gpu_module)ptx_read(image, reason, size);
  return *module ? SUCCESS : INVALID_PTX;
}

EXPORT gpu_result cuModuleLoadData(gpu_module *module, const void *image) {
  BEGIN
  char reason[200];
  const gpu_result result = load_module(module, image, reason, sizeof reason);
  if (result) fprintf(stderr, "CUDA stand-in: %s\n", reason);
  return result;
}

EXPORT gpu_result cuModuleLoadDataEx(gpu_module *module, const void *image, unsigned count, int *options, void **values) {
  BEGIN
  char unread, *log = &unread;
  size_t size = 0;
  for (unsigned index = 0; index < count; index++) {
    switch (options[index]) {
      case GPU_JIT_ERROR_LOG: log = values[index]; break;
      case GPU_JIT_ERROR_LOG_BYTES: size = (size_t)(uintptr_t)values[index]; break;
      default: return INVALID_VALUE;
    }
  }
  return load_module(module, image, log, size);
}

EXPORT gpu_result cuModuleGetFunction(gpu_function *function, gpu_module module, const char *name) {
  BEGIN
  *function = (gpu_function)(uintptr_t)ptx_find((ptx_module *)module, name);
  return *function ? SUCCESS : NOT_FOUND;
}

EXPORT gpu_result cuFuncGetParamInfo(gpu_function function, size_t number, size_t *offset, size_t *bytes) {
  BEGIN
  const ptrdiff_t found = ptx_parameter_offset((const ptx_kernel *)function, (unsigned)number, bytes);
  if (found < 0) return INVALID_VALUE;
  return *offset = (size_t)found, SUCCESS;
}

EXPORT gpu_result cuLaunchKernel(gpu_function function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                                 unsigned blockY, unsigned blockZ, unsigned sharedBytes, gpu_stream stream,
                                 void **arguments, void **extra) {
  BEGIN
  const uint64_t threads = (uint64_t)blockX * blockY * blockZ;
  if ((uint64_t)gridX * gridY * gridZ == 0 || threads == 0 || threads > 1024 || sharedBytes || extra) return INVALID_VALUE;
  const ptx_kernel *kernel = (const ptx_kernel *)function;
  unsigned char *parameters = calloc(1, ptx_parameter_bytes(kernel) + 1);
  ptrdiff_t offset;
  size_t bytes;
  for (unsigned number = 0; (offset = ptx_parameter_offset(kernel, number, &bytes)) >= 0; number++) {
    memcpy(parameters + offset, arguments[number], bytes);
  }
  const ptx_launch launch = {{gridX, gridY, gridZ}, {blockX, blockY, blockZ}, parameters, host_of};
  enqueue(stream, (work){.kind = LAUNCH, .kernel = kernel, .launch = launch});
  return SUCCESS;
}

/* -- Streams and events */

EXPORT gpu_result cuStreamCreate(gpu_stream *stream, unsigned flags) {
  BEGIN
  /* One that waits for the null stream would need more than is here. */
  if (flags != GPU_STREAM_NON_BLOCKING) return INVALID_VALUE;
  *stream = calloc(1, sizeof **stream);
  (*stream)->next = streams;
  streams = *stream;
  return SUCCESS;
}

EXPORT gpu_result cuCtxGetStreamPriorityRange(int *least, int *greatest) {
  BEGIN
  return *least = 0, *greatest = -5, SUCCESS;
}

EXPORT gpu_result cuStreamCreateWithPriority(gpu_stream *stream, unsigned flags, int priority) {
  BEGIN
  /* Nothing else asks for one in between. */
  return priority == -5 ? cuStreamCreate(stream, flags) : INVALID_VALUE;
}

EXPORT gpu_result cuStreamDestroy_v2(gpu_stream stream) {
  BEGIN
  gpu_stream found = streams;
  while (found && found != stream) found = found->next;
  if (!found || stream == &null_stream || stream->is_destroyed) return INVALID_HANDLE;
  stream->is_destroyed = 1;
  for (gpu_stream *link = &streams, gone; (gone = *link);) {
    if (!gone->is_destroyed || (gone->last && !gone->last->is_done)) {
      link = &gone->next;
      continue;
    }
    *link = gone->next;
    free(gone);
  }
  return SUCCESS;
}

EXPORT gpu_result cuStreamSynchronize(gpu_stream stream) {
  BEGIN
  complete_stream(stream ? stream : &null_stream);
  return broken;
}

/* Asked once, a piece of work is still under way; asked again, it is done. */
static gpu_result query(work *work) {
  if (!work || work->is_done) return SUCCESS;
  complete(work);
  return broken ? broken : NOT_READY;
}

EXPORT gpu_result cuStreamWaitEvent(gpu_stream stream, gpu_event event, unsigned flags) {
  BEGIN
  if (flags != 0) return INVALID_VALUE;
  enqueue(stream, (work){.kind = WAIT, .awaited = event->recorded});
  return SUCCESS;
}

EXPORT gpu_result cuEventCreate(gpu_event *event, unsigned flags) {
  BEGIN
  *event = calloc(1, sizeof **event);
  return flags < 8 ? SUCCESS : INVALID_VALUE;
}

EXPORT gpu_result cuEventRecord(gpu_event event, gpu_stream stream) {
  BEGIN
  event->recorded = enqueue(stream, (work){.kind = RECORD});
  return SUCCESS;
}

EXPORT gpu_result cuEventQuery(gpu_event event) {
  BEGIN
  return query(event->recorded);
}

EXPORT gpu_result cuEventSynchronize(gpu_event event) {
  BEGIN
  if (event->recorded) complete(event->recorded);
  return broken;
}

EXPORT gpu_result cuEventElapsedTime(float *milliseconds, gpu_event start, gpu_event end) {
  BEGIN
  if (!start->recorded || !end->recorded) return INVALID_HANDLE;
  if (!start->recorded->is_done || !end->recorded->is_done) return NOT_READY;
  *milliseconds = (float)(1e3 * (end->recorded->done_at - start->recorded->done_at));
  return SUCCESS;
}

/* -- Memory of another process */

typedef struct {
  pid_t process;
  int file;
  size_t bytes;
} shared_memory;

EXPORT gpu_result cuIpcGetMemHandle(gpu_ipc_handle *handle, gpu_address address) {
  BEGIN
  const memory *found = find_memory(address, 1);
  if (!found || found->kind != DEVICE) return INVALID_VALUE;
  const shared_memory shared = {getpid(), found->file, found->bytes};
  memset(handle, 0, sizeof *handle);
  memcpy(handle, &shared, sizeof shared);
  return SUCCESS;
}

EXPORT gpu_result cuIpcOpenMemHandle_v2(gpu_address *address, gpu_ipc_handle handle, unsigned flags) {
  BEGIN
  shared_memory shared;
  memcpy(&shared, &handle, sizeof shared);
  if (flags != GPU_IPC_LAZY_PEER_ACCESS || shared.process == getpid()) return INVALID_CONTEXT;
  char path[60];
  snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)shared.process, shared.file);
  FILE *opened = fopen(path, "r+");
  if (!opened) return INVALID_HANDLE;
  memory *made = add_memory(PEER, shared.bytes);
  map_device_memory(made, dup(fileno(opened)));
  fclose(opened);
  return *address = made->address, SUCCESS;
}

EXPORT gpu_result cuIpcCloseMemHandle(gpu_address address) {
  BEGIN
  return remove_memory(address, PEER);
}
