#ifndef HALO_CSNAPSHOT_H
#define HALO_CSNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

// Asks the system to begin to write a part of a file to the disk; does not wait, and nothing depends on it.
static inline void halo_begin_writing(int file, long long offset, long long count) {
#if defined(SYS_sync_file_range) && defined(__LP64__)
  (void)syscall(SYS_sync_file_range, file, offset, count, 2 /* SYNC_FILE_RANGE_WRITE */);
#else
  (void)file, (void)offset, (void)count;
#endif
}

// The checksum CRC-32C by the processor's own instruction.

static inline bool halo_has_crc32c(void) {
#if defined(__x86_64__)
  unsigned int eax, ebx, ecx, edx;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & (1u << 20)) != 0;  // SSE 4.2
#elif defined(__aarch64__)
  return (getauxval(16) & (1ul << 7)) != 0;  // AT_HWCAP, HWCAP_CRC32
#else
  return false;
#endif
}

// Takes bytes into a checksum whose bits are all inverted; only where halo_has_crc32c().
#if defined(__x86_64__)
__attribute__((target("sse4.2")))
#elif defined(__aarch64__)
__attribute__((target("crc")))
#endif
static inline uint32_t halo_crc32c(uint32_t crc, const void *start, size_t count) {
#if defined(__x86_64__) || defined(__aarch64__)
  const unsigned char *bytes = (const unsigned char *)start;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
#if defined(__x86_64__)
    crc = (uint32_t)__builtin_ia32_crc32di(crc, word);
#else
    crc = __builtin_arm_crc32cd(crc, word);
#endif
  }
  for (; count > 0; count--, bytes++) {
#if defined(__x86_64__)
    crc = __builtin_ia32_crc32qi(crc, *bytes);
#else
    crc = __builtin_arm_crc32cb(crc, *bytes);
#endif
  }
#else
  (void)start, (void)count;
#endif
  return crc;
}

// What zlib's and zstd's functions take, by their documented binary interfaces: the libraries are looked for when the
// program runs, so that building needs no headers of theirs. Each function is called through its address.

typedef struct {
  const unsigned char *next_in;
  unsigned int avail_in;
  unsigned long total_in;
  unsigned char *next_out;
  unsigned int avail_out;
  unsigned long total_out;
  const char *message;
  void *state;
  void *(*allocate)(void *, unsigned int, unsigned int);
  void (*release)(void *, void *);
  void *opaque;
  int data_type;
  unsigned long adler;
  unsigned long reserved;
} halo_z_stream;

typedef struct {
  const void *start;
  size_t size, position;
} halo_zstd_input;

typedef struct {
  void *start;
  size_t size, position;
} halo_zstd_output;

static inline int halo_deflate_init(const void *function, halo_z_stream *stream, int level) {
  // Method 8 is deflate; 16 added to the largest window's 15 bits asks for a gzip header.
  return ((int (*)(halo_z_stream *, int, int, int, int, int, const char *, int))function)(
      stream, level, 8, 15 + 16, 8, 0, "1.2.11", (int)sizeof(halo_z_stream));
}

static inline int halo_inflate_init(const void *function, halo_z_stream *stream) {
  return ((int (*)(halo_z_stream *, int, const char *, int))function)(
      stream, 15 + 16, "1.2.11", (int)sizeof(halo_z_stream));
}

static inline int halo_z_step(const void *function, halo_z_stream *stream, int flush) {
  return ((int (*)(halo_z_stream *, int))function)(stream, flush);
}

static inline int halo_z_call(const void *function, halo_z_stream *stream) {
  return ((int (*)(halo_z_stream *))function)(stream);
}

static inline void *halo_zstd_make(const void *function) { return ((void *(*)(void))function)(); }

static inline size_t halo_zstd_free(const void *function, void *context) {
  return ((size_t(*)(void *))function)(context);
}

static inline size_t halo_zstd_set(const void *function, void *context, int parameter, int value) {
  return ((size_t(*)(void *, int, int))function)(context, parameter, value);
}

static inline size_t halo_zstd_compress(
    const void *function, void *context, halo_zstd_output *output, halo_zstd_input *input, int directive) {
  return ((size_t(*)(void *, halo_zstd_output *, halo_zstd_input *, int))function)(context, output, input, directive);
}

static inline size_t halo_zstd_decompress(
    const void *function, void *context, halo_zstd_output *output, halo_zstd_input *input) {
  return ((size_t(*)(void *, halo_zstd_output *, halo_zstd_input *))function)(context, output, input);
}

static inline unsigned halo_zstd_is_error(const void *function, size_t code) {
  return ((unsigned (*)(size_t))function)(code);
}

#endif
