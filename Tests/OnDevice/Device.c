#include "Device.h"

#include <string.h>

const gpu_driver *cuda;
uint64_t random_state;

void start_device(void) {
  char reason[400], name[200], bus[40];
  int count, version;
  gpu_device device;
  gpu_context context;
  size_t bytes;
  cuda = gpu_driver_open_cuda(NULL, reason, sizeof reason);
  if (!cuda) FAIL("%s", reason);
  TRY(init(0));
  TRY(driverGetVersion(&version));
  TRY(deviceGetCount(&count));
  TRY(deviceGet(&device, 0));
  TRY(deviceGetName(name, sizeof name, device));
  TRY(deviceGetPCIBusId(bus, sizeof bus, device));
  TRY(deviceTotalMem(&bytes, device));
  TRY(devicePrimaryCtxRetain(&context, device));
  TRY(ctxSetCurrent(context));
  printf("%s, %.1f GiB, bus %s, first of %d, driver for CUDA %d.%d\n", name, (double)bytes / (1 << 30), bus, count,
         version / 1000, version % 1000 / 10);
}

static char *contents(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) FAIL("cannot read %s", path);
  fseek(file, 0, SEEK_END);
  const size_t size = (size_t)ftell(file);
  rewind(file);
  char *text = malloc(size + 1);
  if (fread(text, 1, size, file) != size) FAIL("cannot read %s", path);
  text[size] = 0;
  fclose(file);
  return text;
}

variant load_variant(const char *description) {
  variant made = {"as shipped", TRANSFER_THREADS, TRANSFER_WORDS, NULL, NULL};
  char path[400];
  if (!description) {
    TRY(moduleLoadData(&made.module, transfer_kernel_ptx()));
  } else {
    if (sscanf(description, "%399[^:]:%u:%u", path, &made.threads, &made.words) != 3) {
      FAIL("'%s' is not file:threads:words", description);
    }
    made.name = description;
    char *ptx = contents(path);
    TRY(moduleLoadData(&made.module, ptx));
    free(ptx);
  }
  TRY(moduleGetFunction(&made.function, made.module, TRANSFER_KERNEL_NAME));
  return made;
}

void add_region(table *table, const transfer_region *region) {
  transfer_region *grown = aligned_alloc(16, (table->region_count + 1) * sizeof *grown);
  if (table->region_count) memcpy(grown, table->regions, table->region_count * sizeof *grown);
  free(table->regions);
  table->regions = grown;
  table->regions[table->region_count++] = *region;
  table->bytes += (size_t)region->words << region->word_shift;
}

static gpu_address uploaded(const void *bytes, size_t size) {
  gpu_address address;
  TRY(memAlloc(&address, size));
  TRY(memcpyHtoDAsync(address, bytes, size, NULL));
  TRY(ctxSynchronize());
  return address;
}

device_table upload(const table *table, const variant *variant) {
  const unsigned tile_words = variant->threads * variant->words;
  device_table made = {.bytes = table->bytes};
  for (unsigned region = 0; region < table->region_count; region++) {
    made.tile_count += (table->regions[region].words + tile_words - 1) / tile_words;
  }
  transfer_tile *tiles = malloc(made.tile_count * sizeof *tiles), *next = tiles;
  for (unsigned region = 0; region < table->region_count; region++) {
    for (unsigned first = 0; first < table->regions[region].words; first += tile_words) {
      *next++ = (transfer_tile){region, first};
    }
  }
  made.regions = uploaded(table->regions, table->region_count * sizeof *table->regions);
  made.tiles = uploaded(tiles, made.tile_count * sizeof *tiles);
  free(tiles);
  return made;
}

void drop(device_table *table) {
  TRY(memFree(table->regions));
  TRY(memFree(table->tiles));
}

void launch(const variant *variant, const device_table *table, const transfer_memories *memories, gpu_stream stream) {
  void *arguments[] = {(void *)&table->regions, (void *)&table->tiles, (void *)memories};
  TRY(launchKernel(variant->function, table->tile_count, 1, 1, variant->threads, 1, 1, 0, stream, arguments, NULL));
}

uint64_t random_number(void) {
  uint64_t mixed = random_state += 0x9E3779B97F4A7C15;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31);
}

unsigned random_in(unsigned lowest, unsigned highest) {
  return lowest + (unsigned)(random_number() % (highest - lowest + 1));
}
