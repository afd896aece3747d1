/* The kernels: transfer_regions copies a table of regions, any strides to any strides, in one launch, and combine_regions
 * combines the source of each into its target.
 *
 * The same text is compiled by clang as CUDA (the PTX beside it), by hipRTC as HIP, by an OpenCL driver as
 * OpenCL C 1.2, and by the host's C compiler, where transfer_words and combine_words are ordinary functions.
 *
 * A region is a box of words: the word at each index of the source goes to the same index of the target. A word
 * is 1, 2, 4, 8 or 16 bytes, whatever the type of the elements; the wider, the faster. Packing is a region whose
 * target strides are those of a contiguous box, unpacking one whose source strides are. Where integers are negated, each
 * word is one of them. Where words are combined, each is one number, of 1, 2, 4 or 8 bytes; a complex one is two.
 *
 * A tile is what one block of threads copies: TRANSFER_TILE_WORDS consecutive words of one region, or what is
 * left of it. The first axis varies fastest.
 */
#ifndef TRANSFER_KERNEL_H
#define TRANSFER_KERNEL_H

#if defined(__OPENCL_VERSION__)
#define TRANSFER_FUNCTION static inline
#define TRANSFER_GLOBAL __global
/* OpenCL C 2.0's; most compilers know it in 1.2 too. */
#if defined(__has_attribute)
#if __has_attribute(opencl_unroll_hint)
#define TRANSFER_UNROLL __attribute__((opencl_unroll_hint))
#endif
#endif
#if !defined(TRANSFER_UNROLL)
#define TRANSFER_UNROLL
#endif
#define TRANSFER_ROLLED
typedef uchar transfer_u8;
typedef ushort transfer_u16;
typedef uint transfer_u32;
typedef ulong transfer_u64;
typedef int transfer_i32;
typedef long transfer_i64;
typedef ulong2 transfer_u128;
#elif defined(__CUDA__) || defined(__HIP__)
#define TRANSFER_FUNCTION static inline __attribute__((device))
/* Without it every access would have to find out first which memory its address lies in. */
#define TRANSFER_GLOBAL __attribute__((address_space(1)))
#define TRANSFER_UNROLL _Pragma("unroll")
#define TRANSFER_ROLLED _Pragma("nounroll")
typedef unsigned char transfer_u8;
typedef unsigned short transfer_u16;
typedef unsigned int transfer_u32;
typedef unsigned long long transfer_u64;
typedef int transfer_i32;
typedef long long transfer_i64;
typedef transfer_u64 transfer_u128 __attribute__((ext_vector_type(2)));
#else
#include <stdint.h>
#define TRANSFER_FUNCTION static inline
#define TRANSFER_GLOBAL
#define TRANSFER_UNROLL
#define TRANSFER_ROLLED
typedef uint8_t transfer_u8;
typedef uint16_t transfer_u16;
typedef uint32_t transfer_u32;
typedef uint64_t transfer_u64;
typedef int32_t transfer_i32;
typedef int64_t transfer_i64;
typedef struct __attribute__((aligned(16))) {
  transfer_u64 x, y;
} transfer_u128;
#endif

/* Threads of a block. */
#ifndef TRANSFER_THREADS
#define TRANSFER_THREADS 256
#endif
/* Words that a thread copies. */
#ifndef TRANSFER_WORDS
#define TRANSFER_WORDS 4
#endif
/* Axes that are loaded before it is known whether the region has so many: waiting to learn it costs more. */
#ifndef TRANSFER_EAGER_AXES
#define TRANSFER_EAGER_AXES 3
#endif
#define TRANSFER_TILE_WORDS (TRANSFER_THREADS * TRANSFER_WORDS)
#define TRANSFER_AXES 8
/* Memories that a launch takes: on OpenCL, where a table cannot hold addresses, so many more. */
#define TRANSFER_MEMORIES 8
#define TRANSFER_OPENCL_MEMORIES 64

/* Device code for OpenCL that has no numbers of 8 bytes with a point leaves them out. */
#if !defined(__OPENCL_VERSION__) || defined(cl_khr_fp64)
#define TRANSFER_HAS_FLOAT64
#endif

