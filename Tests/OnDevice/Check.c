/* Random tables, against a naive oracle: every byte of the memories, those around the regions too. */
#include "Check.h"
#include "Device.h"

#include <string.h>

enum { MEMORIES = 3, MEMORY_BYTES = 4 << 20 };

typedef struct {
  unsigned char *before, *expected, *found;
  gpu_address device;
  size_t used;
} memory;

typedef struct {
  unsigned memory;
  size_t offset;
  int strides[TRANSFER_AXES];
} side;

/* A span of its own in a random memory; strides of either sign and in any order, unless it is contiguous. */
static int place(side *made, memory *memories, unsigned axes, const unsigned *extents, size_t word, int is_contiguous,
                 int may_repeat) {
  unsigned order[TRANSFER_AXES];
  for (unsigned axis = 0; axis < axes; axis++) order[axis] = axis;
  for (unsigned left = axes; !is_contiguous && left > 1; left--) {
    const unsigned other = random_in(0, left - 1), kept = order[left - 1];
    order[left - 1] = order[other];
    order[other] = kept;
  }
  long step = is_contiguous ? 1 : (long)random_in(1, 3), lowest = 0, highest = 0;
  for (unsigned number = 0; number < axes; number++) {
    const unsigned axis = order[number];
    made->strides[axis] = 0;
    if (!is_contiguous && may_repeat && random_in(1, 12) == 1) continue;
    const int is_backwards = !is_contiguous && random_in(1, 3) == 1;
    made->strides[axis] = (int)(is_backwards ? -step : step);
    *(is_backwards ? &lowest : &highest) += made->strides[axis] * (long)(extents[axis] - 1);
    step = step * (long)extents[axis] + (is_contiguous ? 0 : (long)random_in(0, 5));
  }
  made->memory = random_in(0, MEMORIES - 1);
  size_t *used = &memories[made->memory].used;
  const size_t start = (*used + random_in(1, 40) + word - 1) / word * word;
  const size_t end = start + (size_t)(highest - lowest + 1) * word;
  if (end >= MEMORY_BYTES) return 0;
  *used = end;
  made->offset = start + (size_t)-lowest * word;
  return 1;
}

static void copy_naively(memory *memories, const transfer_region *region, const side *from, const side *to) {
  unsigned index[TRANSFER_AXES] = {0}, axis = 0;
  const int negates_integers = region->word_shift >= TRANSFER_NEGATED;
  const long word = 1L << (region->word_shift - (negates_integers ? TRANSFER_NEGATED : 0));
  while (axis < region->axis_count) {
    long source = (long)from->offset, target = (long)to->offset;
    for (axis = 0; axis < region->axis_count; axis++) {
      source += (long)index[axis] * from->strides[axis] * word;
      target += (long)index[axis] * to->strides[axis] * word;
    }
    int borrow = 0;
    for (long byte = 0; byte < word; byte++) {
      const unsigned char before = memories[from->memory].before[source + byte];
      const int difference = -before - borrow;
      borrow = difference < 0;
      memories[to->memory].expected[target + byte] =
          (unsigned char)(negates_integers ? difference : before ^ (int)(region->flip >> (8 * (byte % 8)) & 0xff));
    }
    for (axis = 0; axis < region->axis_count && ++index[axis] == region->axes[axis].extent; axis++) index[axis] = 0;
  }
}

