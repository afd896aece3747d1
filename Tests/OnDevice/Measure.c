#include "Measure.h"

#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef CELLS
#define CELLS 512
#endif

enum { HALO = 3, EXTENT = CELLS + 2 * HALO, MOST_FIELDS = 16, LEAST_FIELDS = 2, TOGETHER = 4, MOST = 400, SECTOR = 32 };

static const size_t message_bytes = (size_t)64 << 20;

/* How a field lies in memory: bytes from one row and from one plane to the next, and to its first owned cell. */
typedef struct {
  const char *name;
  long row, plane, origin;
} layout;

/* A box of cells: axes k, j, i. */
typedef struct {
  int lowest[3], extents[3];
} box;

static const layout layouts[] = {
    {"dense", EXTENT * 8L, EXTENT *EXTENT * 8L, (HALO * EXTENT * EXTENT + HALO * EXTENT + HALO) * 8L},
    /* The first owned cell of every row begins a line of 128 bytes. */
    {"padded", 256 + CELLS * 8L, EXTENT *(256 + CELLS * 8L), (HALO * EXTENT + HALO) * (256 + CELLS * 8L) + 128},
};
static const size_t field_bytes = (size_t)EXTENT * EXTENT * (256 + CELLS * 8);
static const double face_bytes = 8.0 * CELLS * CELLS * HALO;

static gpu_address fields[MOST_FIELDS], messages[MOST_FIELDS];
static unsigned fields_held;
static gpu_stream stream;
static gpu_event start, end;

/* -- Time */

/* The `number`-th of many pieces of work, put on the stream. */
typedef void piece(void *context, unsigned number);

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, unsigned count) {
  qsort(values, count, sizeof *values, ascending);
  return values[count / 2];
}