/* What the words of a region are, where they are combined. */
#define TRANSFER_UNSIGNED 0
#define TRANSFER_SIGNED 1
#define TRANSFER_FLOAT 2

/* Added to the shift of words that are integers, to be negated as they are copied: telling those by their flip, as where
 * they are combined, would take more registers than there are. */
#define TRANSFER_NEGATED 5

/* How two become one: sums of integers wrap around; the lesser and the greater of numbers with a point are not a number
 * if either is none, and of equal ones the target's. */
#define TRANSFER_SUM 0
#define TRANSFER_MIN 1
#define TRANSFER_MAX 2

/* One axis of a region: how many words lie between one index and the next on either side, and how many indices
 * there are. An index is divided by `extent` as (index * multiplier) >> 32 >> shift, the shift being in the region. */
typedef struct __attribute__((aligned(16))) {
  transfer_i32 source, target;
  transfer_u32 extent, multiplier;
} transfer_axis;

/* One region. `source` and `target` are byte offsets of the word at index 0 from the memories with the numbers
 * `source_memory` and `target_memory`; from a memory at address 0 they are addresses. Axes behind `axis_count` are
 * all zeros. */
typedef struct __attribute__((aligned(16))) {
  transfer_u64 source, target;
  transfer_u64 flip;      /* the bits that are inverted in every 8 bytes: the sign bits, to negate floating point; where
                             integers are combined, all or none: the source's are negated if all */
  transfer_u32 words;     /* the product of the extents, below 2^31 */
  transfer_u8 word_shift; /* a word is 1 << word_shift bytes; both sides of every word are aligned to it; with
                             TRANSFER_NEGATED added, words are integers that are copied negated */
  transfer_u8 axis_count; /* 1 ... TRANSFER_AXES */
  transfer_u8 source_memory, target_memory;
  transfer_u8 shifts[TRANSFER_AXES];
  transfer_u8 number, combination; /* where words are combined */
  transfer_axis axes[TRANSFER_AXES];
} transfer_region;

/* One tile: its region, and its first word in it. */
typedef struct __attribute__((aligned(8))) {
  transfer_u32 region, first;
} transfer_tile;

/* The addresses of the memories that regions lie in, by number. */
#if defined(__OPENCL_VERSION__)
/* Every number, in octal digits. */
#define TRANSFER_EIGHT(OF, N) OF(N##0) OF(N##1) OF(N##2) OF(N##3) OF(N##4) OF(N##5) OF(N##6) OF(N##7)
#define TRANSFER_EACH(OF)                                                                             \
  TRANSFER_EIGHT(OF, 0) TRANSFER_EIGHT(OF, 1) TRANSFER_EIGHT(OF, 2) TRANSFER_EIGHT(OF, 3)             \
  TRANSFER_EIGHT(OF, 4) TRANSFER_EIGHT(OF, 5) TRANSFER_EIGHT(OF, 6) TRANSFER_EIGHT(OF, 7)
#define TRANSFER_PARAMETER(N) , __global void *memory##N
#define TRANSFER_ARGUMENT(N) , memory##N
#define TRANSFER_CASE(N) case 0##N: return (transfer_u64)memory##N;
#define TRANSFER_MEMORY_PARAMETERS TRANSFER_EACH(TRANSFER_PARAMETER)
#define TRANSFER_ADDRESS(NUMBER) transfer_address(NUMBER TRANSFER_EACH(TRANSFER_ARGUMENT))

/* No array, which each thread would fill in memory of its own. */
TRANSFER_FUNCTION transfer_u64 transfer_address(transfer_u32 number TRANSFER_MEMORY_PARAMETERS) {
  switch (number) { TRANSFER_EACH(TRANSFER_CASE) }
  return 0;
}
#else
typedef struct {
  transfer_u64 address[TRANSFER_MEMORIES];
} transfer_memories;

#define TRANSFER_MEMORY_PARAMETERS , const transfer_memories *memories
#define TRANSFER_ADDRESS(NUMBER) memories->address[NUMBER]
#endif