static void add_random_region(table *table, memory *memories, int by_address) {
  transfer_region region = {.word_shift = (unsigned char)random_in(0, 4)};
  unsigned extents[TRANSFER_AXES], room = 1u << random_in(2, 17);
  const unsigned axes = random_in(1, random_in(1, 4) == 1 ? TRANSFER_AXES : 4);
  for (unsigned axis = 0; axis < axes; axis++) {
    const unsigned most = room < 2 ? 2 : room;
    extents[axis] = random_in(2, axis + 1 < axes && most > 40 && random_in(1, 3) > 1 ? 40 : most);
    room /= extents[axis];
  }
  if (random_in(1, 4) == 1) extents[axes - 1] = 1;
  const unsigned contiguous = random_in(0, 2);
  side from, to;
  const size_t word = (size_t)1 << region.word_shift;
  if (!place(&from, memories, axes, extents, word, contiguous == 1, 1)) return;
  if (!place(&to, memories, axes, extents, word, contiguous == 2, 0)) return;
  for (unsigned axis = 0; axis < axes; axis++) {
    transfer_region_add_axis(&region, from.strides[axis], to.strides[axis], extents[axis]);
  }
  if (random_in(1, 4) == 1) {
    region.word_shift += TRANSFER_NEGATED;
  } else if (random_in(1, 3) == 1) {
    for (unsigned bit = word < 8 ? 8 * (unsigned)word - 1 : 63; bit < 64; bit += 8 * (unsigned)word) {
      region.flip |= UINT64_C(1) << bit;
    }
  }
  copy_naively(memories, &region, &from, &to);
  region.source_memory = (unsigned char)(by_address ? TRANSFER_MEMORIES - 1 : from.memory);
  region.target_memory = (unsigned char)(by_address ? TRANSFER_MEMORIES - 1 : to.memory);
  region.source = from.offset + (by_address ? memories[from.memory].device : 0);
  region.target = to.offset + (by_address ? memories[to.memory].device : 0);
  add_region(table, &region);
}

void check(const variant *variant, unsigned cases, uint64_t seed) {
  memory memories[MEMORIES];
  for (unsigned number = 0; number < MEMORIES; number++) {
    memory *made = &memories[number];
    made->before = malloc(MEMORY_BYTES);
    made->expected = malloc(MEMORY_BYTES);
    made->found = malloc(MEMORY_BYTES);
    TRY(memAlloc(&made->device, MEMORY_BYTES));
    for (size_t at = 0; at < MEMORY_BYTES; at++) made->before[at] = (unsigned char)(random_number() >> 56);
  }
  size_t regions = 0, bytes = 0;
  for (unsigned number = 0; number < cases; number++) {
    random_state = seed + number;
    table table = {0};
    transfer_memories addresses = {{0}};
    for (unsigned index = 0; index < MEMORIES; index++) {
      memcpy(memories[index].expected, memories[index].before, MEMORY_BYTES);
      memories[index].used = 0;
      addresses.address[index] = memories[index].device;
      TRY(memcpyHtoDAsync(memories[index].device, memories[index].before, MEMORY_BYTES, NULL));
    }
    const int by_address = random_in(0, 1) == 1;
    for (unsigned left = random_in(1, 12); left > 0; left--) add_random_region(&table, memories, by_address);
    if (table.region_count == 0) continue;
    device_table uploaded = upload(&table, variant);
    launch(variant, &uploaded, &addresses, NULL);
    for (unsigned index = 0; index < MEMORIES; index++) {
      TRY(memcpyDtoHAsync(memories[index].found, memories[index].device, MEMORY_BYTES, NULL));
    }
    TRY(ctxSynchronize());
    for (unsigned index = 0; index < MEMORIES; index++) {
      size_t at = 0;
      if (memcmp(memories[index].found, memories[index].expected, MEMORY_BYTES) == 0) continue;
      while (memories[index].found[at] == memories[index].expected[at]) at++;
      FAIL("wrong: seed %llu, memory %u differs first at byte %zu", (unsigned long long)seed + number, index, at);
    }
    regions += table.region_count;
    bytes += table.bytes;
    drop(&uploaded);
    free(table.regions);
  }
  printf("%s: %u random tables, %zu regions, %.1f MB: every byte right\n", variant->name, cases, regions, (double)bytes * 1e-6);
  for (unsigned number = 0; number < MEMORIES; number++) {
    TRY(memFree(memories[number].device));
    free(memories[number].before);
    free(memories[number].expected);
    free(memories[number].found);
  }
}
