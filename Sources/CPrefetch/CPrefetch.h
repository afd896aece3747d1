#ifndef HALO_CPREFETCH_H
#define HALO_CPREFETCH_H

#include <stdbool.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

// Ask for the cache line that holds an address. They never fault, whatever the address.

static inline __attribute__((always_inline)) void halo_prefetch_to_first_level(const void *address) {
  __builtin_prefetch(address, 0, 3);
}

static inline __attribute__((always_inline)) void halo_prefetch_to_second_level(const void *address) {
  __builtin_prefetch(address, 0, 2);
}

// Whether the processor can have as many lines on their way to its first level of cache as to its second: AMD's, and
// those made after its design.
static inline bool halo_has_wide_first_level(void) {
#if defined(__x86_64__)
  unsigned int leaf, ebx, ecx, edx;
  if (!__get_cpuid(0, &leaf, &ebx, &ecx, &edx)) return false;
  return (ebx == 0x68747541 && edx == 0x69746e65 && ecx == 0x444d4163)      // "AuthenticAMD"
         || (ebx == 0x6f677948 && edx == 0x6e65476e && ecx == 0x656e6975);  // "HygonGenuine"
#else
  return false;
#endif
}

#endif