/* Splits what is left of the indices into the index along one axis and the rest. */
#define TRANSFER_ALONG(SOURCE, TARGET, EXTENT, MULTIPLIER, SHIFT)                                      \
  TRANSFER_UNROLL for (int w = 0; w < TRANSFER_WORDS; w++) {                                           \
    const transfer_u32 next = (transfer_u32)(((transfer_u64)rest[w] * (MULTIPLIER)) >> 32) >> (SHIFT); \
    const transfer_i32 along = (transfer_i32)(rest[w] - next * (EXTENT));                              \
    source[w] += along * (SOURCE);                                                                     \
    target[w] += along * (TARGET);                                                                     \
    rest[w] = next;                                                                                    \
  }

/* Moves the thread's words. All loads are under way before the first store waits for one. */
#define TRANSFER_MOVE(WORD, FLIP)                                                                              \
  {                                                                                                            \
    const transfer_i64 bytes = (transfer_i64)sizeof(WORD);                                                     \
    WORD word[TRANSFER_WORDS];                                                                                 \
    TRANSFER_UNROLL for (int w = 0; w < TRANSFER_WORDS; w++) {                                                 \
      if (index[w] < words) word[w] = *(TRANSFER_GLOBAL const WORD *)(source_origin + (transfer_u64)(source[w] * bytes)); \
    }                                                                                                          \
    TRANSFER_UNROLL for (int w = 0; w < TRANSFER_WORDS; w++) {                                                 \
      if (index[w] < words) {                                                                                  \
        FLIP;                                                                                                  \
        *(TRANSFER_GLOBAL WORD *)(target_origin + (transfer_u64)(target[w] * bytes)) = word[w];                \
      }                                                                                                        \
    }                                                                                                          \
  }

/* Finds the region of a tile, and where the thread's words lie on either side. */
#define TRANSFER_FIND_WORDS                                                                     \
  TRANSFER_GLOBAL const transfer_region *region = regions + tiles[block].region;                \
  const transfer_u32 first = tiles[block].first + thread;                                       \
  const transfer_u32 words = region->words, axis_count = region->axis_count;                    \
  const transfer_u64 flip = region->flip;                                                       \
  const transfer_u64 source_origin = TRANSFER_ADDRESS(region->source_memory) + region->source; \
  const transfer_u64 target_origin = TRANSFER_ADDRESS(region->target_memory) + region->target; \
                                                                                                \
  transfer_u32 index[TRANSFER_WORDS], rest[TRANSFER_WORDS];                                     \
  transfer_i32 source[TRANSFER_WORDS], target[TRANSFER_WORDS];                                  \
  TRANSFER_UNROLL for (int w = 0; w < TRANSFER_WORDS; w++) {                                    \
    rest[w] = index[w] = first + (transfer_u32)w * TRANSFER_THREADS;                            \
    source[w] = target[w] = 0;                                                                  \
  }                                                                                             \
  TRANSFER_UNROLL for (int a = 0; a < TRANSFER_EAGER_AXES; a++) {                               \
    TRANSFER_ALONG(region->axes[a].source, region->axes[a].target, region->axes[a].extent,      \
                   region->axes[a].multiplier, region->shifts[a])                               \
  }                                                                                             \
  TRANSFER_ROLLED for (transfer_u32 a = TRANSFER_EAGER_AXES; a < axis_count; a++) {             \
    TRANSFER_ALONG(region->axes[a].source, region->axes[a].target, region->axes[a].extent,      \
                   region->axes[a].multiplier, region->shifts[a])                               \
  }

/* What one thread of the block that copies a tile does. */
TRANSFER_FUNCTION void transfer_words(transfer_u32 block, transfer_u32 thread,
                                      TRANSFER_GLOBAL const transfer_region *regions,
                                      TRANSFER_GLOBAL const transfer_tile *tiles TRANSFER_MEMORY_PARAMETERS) {
  TRANSFER_FIND_WORDS
  switch (region->word_shift) {
    case 0: TRANSFER_MOVE(transfer_u8, word[w] ^= (transfer_u8)flip) break;
    case 1: TRANSFER_MOVE(transfer_u16, word[w] ^= (transfer_u16)flip) break;
    case 2: TRANSFER_MOVE(transfer_u32, word[w] ^= (transfer_u32)flip) break;
    case 3: TRANSFER_MOVE(transfer_u64, word[w] ^= flip) break;
    case 4: TRANSFER_MOVE(transfer_u128, word[w].x ^= flip; word[w].y ^= flip) break;
    case TRANSFER_NEGATED: TRANSFER_MOVE(transfer_u8, word[w] = (transfer_u8)(0 - word[w])) break;
    case TRANSFER_NEGATED + 1: TRANSFER_MOVE(transfer_u16, word[w] = (transfer_u16)(0 - word[w])) break;
    case TRANSFER_NEGATED + 2: TRANSFER_MOVE(transfer_u32, word[w] = 0 - word[w]) break;
    case TRANSFER_NEGATED + 3: TRANSFER_MOVE(transfer_u64, word[w] = 0 - word[w]) break;
    default: TRANSFER_MOVE(transfer_u128, word[w].x = 0 - word[w].x; word[w].y = ~word[w].y + (word[w].x == 0)) break;
  }
}

