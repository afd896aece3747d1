#include "GPUDriver.h"
#include "HIPCompiler.h"
#include "OpenCLDriver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A library, by the name that it was found under, and where to say what is wrong with it. */
typedef struct {
  void *handle;
  const char *name;
  char *reason;
  size_t size;
} library;

enum { OPTIONAL, REQUIRED };

/* Opens the one at `path`, where it is not null, or else the first of `names`, a list that ends with null. */
static int open_library(library *found, const char *path, const char *const *names, const char *what) {
  const char *const only[] = {path, NULL};
  if (path) names = only;
  for (const char *const *name = names; *name; name++) {
    found->name = *name;
    found->handle = dlopen(*name, RTLD_NOW | RTLD_LOCAL);
    if (found->handle) return 1;
  }
  const char *detail = dlerror();
  size_t used = (size_t)snprintf(found->reason, found->size, "no %s: looked for", what);
  for (const char *const *name = names; *name && used < found->size; name++) {
    used += (size_t)snprintf(found->reason + used, found->size - used, "%s %s", name == names ? "" : ",", *name);
  }
  if (used < found->size) snprintf(found->reason + used, found->size - used, " (%s)", detail ? detail : "no reason given");
  return 0;
}

/* Stores the address of a symbol in the member of a table that lies at `member`. */
static int find(const library *from, const char *symbol, int need, void *member) {
  void *address = dlsym(from->handle, symbol);
  memcpy(member, &address, sizeof address);
  if (address || need == OPTIONAL) return 1;
  snprintf(from->reason, from->size, "%s has no %s: a newer driver is needed", from->name, symbol);
  return 0;
}

static const gpu_driver *gpu_driver_from(const library *from, int is_hip) {
  gpu_driver *driver = calloc(1, sizeof *driver);
  int is_complete = driver != NULL;
#define GPU_CALL(member, cuda, hip, need, parameters) \
  is_complete = is_complete && find(from, is_hip ? #hip : #cuda, need, &driver->member);
  GPU_CALLS(GPU_CALL)
#undef GPU_CALL
  if (is_complete && is_hip) {
    find(from, "hipGetErrorName", OPTIONAL, &driver->hipGetErrorName);
    find(from, "hipGetErrorString", OPTIONAL, &driver->hipGetErrorString);
    find(from, "hipGetDevicePropertiesR0600", OPTIONAL, &driver->hipGetDeviceProperties);
    if (!driver->hipGetDeviceProperties) find(from, "hipGetDeviceProperties", OPTIONAL, &driver->hipGetDeviceProperties);
  }
  if (is_complete && !is_hip) find(from, "cuFuncGetParamInfo", OPTIONAL, &driver->cuFuncGetParamInfo);
  if (is_complete) return driver;
  free(driver);
  return NULL;
}

const gpu_driver *gpu_driver_open_cuda(const char *path, char *reason, size_t size) {
  const char *const names[] = {"libcuda.so.1", NULL};
  library found = {.reason = reason, .size = size};
  return open_library(&found, path, names, "CUDA driver") ? gpu_driver_from(&found, 0) : NULL;
}

const gpu_driver *gpu_driver_open_hip(const char *path, char *reason, size_t size) {
  const char *const names[] = {"libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so.5", "libamdhip64.so",
                               "/opt/rocm/lib/libamdhip64.so", NULL};
  library found = {.reason = reason, .size = size};
  return open_library(&found, path, names, "HIP runtime") ? gpu_driver_from(&found, 1) : NULL;
}

static const char *describe(gpu_result (*ask)(gpu_result, const char **), const char *(*ask_hip)(gpu_result),
                            gpu_result result) {
  const char *text = NULL;
  if (ask && ask(result, &text) == 0 && text) return text;
  if (ask_hip && (text = ask_hip(result))) return text;
  return "unknown error";
}

const char *gpu_error_name(const gpu_driver *driver, gpu_result result) {
  return describe(driver->getErrorName, driver->hipGetErrorName, result);
}

const char *gpu_error_string(const gpu_driver *driver, gpu_result result) {
  return describe(driver->getErrorString, driver->hipGetErrorString, result);
}

const hip_compiler *hip_compiler_open(const char *path, char *reason, size_t size) {
  const char *const names[] = {"libhiprtc.so.7", "libhiprtc.so.6", "libhiprtc.so.5", "libhiprtc.so",
                               "/opt/rocm/lib/libhiprtc.so", "libamdhip64.so.5", NULL};
  library found = {.reason = reason, .size = size};
  if (!open_library(&found, path, names, "HIP compiler")) return NULL;
  hip_compiler *compiler = calloc(1, sizeof *compiler);
  int is_complete = compiler != NULL;
#define HIP_COMPILER_CALL(result, symbol, parameters) \
  is_complete = is_complete && find(&found, #symbol, REQUIRED, &compiler->symbol);
  HIP_COMPILER_CALLS(HIP_COMPILER_CALL)
#undef HIP_COMPILER_CALL
  if (is_complete) return compiler;
  free(compiler);
  return NULL;
}

const opencl_driver *opencl_driver_open(const char *path, char *reason, size_t size) {
  const char *const names[] = {"libOpenCL.so.1", NULL};
  library found = {.reason = reason, .size = size};
  if (!open_library(&found, path, names, "OpenCL driver")) return NULL;
  opencl_driver *driver = calloc(1, sizeof *driver);
  int is_complete = driver != NULL;
#define OPENCL_CALL(result, symbol, need, parameters) \
  is_complete = is_complete && find(&found, #symbol, need, &driver->symbol);
  OPENCL_CALLS(OPENCL_CALL)
#undef OPENCL_CALL
  if (is_complete) return driver;
  free(driver);
  return NULL;
}
