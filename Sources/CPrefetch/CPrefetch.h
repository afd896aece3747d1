#ifndef HALO_CPREFETCH_H
#define HALO_CPREFETCH_H

// Ask for the cache line that holds an address. They never fault, whatever the address.

// Into the second-level cache, for use after dozens of others: more lines can be on their way to it at a time than to
// the first level, which is what a copy of short runs far apart is limited by.
static inline __attribute__((always_inline)) void halo_prefetch(const void *address) {
  __builtin_prefetch(address, 0, 2);
}

// Into the first-level cache, for use soon.
static inline __attribute__((always_inline)) void halo_prefetch_near(const void *address) {
  __builtin_prefetch(address, 0, 3);
}

#endif
