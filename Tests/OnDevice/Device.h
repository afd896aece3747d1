/* The first CUDA device, and tables of regions in its memory. */
#ifndef ON_DEVICE_DEVICE_H
#define ON_DEVICE_DEVICE_H

#include "CAccelerators.h"

#include <stdio.h>
#include <stdlib.h>

#define FAIL(...) (fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), exit(1))
#define TRY(call)                                                                                  \
  do {                                                                                             \
    const gpu_result result_ = cuda->call;                                                         \
    if (result_) FAIL("%s:%d: %s: %s", __FILE__, __LINE__, #call, gpu_error_name(cuda, result_));  \
  } while (0)

extern const gpu_driver *cuda;

/* The kernel as some PTX has it, and the size of its tiles. */
typedef struct {
  const char *name;
  unsigned threads, words;
  gpu_module module;
  gpu_function function;
} variant;

typedef struct {
  transfer_region *regions;
  unsigned region_count;
  size_t bytes;
} table;

typedef struct {
  gpu_address regions, tiles;
  unsigned tile_count;
  size_t bytes;
} device_table;

void start_device(void);

/* The kernel that the library ships, or that of "file:threads:words". */
variant load_variant(const char *description);

void add_region(table *table, const transfer_region *region);
device_table upload(const table *table, const variant *variant);
void drop(device_table *table);
void launch(const variant *variant, const device_table *table, const transfer_memories *memories, gpu_stream stream);

/* SplitMix64, as published by Steele, Lea and Flood. */
extern uint64_t random_state;
uint64_t random_number(void);
unsigned random_in(unsigned lowest, unsigned highest);

#endif
