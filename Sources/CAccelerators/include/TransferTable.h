/* The host's side of the kernels: their texts, and what fills their table. */
#ifndef TRANSFER_TABLE_H
#define TRANSFER_TABLE_H

#include "TransferKernel.h"

/* The names of the kernels in every one of their forms. */
#define TRANSFER_KERNEL_NAME "transfer_regions"
#define TRANSFER_COMBINING_KERNEL_NAME "combine_regions"

/* The kernels' source, for OpenCL and hipRTC. */
const char *_Nonnull transfer_kernel_source(void);

/* The kernels as PTX, for CUDA. */
const char *_Nonnull transfer_kernel_ptx(void);

/* Adds an axis behind those that the region has, and its words to the count. `source` and `target` are words from
 * one index to the next. The region's words, and the words from its first to its last on either side, must be
 * fewer than 2^31; the extent of every axis but the last must be at least 2. */
static inline void transfer_region_add_axis(transfer_region *_Nonnull region, int32_t source, int32_t target, uint32_t extent) {
  const uint32_t axis = region->axis_count;
  uint32_t bits = 0;
  while (bits < 31 && (UINT32_C(1) << bits) < extent) bits++;
  region->axes[axis].source = source;
  region->axes[axis].target = target;
  region->axes[axis].extent = extent;
  if (bits > 0) {
    region->axes[axis].multiplier = (uint32_t)((UINT64_C(1) << (31 + bits)) / extent + 1);
    region->shifts[axis] = (uint8_t)(bits - 1);
  }
  region->words = (axis == 0 ? 1 : region->words) * extent;
  region->axis_count = (uint8_t)(axis + 1);
}

/* The tiles of a region of so many words. */
static inline uint32_t transfer_tile_count(uint32_t words) {
  return words / TRANSFER_TILE_WORDS + (words % TRANSFER_TILE_WORDS != 0);
}

#endif