/* The number whose bits a word holds. */
TRANSFER_FUNCTION float transfer_f32(transfer_u32 word) {
  union { transfer_u32 word; float number; } either;
  either.word = word;
  return either.number;
}

TRANSFER_FUNCTION transfer_u32 transfer_f32_sum(transfer_u32 left, transfer_u32 right) {
  union { transfer_u32 word; float number; } either;
  either.number = transfer_f32(left) + transfer_f32(right);
  return either.word;
}

#ifdef TRANSFER_HAS_FLOAT64
TRANSFER_FUNCTION double transfer_f64(transfer_u64 word) {
  union { transfer_u64 word; double number; } either;
  either.word = word;
  return either.number;
}

TRANSFER_FUNCTION transfer_u64 transfer_f64_sum(transfer_u64 left, transfer_u64 right) {
  union { transfer_u64 word; double number; } either;
  either.number = transfer_f64(left) + transfer_f64(right);
  return either.word;
}
#endif

/* Combines the thread's words: RESULT of the target's, `left`, and the source's, `right`. */
#define TRANSFER_COMBINE(WORD, RESULT)                                                                        \
  {                                                                                                           \
    const transfer_i64 bytes = (transfer_i64)sizeof(WORD);                                                    \
    WORD word[TRANSFER_WORDS], kept[TRANSFER_WORDS];                                                          \
    TRANSFER_UNROLL for (int w = 0; w < TRANSFER_WORDS; w++) {                                                \
      if (index[w] < words) {                                                                                 \
        word[w] = *(TRANSFER_GLOBAL const WORD *)(source_origin + (transfer_u64)(source[w] * bytes));         \
        kept[w] = *(TRANSFER_GLOBAL const WORD *)(target_origin + (transfer_u64)(target[w] * bytes));         \
      }                                                                                                       \
    }                                                                                                         \
    TRANSFER_UNROLL for (int w = 0; w < TRANSFER_WORDS; w++) {                                                \
      if (index[w] < words) {                                                                                 \
        const WORD left = kept[w], right = (WORD)((word[w] ^ (WORD)flip) - (WORD)lessened);                   \
        *(TRANSFER_GLOBAL WORD *)(target_origin + (transfer_u64)(target[w] * bytes)) = (WORD)(RESULT);        \
      }                                                                                                       \
    }                                                                                                         \
  }

#define TRANSFER_FIRST_INTEGER(WORD) ((right ^ (WORD)inverted) < (left ^ (WORD)inverted) ? right : left)
#define TRANSFER_FIRST_FLOAT(NUMBER)                                                              \
  ((is_max ? NUMBER(right) > NUMBER(left) : NUMBER(right) < NUMBER(left)) || NUMBER(right) != NUMBER(right) ? right : left)

