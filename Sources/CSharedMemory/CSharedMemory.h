#ifndef HALO_CSHAREDMEMORY_H
#define HALO_CSHAREDMEMORY_H

// What Linux offers for memory of several processes, and the C library's headers show only to those who define
// _GNU_SOURCE, or only in its newer versions.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// Advice to madvise, by its number, so that an older C library will do; an older kernel refuses it with EINVAL.
enum { HALO_MADV_POPULATE_WRITE = 23, HALO_MADV_COLLAPSE = 25 };

// A file of memory without a name, closed when another program is executed; -1 and errno if there can be none.
static inline int halo_memory_file(const char *label) {
#if defined(SYS_memfd_create)
  const unsigned int close_on_exec = 1, not_executable = 8;
  int file = (int)syscall(SYS_memfd_create, label, close_on_exec | not_executable);
  // Linux before 6.3 does not know of files that are not executable.
  if (file < 0 && errno == EINVAL) file = (int)syscall(SYS_memfd_create, label, close_on_exec);
  return file;
#else
  errno = ENOSYS;
  return -1;
#endif
}

// Maps shared memory a second time, from an address on that is a multiple of the page size; MAP_FAILED and errno if that
// cannot be.
static inline void *halo_map_again(void *start, size_t byte_count) {
#if defined(SYS_mremap)
  const int may_move = 1;
  return (void *)syscall(SYS_mremap, start, (size_t)0, byte_count, may_move, (void *)0);
#else
  errno = ENOSYS;
  return MAP_FAILED;
#endif
}

// Locks on one byte of an open file, which go when the last descriptor of this opening is closed: with the process.
static inline int halo_lock_command(int file, int command, int64_t byte, struct flock *lock) {
  memset(lock, 0, sizeof *lock);
  lock->l_type = F_WRLCK;
  lock->l_whence = SEEK_SET;
  lock->l_start = byte;
  lock->l_len = 1;
  return fcntl(file, command, lock);
}

static inline bool halo_lock_byte(int file, int64_t byte) {
  const int set_lock_of_open_file = 37;
  struct flock lock;
  return halo_lock_command(file, set_lock_of_open_file, byte, &lock) == 0;
}

// Whether another opening of the file holds the lock; true, too, if that cannot be found out.
static inline bool halo_is_byte_locked(int file, int64_t byte) {
  const int get_lock_of_open_file = 36;
  struct flock lock;
  return halo_lock_command(file, get_lock_of_open_file, byte, &lock) != 0 || lock.l_type != F_UNLCK;
}

// A descriptor that stands for a process; -1 and errno if there can be none.
static inline int halo_process_file(int process) {
#if defined(SYS_pidfd_open)
  return (int)syscall(SYS_pidfd_open, process, 0);
#else
  errno = ENOSYS;
  return -1;
#endif
}

// Whether the process that the descriptor stands for has ended.
static inline bool halo_process_has_ended(int process_file) {
  struct pollfd asked = {process_file, POLLIN, 0};
  return poll(&asked, 1, 0) == 1;
}

#endif
