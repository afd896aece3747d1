#include "GPUDriver.h"
#include "HIPCompiler.h"
#include "OpenCLDriver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* Opens the first of `names`, a list that ends with null, and gives its index; -1 if there is none. */
static int open_first(void **library, const char *const *names, const char *what, char *reason, size_t size) {
  for (int index = 0; names[index]; index++) {
    *library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    if (*library) return index;
  }
  const char *detail = dlerror();
  int used = snprintf(reason, size, "no %s: looked for", what);
  for (int index = 0; names[index] && used >= 0 && (size_t)used < size; index++) {
    used += snprintf(reason + used, size - (size_t)used, "%s %s", index == 0 ? "" : ",", names[index]);
  }
  if (used >= 0 && (size_t)used < size) snprintf(reason + used, size - (size_t)used, " (%s)", detail ? detail : "no reason given");
  return -1;
}

/* Stores the address of `symbol` in the member of a table that lies at `member`. */
static int find(void *member, void *library, const char *symbol, int optional, const char *name, char *reason, size_t size) {
  void *address = dlsym(library, symbol);
  memcpy(member, &address, sizeof address);
  if (address || optional) return 0;
  snprintf(reason, size, "%s has no %s: a newer driver is needed", name, symbol);
  return 1;
}

static int open_gpu_driver(gpu_driver *driver, int is_hip, const char *const *names, const char *what, char *reason,
                           size_t size) {
  memset(driver, 0, sizeof *driver);
  const int index = open_first(&driver->library, names, what, reason, size);
  if (index < 0) return 1;
#define GPU_CALL(member, cuda, hip, optional, parameters) \
  if (find(&driver->member, driver->library, is_hip ? #hip : #cuda, optional, names[index], reason, size)) return 2;
  GPU_CALLS(GPU_CALL)
#undef GPU_CALL
  return 0;
}

int gpu_driver_open_cuda(gpu_driver *driver, const char *path, char *reason, size_t size) {
  const char *const names[] = {path ? path : "libcuda.so.1", NULL};
  return open_gpu_driver(driver, 0, names, "CUDA driver", reason, size);
}

int gpu_driver_open_hip(gpu_driver *driver, const char *path, char *reason, size_t size) {
  const char *const installed[] = {"libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so.5", "libamdhip64.so", NULL};
  const char *const named[] = {path, NULL};
  return open_gpu_driver(driver, 1, path ? named : installed, "HIP runtime", reason, size);
}

int hip_compiler_open(hip_compiler *compiler, const char *path, char *reason, size_t size) {
  const char *const installed[] = {"libhiprtc.so.7", "libhiprtc.so.6", "libhiprtc.so.5", "libhiprtc.so",
                                   "libamdhip64.so.5", NULL};
  const char *const named[] = {path, NULL};
  const char *const *names = path ? named : installed;
  memset(compiler, 0, sizeof *compiler);
  const int index = open_first(&compiler->library, names, "HIP compiler", reason, size);
  if (index < 0) return 1;
#define HIP_COMPILER_CALL(result, symbol, parameters) \
  if (find(&compiler->symbol, compiler->library, #symbol, 0, names[index], reason, size)) return 2;
  HIP_COMPILER_CALLS(HIP_COMPILER_CALL)
#undef HIP_COMPILER_CALL
  return 0;
}

int opencl_driver_open(opencl_driver *driver, const char *path, char *reason, size_t size) {
  const char *const names[] = {path ? path : "libOpenCL.so.1", NULL};
  memset(driver, 0, sizeof *driver);
  if (open_first(&driver->library, names, "OpenCL driver", reason, size) < 0) return 1;
#define OPENCL_CALL(result, symbol, optional, parameters) \
  if (find(&driver->symbol, driver->library, #symbol, optional, names[0], reason, size)) return 2;
  OPENCL_CALLS(OPENCL_CALL)
#undef OPENCL_CALL
  return 0;
}