/* What one thread of the block that combines a tile does. */
TRANSFER_FUNCTION void combine_words(transfer_u32 block, transfer_u32 thread,
                                     TRANSFER_GLOBAL const transfer_region *regions,
                                     TRANSFER_GLOBAL const transfer_tile *tiles TRANSFER_MEMORY_PARAMETERS) {
  TRANSFER_FIND_WORDS
  const transfer_u32 word_shift = region->word_shift;
  const int is_float = region->number == TRANSFER_FLOAT, is_max = region->combination == TRANSFER_MAX;
  /* An integer with all its bits inverted is one less than its negative. */
  const transfer_u64 lessened = is_float ? 0 : flip;
  /* Integers in the order that is asked for are unsigned ones in theirs, but for these bits. */
  const transfer_u64 sign = region->number == TRANSFER_SIGNED ? (transfer_u64)1 << ((8 << word_shift) - 1) : 0;
  const transfer_u64 inverted = is_max ? ~sign : sign;

  if (region->combination == TRANSFER_SUM) {
    switch (word_shift + (is_float ? 4 : 0)) {
      case 0: TRANSFER_COMBINE(transfer_u8, left + right) break;
      case 1: TRANSFER_COMBINE(transfer_u16, left + right) break;
      case 2: TRANSFER_COMBINE(transfer_u32, left + right) break;
      case 3: TRANSFER_COMBINE(transfer_u64, left + right) break;
      case 6: TRANSFER_COMBINE(transfer_u32, transfer_f32_sum(left, right)) break;
#ifdef TRANSFER_HAS_FLOAT64
      case 7: TRANSFER_COMBINE(transfer_u64, transfer_f64_sum(left, right)) break;
#endif
    }
  } else {
    switch (word_shift + (is_float ? 4 : 0)) {
      case 0: TRANSFER_COMBINE(transfer_u8, TRANSFER_FIRST_INTEGER(transfer_u8)) break;
      case 1: TRANSFER_COMBINE(transfer_u16, TRANSFER_FIRST_INTEGER(transfer_u16)) break;
      case 2: TRANSFER_COMBINE(transfer_u32, TRANSFER_FIRST_INTEGER(transfer_u32)) break;
      case 3: TRANSFER_COMBINE(transfer_u64, TRANSFER_FIRST_INTEGER(transfer_u64)) break;
      case 6: TRANSFER_COMBINE(transfer_u32, TRANSFER_FIRST_FLOAT(transfer_f32)) break;
#ifdef TRANSFER_HAS_FLOAT64
      case 7: TRANSFER_COMBINE(transfer_u64, TRANSFER_FIRST_FLOAT(transfer_f64)) break;
#endif
    }
  }
}

#if defined(__OPENCL_VERSION__)
#define TRANSFER_ENTRY(NAME, WORDS, BLOCKS)                                                                     \
  __kernel __attribute__((reqd_work_group_size(TRANSFER_THREADS, 1, 1))) void NAME(                             \
      __global const transfer_region *regions, __global const transfer_tile *tiles TRANSFER_MEMORY_PARAMETERS) { \
    WORDS((uint)get_group_id(0), (uint)get_local_id(0), regions, tiles TRANSFER_EACH(TRANSFER_ARGUMENT));        \
  }
#elif defined(__CUDA__)
#define TRANSFER_ENTRY(NAME, WORDS, BLOCKS)                                                                   \
  extern "C" __attribute__((global)) __attribute__((launch_bounds(TRANSFER_THREADS, BLOCKS))) void NAME(      \
      TRANSFER_GLOBAL const transfer_region *regions, TRANSFER_GLOBAL const transfer_tile *tiles,             \
      const transfer_memories memories) {                                                                     \
    WORDS(__nvvm_read_ptx_sreg_ctaid_x(), __nvvm_read_ptx_sreg_tid_x(), regions, tiles, &memories);           \
  }
#elif defined(__HIP__)
#define TRANSFER_ENTRY(NAME, WORDS, BLOCKS)                                                                   \
  extern "C" __attribute__((global)) __attribute__((launch_bounds(TRANSFER_THREADS))) void NAME(              \
      TRANSFER_GLOBAL const transfer_region *regions, TRANSFER_GLOBAL const transfer_tile *tiles,             \
      const transfer_memories memories) {                                                                     \
    WORDS(__builtin_amdgcn_workgroup_id_x(), __builtin_amdgcn_workitem_id_x(), regions, tiles, &memories);    \
  }
#endif

#ifdef TRANSFER_ENTRY
/* 6 blocks on a multiprocessor are the 1536 threads that every one since Ampere has room for; 40 registers for each.
 * Whoever combines holds twice as many words. */
TRANSFER_ENTRY(transfer_regions, transfer_words, 1536 / TRANSFER_THREADS)
TRANSFER_ENTRY(combine_regions, combine_words, 1024 / TRANSFER_THREADS)
#endif

#endif
