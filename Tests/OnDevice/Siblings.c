#define _GNU_SOURCE
#include "Siblings.h"
#include "Device.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char memory = 1;

/* Allows all that a process can allow by itself, as Open MPI does, then waits to be ended. */
static pid_t start_read(void) {
  int ends[2];
  if (pipe(ends) != 0) FAIL("no pipe: %s", strerror(errno));
  const pid_t process = fork();
  if (process < 0) FAIL("no process: %s", strerror(errno));
  if (process == 0) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    memory = 2;
    (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    (void)!write(ends[1], &memory, 1);
    for (;;) pause();
  }
  char ready;
  close(ends[1]);
  (void)!read(ends[0], &ready, 1);
  close(ends[0]);
  return process;
}

static int read_from(pid_t process) {
  char seen = 0;
  const struct iovec here = {&seen, 1}, there = {&memory, 1};
  if (process_vm_readv(process, &here, 1, &there, 1, 0) != 1) return errno;
  return seen == 2 ? 0 : EIO;
}

int siblings_refusal(void) {
  int status;
  const pid_t is_read = start_read(), reader = fork();
  if (reader < 0) FAIL("no process: %s", strerror(errno));
  if (reader == 0) _exit(read_from(is_read));
  waitpid(reader, &status, 0);
  kill(is_read, SIGKILL);
  waitpid(is_read, NULL, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}