/* Seconds for one piece of work, on the device: the median of 9 runs of so many back to back. */
static double device_seconds(piece *work, void *context, unsigned count) {
  double values[9];
  for (unsigned number = 0; number < 20; number++) work(context, number);
  for (unsigned run = 0; run < 9; run++) {
    float milliseconds;
    TRY(eventRecord(start, stream));
    for (unsigned number = 0; number < count; number++) work(context, number);
    TRY(eventRecord(end, stream));
    TRY(eventSynchronize(end));
    TRY(eventElapsedTime(&milliseconds, start, end));
    values[run] = milliseconds * 1e-3 / count;
  }
  return median(values, 9);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Other memory every time, so that no cache holds it. */
static void copy_elsewhere(void *context, unsigned number) {
  const unsigned pairs = fields_held >= 8 ? 4 : fields_held / 2, pair = number % pairs;
  const size_t bytes = *(size_t *)context, places = field_bytes / bytes, at = number / pairs % places * bytes;
  TRY(memcpyDtoDAsync(fields[2 * pair + 1] + at, fields[2 * pair] + at, bytes, stream));
}

static double copy_seconds(double bytes) {
  size_t whole = (size_t)bytes / 128 * 128;
  if (whole > field_bytes) whole = field_bytes;
  return device_seconds(copy_elsewhere, &whole, 96);
}

/* -- Regions */

/* A box and its place in a message, in words as wide as both allow. */
static void add_box(table *table, const layout *layout, const box *box, unsigned number, size_t at, int is_unpack) {
  const long offset = layout->origin + box->lowest[0] * layout->plane + box->lowest[1] * layout->row + box->lowest[2] * 8L;
  const int *extents = box->extents;
  const long count[3] = {extents[2], extents[1], extents[0]}, far[3] = {8, layout->row, layout->plane};
  const int is_wide = count[0] % 2 == 0 && offset % 16 == 0 && at % 16 == 0 && layout->row % 16 == 0;
  const long word = is_wide ? 16 : 8;
  transfer_region region = {.word_shift = is_wide ? 4 : 3};
  long packed = 1;
  for (int axis = 0; axis < 3; axis++) {
    const long words = axis == 0 ? count[axis] * 8 / word : count[axis], stride = axis == 0 ? 1 : far[axis] / word;
    if (words > 1) {
      transfer_region_add_axis(&region, (int)(is_unpack ? packed : stride), (int)(is_unpack ? stride : packed), (unsigned)words);
    }
    packed *= words;
  }
  region.source = is_unpack ? at : (size_t)offset;
  region.target = is_unpack ? (size_t)offset : at;
  region.source_memory = (unsigned char)(2 * number + (unsigned)is_unpack);
  region.target_memory = (unsigned char)(2 * number + !is_unpack);
  add_region(table, &region);
}

/* What is sent or received in a direction. */
static box box_towards(int k, int j, int i, int is_unpack) {
  const int direction[3] = {k, j, i};
  box made;
  for (int axis = 0; axis < 3; axis++) {
    const int upper = is_unpack ? CELLS : CELLS - HALO, lower = is_unpack ? -HALO : 0;
    made.extents[axis] = direction[axis] ? HALO : CELLS;
    made.lowest[axis] = direction[axis] > 0 ? upper : direction[axis] < 0 ? lower : 0;
  }
  return made;
}

static box face(int axis, int side, int is_unpack) {
  return box_towards(axis == 0 ? side : 0, axis == 1 ? side : 0, axis == 2 ? side : 0, is_unpack);
}

/* All 26 links of so many fields, one message a field. */
static table links(const layout *layout, unsigned field_count, int is_unpack) {
  table made = {0};
  for (unsigned number = 0; number < field_count; number++) {
    size_t at = 0;
    for (int direction = 0; direction < 27; direction++) {
      if (direction == 13) continue;
      const box box = box_towards(direction / 9 - 1, direction / 3 % 3 - 1, direction % 3 - 1, is_unpack);
      add_box(&made, layout, &box, number, at, is_unpack);
      at += ((size_t)box.extents[0] * (size_t)box.extents[1] * (size_t)box.extents[2] * 8 + 127) / 128 * 128;
    }
  }
  return made;
}

/* The bytes of all sectors that a box touches. */
static double touched_bytes(const layout *layout, const box *box) {
  long sectors = 0;
  for (int k = 0; k < box->extents[0]; k++) {
    for (int j = 0; j < box->extents[1]; j++) {
      const long first = layout->origin + (box->lowest[0] + k) * layout->plane + (box->lowest[1] + j) * layout->row +
                         box->lowest[2] * 8L;
      sectors += (first + box->extents[2] * 8L - 1) / SECTOR - first / SECTOR + 1;
    }
  }
  return (double)sectors * SECTOR;
}

/* -- Transfers */

/* Tables that take turns, over fields that take turns. */
typedef struct {
  const variant *variant;
  device_table tables[2];
  unsigned table_count, field_count, fields_per_table;
} turns;

static void transfer(void *context, unsigned number) {
  const turns *turns = context;
  transfer_memories memories = {{0}};
  const unsigned table = number % turns->table_count, round = number / turns->table_count;
  for (unsigned field = 0; field < turns->fields_per_table; field++) {
    const unsigned which = (round * turns->fields_per_table + field) % turns->field_count;
    memories.address[2 * field] = fields[which];
    memories.address[2 * field + 1] = messages[which] + (turns->table_count == 2 ? table * (8u << 20) : 0);
  }
  launch(turns->variant, &turns->tables[table], &memories, stream);
}

static device_table face_table(const variant *variant, const layout *layout, int axis, int side, int is_unpack) {
  const box box = face(axis, side, is_unpack);
  table table = {0};
  add_box(&table, layout, &box, 0, 0, is_unpack);
  const device_table made = upload(&table, variant);
  free(table.regions);
  return made;
}

static void measure_face(const variant *variant, const layout *layout, int axis, int is_unpack, double copy) {
  static const char *const names[] = {"planes", "rows", "runs of 24 bytes"};
  turns turns = {variant, {face_table(variant, layout, axis, -1, is_unpack), face_table(variant, layout, axis, 1, is_unpack)},
                 2, fields_held, 1};
  const double seconds = device_seconds(transfer, &turns, 96);
  turns.table_count = turns.field_count = 1;
  const double cached = device_seconds(transfer, &turns, 96);
  printf("| %s | %s %s | %.2f | %.0f | %.2f | ", layout->name, is_unpack ? "unpack" : "pack", names[axis], seconds * 1e6,
         face_bytes / seconds * 1e-9, copy / seconds);
  if (axis == 2) {
    const box low = face(axis, -1, is_unpack), high = face(axis, 1, is_unpack);
    const double touched = (touched_bytes(layout, &low) + touched_bytes(layout, &high)) / 2;
    printf("%.2f", copy_seconds((face_bytes + touched) / 2) / seconds);
  }
  printf(" | %.2f |\n", cached * 1e6);
  drop(&turns.tables[0]);
  drop(&turns.tables[1]);
}

/* The fields of one launch where several go together. */
static unsigned together(void) { return fields_held < TOGETHER ? fields_held : TOGETHER; }

static void measure_links(const variant *variant, const layout *layout, unsigned field_count, int is_unpack) {
  table table = links(layout, field_count, is_unpack);
  turns turns = {variant, {upload(&table, variant)}, 1, fields_held, field_count};
  const double seconds = device_seconds(transfer, &turns, 48), bytes = (double)table.bytes;
  printf("| %s | %s 26 links of %u, %.1f MB | %.2f | %.0f | %.2f | | |\n", layout->name, is_unpack ? "unpack" : "pack",
         field_count, bytes * 1e-6, seconds * 1e6, bytes / seconds * 1e-9, copy_seconds(bytes) / seconds);
  drop(&turns.tables[0]);
  free(table.regions);
}

void measure_transfers(const variant *variant) {
  const double copy = copy_seconds(face_bytes);
  printf("\n%s\n\n| field | one launch | us | GB/s of payload | of a copy | of what the sectors allow | again in cache, us |\n"
         "|---|---|---|---|---|---|---|\n", variant->name);
  for (unsigned number = 0; number < 2; number++) {
    for (int is_unpack = 0; is_unpack < 2; is_unpack++) {
      for (int axis = 0; axis < 3; axis++) measure_face(variant, &layouts[number], axis, is_unpack, copy);
      measure_links(variant, &layouts[number], 1, is_unpack);
      measure_links(variant, &layouts[number], together(), is_unpack);
    }
  }
}

void measure_copies(void) {
  static const double sizes[] = {1e5, 1e6, 6291456, 12582912, 38e6, 152e6, 1e9};
  printf("\n| device-to-device copy, bytes | us | GB/s of payload | GB/s read and written |\n|---|---|---|---|\n");
  for (unsigned number = 0; number < sizeof sizes / sizeof *sizes; number++) {
    const double seconds = copy_seconds(sizes[number]), rate = sizes[number] / seconds * 1e-9;
    printf("| %.0f | %.2f | %.0f | %.0f |\n", sizes[number], seconds * 1e6, rate, 2 * rate);
  }
}

/* As many fields as there is memory for, but for one that is given back: tables and whoever else is there need some. */
static void allocate_fields(void) {
  const size_t together_bytes = field_bytes + message_bytes;
  gpu_result result = 0;
  while (fields_held < MOST_FIELDS && result == 0) {
    result = cuda->memAlloc(&fields[fields_held], field_bytes);
    if (result == 0 && (result = cuda->memAlloc(&messages[fields_held], message_bytes))) TRY(memFree(fields[fields_held]));
    if (result == 0) fields_held++;
  }
  if (result && fields_held > 0) {
    fields_held--;
    TRY(memFree(fields[fields_held]));
    TRY(memFree(messages[fields_held]));
  }
  if (fields_held < LEAST_FIELDS) {
    FAIL("not measured: %d fields, their messages and room for one more need %.1f GB of free memory: %s", LEAST_FIELDS,
         1e-9 * (double)together_bytes * (LEAST_FIELDS + 1), gpu_error_name(cuda, result));
  }
  printf("%u fields that take turns, %.1f GB with their messages\n", fields_held, 1e-9 * (double)together_bytes * fields_held);
}

void start_measuring(void) {
  TRY(streamCreate(&stream, GPU_STREAM_NON_BLOCKING));
  TRY(eventCreate(&start, 0));
  TRY(eventCreate(&end, 0));
  allocate_fields();
  uint64_t *numbers = malloc(message_bytes);
  for (size_t at = 0; at < message_bytes / sizeof *numbers; at++) numbers[at] = random_number();
  for (unsigned number = 0; number < fields_held; number++) {
    for (size_t at = 0; at < field_bytes; at += message_bytes) {
      const size_t bytes = field_bytes - at < message_bytes ? field_bytes - at : message_bytes;
      TRY(memcpyHtoDAsync(fields[number] + at, numbers, bytes, stream));
    }
    TRY(memcpyHtoDAsync(messages[number], numbers, message_bytes, stream));
  }
  TRY(streamSynchronize(stream));
  free(numbers);
}

void copy_faces_once(const variant *variant) {
  for (unsigned number = 0; number < 2; number++) {
    for (int is_unpack = 0; is_unpack < 2; is_unpack++) {
      for (int axis = 0; axis < 3; axis++) {
        turns turns = {variant, {face_table(variant, &layouts[number], axis, -1, is_unpack)}, 1, fields_held, 1};
        const box box = face(axis, -1, is_unpack);
        transfer(&turns, (unsigned)axis);
        TRY(streamSynchronize(stream));
        printf("%s, %s, axis %d: %.0f bytes in sectors touched\n", layouts[number].name, is_unpack ? "unpack" : "pack", axis,
               touched_bytes(&layouts[number], &box));
        drop(&turns.tables[0]);
      }
    }
  }
}

/* -- Routes */

static void measure_host_time(const variant *variant) {
  const unsigned field_count = together();
  table send = links(&layouts[0], field_count, 0), receive = links(&layouts[0], field_count, 1);
  device_table pack = upload(&send, variant), unpack = upload(&receive, variant);
  transfer_memories memories;
  for (unsigned number = 0; number < field_count; number++) {
    memories.address[2 * number] = fields[number];
    memories.address[2 * number + 1] = messages[number];
  }
  gpu_stream caller;
  gpu_event before, packed, unpacked;
  TRY(streamCreate(&caller, GPU_STREAM_NON_BLOCKING));
  TRY(eventCreate(&before, GPU_EVENT_DISABLE_TIMING));
  TRY(eventCreate(&packed, GPU_EVENT_DISABLE_TIMING));
  TRY(eventCreate(&unpacked, GPU_EVENT_DISABLE_TIMING));
  double starting[MOST], ending[MOST];
  for (unsigned number = 0; number < MOST; number++) {
    TRY(streamSynchronize(caller));
    const double first = now();
    TRY(eventRecord(before, caller));
    TRY(streamWaitEvent(stream, before, 0));
    launch(variant, &pack, &memories, stream);
    TRY(eventRecord(packed, stream));
    const double second = now();
    launch(variant, &unpack, &memories, stream);
    TRY(eventRecord(unpacked, stream));
    TRY(streamWaitEvent(caller, unpacked, 0));
    starting[number] = second - first;
    ending[number] = now() - second;
  }
  printf("\nHost time, 26 links of %u fields: event, wait, pack launch, event %.2f us", field_count,
         median(starting, MOST) * 1e6);
  printf(" (of 100 the slowest %.2f us)", starting[MOST * 99 / 100] * 1e6);
  printf("; unpack launch, event, wait %.2f us", median(ending, MOST) * 1e6);
  printf(" (of 100 the slowest %.2f us)\n", ending[MOST * 99 / 100] * 1e6);
  drop(&pack);
  drop(&unpack);
}

/* A transfer, and a copy between the message and the host behind or before it. */
typedef struct {
  const variant *variant;
  const device_table *table;
  transfer_memories memories;
  void *to_host;
  const void *from_host;
} staged;

static void transfer_staged(void *context, unsigned number) {
  staged *staged = context;
  (void)number;
  if (staged->from_host) TRY(memcpyHtoDAsync(messages[0], staged->from_host, staged->table->bytes, stream));
  launch(staged->variant, staged->table, &staged->memories, stream);
  if (staged->to_host) TRY(memcpyDtoHAsync(staged->to_host, messages[0], staged->table->bytes, stream));
}

static double seen_done_seconds(staged *work) {
  double values[MOST];
  for (unsigned number = 0; number < MOST; number++) {
    TRY(streamSynchronize(stream));
    const double begun = now();
    transfer_staged(work, number);
    TRY(eventRecord(end, stream));
    TRY(eventSynchronize(end));
    values[number] = now() - begun;
  }
  return median(values, MOST);
}

static void measure_pinned(const variant *variant) {
  void *pinned;
  gpu_address mapped;
  TRY(memHostAlloc(&pinned, message_bytes, GPU_HOST_ALLOC_PORTABLE | GPU_HOST_ALLOC_MAPPED));
  memset(pinned, 1, message_bytes);
  TRY(memHostGetDevicePointer(&mapped, pinned, 0));
  printf("\n| over pinned host memory | bytes | one shot, us | GB/s | staged, us | GB/s |\n|---|---|---|---|---|---|\n");
  for (int is_unpack = 0; is_unpack < 2; is_unpack++) {
    table table = links(&layouts[0], 1, is_unpack);
    device_table uploaded = upload(&table, variant);
    staged one_shot = {variant, &uploaded, {{fields[0], mapped}}, NULL, NULL};
    staged copied = {variant, &uploaded, {{fields[0], messages[0]}}, is_unpack ? NULL : pinned, is_unpack ? pinned : NULL};
    const double first = device_seconds(transfer_staged, &one_shot, 8), second = device_seconds(transfer_staged, &copied, 8);
    const double bytes = (double)uploaded.bytes;
    printf("| %s, 26 links | %.0f | %.1f | %.1f | %.1f | %.1f |\n", is_unpack ? "unpack" : "pack", bytes, first * 1e6,
           bytes / first * 1e-9, second * 1e6, bytes / second * 1e-9);
    drop(&uploaded);
  }
  for (int length = 32; length <= CELLS; length *= 4) {
    const box edge = {{0, 0, 0}, {HALO, HALO, length}};
    table table = {0};
    add_box(&table, &layouts[0], &edge, 0, 0, 0);
    device_table uploaded = upload(&table, variant);
    staged one_shot = {variant, &uploaded, {{fields[0], mapped}}, NULL, NULL};
    staged copied = {variant, &uploaded, {{fields[0], messages[0]}}, pinned, NULL};
    printf("| pack an edge, until the host sees it done | %zu | %.2f | | %.2f | |\n", uploaded.bytes,
           seen_done_seconds(&one_shot) * 1e6, seen_done_seconds(&copied) * 1e6);
    drop(&uploaded);
  }
}

/* A column face turned by a quarter: read along j, written [k][i][j], negated. */
static void measure_turned(const variant *variant, int in_target_order) {
  transfer_region region = {.word_shift = 3, .flip = UINT64_C(1) << 63, .source = (uint64_t)layouts[0].origin, .target_memory = 1};
  const int row = (int)(layouts[0].row / 8), plane = (int)(layouts[0].plane / 8);
  if (in_target_order) transfer_region_add_axis(&region, row, 1, CELLS);
  transfer_region_add_axis(&region, 1, CELLS, HALO);
  if (!in_target_order) transfer_region_add_axis(&region, row, 1, CELLS);
  transfer_region_add_axis(&region, plane, HALO * CELLS, CELLS);
  table table = {0};
  add_region(&table, &region);
  turns turns = {variant, {upload(&table, variant)}, 1, fields_held, 1};
  const double seconds = device_seconds(transfer, &turns, 64);
  printf("Turned and negated column face in the order of the %s: %.2f us, %.2f of a copy\n",
         in_target_order ? "target" : "source", seconds * 1e6, copy_seconds(face_bytes) / seconds);
  drop(&turns.tables[0]);
}

void measure_routes(const variant *variant) {
  measure_host_time(variant);
  measure_turned(variant, 1);
  measure_turned(variant, 0);
  measure_pinned(variant);
}

/* -- Another process */

static pid_t peer;
static int to_peer;

static void be_peer(int from) {
  gpu_ipc_handle handle;
  gpu_address own, other;
  if (read(from, &handle, sizeof handle) != sizeof handle) return;
  start_device();
  const variant shipped = load_variant(NULL), *variant = &shipped;
  TRY(streamCreate(&stream, GPU_STREAM_NON_BLOCKING));
  TRY(eventCreate(&start, 0));
  TRY(eventCreate(&end, 0));
  const double before = now();
  TRY(ipcOpenMemHandle(&other, handle, GPU_IPC_LAZY_PEER_ACCESS));
  const double opening = now() - before;
  const size_t bytes = (size_t)16 << 20;
  TRY(memAlloc(&own, bytes));
  TRY(memsetD8Async(own, 0xAB, bytes, stream));
  transfer_region region = {.word_shift = 4, .target_memory = 1};
  transfer_region_add_axis(&region, 1, 1, (unsigned)(bytes / 16));
  table table = {0};
  add_region(&table, &region);
  device_table uploaded = upload(&table, variant);
  staged work = {variant, &uploaded, {{own, other}}, NULL, NULL};
  const double seconds = device_seconds(transfer_staged, &work, 20);
  printf("\nAnother process's memory: opened in %.0f us; %zu bytes written in %.2f us, %.0f GB/s\n", opening * 1e6, bytes,
         seconds * 1e6, (double)bytes / seconds * 1e-9);
  TRY(streamSynchronize(stream));
  TRY(ipcCloseMemHandle(other));
}

void start_peer(void) {
  int ends[2];
  if (pipe(ends) != 0) FAIL("cannot make a pipe");
  peer = fork();
  if (peer < 0) FAIL("cannot start another process");
  if (peer == 0) {
    close(ends[1]);
    be_peer(ends[0]);
    exit(0);
  }
  close(ends[0]);
  to_peer = ends[1];
}

void measure_peer(void) {
  gpu_ipc_handle handle;
  const gpu_address message = messages[fields_held - 1];
  const gpu_result result = cuda->ipcGetMemHandle ? cuda->ipcGetMemHandle(&handle, message) : -1;
  if (result) {
    printf("\nMemory cannot be handed to another process: %s\n", gpu_error_name(cuda, result));
    return;
  }
  TRY(memsetD8Async(message, 0, message_bytes, stream));
  TRY(streamSynchronize(stream));
  fflush(stdout);
  int status = -1;
  if (write(to_peer, &handle, sizeof handle) != sizeof handle) FAIL("cannot write to the other process");
  waitpid(peer, &status, 0);
  unsigned char seen;
  TRY(memcpyDtoHAsync(&seen, message + 4097, 1, stream));
  TRY(streamSynchronize(stream));
  printf("The other process %s, and what it wrote %s\n", status ? "failed" : "ended well", seen == 0xAB ? "is here" : "is not here");
}
