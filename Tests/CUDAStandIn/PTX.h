/* Interprets PTX, thread after thread: the part of it that a compiler makes of kernels that copy,
 * and of those that add and multiply. */
#ifndef STAND_IN_PTX_H
#define STAND_IN_PTX_H

#include <stddef.h>
#include <stdint.h>

typedef struct ptx_module ptx_module;
typedef struct ptx_kernel ptx_kernel;

/* Reads a module; null, and one line at `reason`, where it holds something that is not known here. */
ptx_module *ptx_read(const char *text, char *reason, size_t size);

/* A kernel of the module, or null. */
const ptx_kernel *ptx_find(const ptx_module *module, const char *name);

/* The bytes that the kernel's parameters take, one behind another; and where the numbered one starts, or -1 where
 * there are not so many. */
size_t ptx_parameter_bytes(const ptx_kernel *kernel);
ptrdiff_t ptx_parameter_offset(const ptx_kernel *kernel, unsigned number, size_t *bytes);

/* Where a kernel that is run finds what it needs. */
typedef struct {
  uint32_t grid[3], block[3];
  const unsigned char *parameters;
  /* The host's address of `bytes` bytes of the device's memory; null where they are not all allocated. */
  void *(*memory)(uint64_t address, size_t bytes);
} ptx_launch;

enum { PTX_DONE, PTX_ILLEGAL_ADDRESS, PTX_MISALIGNED_ADDRESS, PTX_ENDLESS };

/* Runs every thread of every block to its end. */
int ptx_run(const ptx_kernel *kernel, const ptx_launch *launch);

#endif
