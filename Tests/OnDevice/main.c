/* Checks and measures the kernel on a CUDA device.
 *
 *   on-device check [CASES [SEED [VARIANT]]]   random tables against an oracle
 *   on-device measure [VARIANT...]             times, as tables in Markdown, of the kernel as shipped and of variants
 *   on-device faces                            every face once, for a profiler
 *   on-device siblings                         whether ranks may read each other's memory; the exit status tells too
 *
 * A variant is file:threads:words: PTX, and what TRANSFER_THREADS and TRANSFER_WORDS were when it was made.
 */
#include "Check.h"
#include "Measure.h"
#include "Siblings.h"

#include <string.h>

static int tell_of_siblings(void) {
  const int refusal = siblings_refusal();
  printf("process_vm_readv: %s\n", refusal ? strerror(refusal) : "allowed");
  return refusal ? 1 : 0;
}

static void measure(int variant_count, char **variants) {
  start_peer();
  start_device();
  const variant shipped = load_variant(NULL);
  start_measuring();
  measure_copies();
  measure_transfers(&shipped);
  measure_routes(&shipped);
  measure_peer();
  for (int number = 0; number < variant_count; number++) {
    const variant variant = load_variant(variants[number]);
    measure_transfers(&variant);
  }
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const char *what = count > 1 ? arguments[1] : "";
  if (strcmp(what, "siblings") == 0) return tell_of_siblings();
  if (strcmp(what, "check") == 0) {
    start_device();
    const variant variant = load_variant(count > 4 ? arguments[4] : NULL);
    check(&variant, count > 2 ? (unsigned)atoi(arguments[2]) : 200, count > 3 ? strtoull(arguments[3], NULL, 10) : 1);
  } else if (strcmp(what, "measure") == 0) {
    measure(count - 2, arguments + 2);
  } else if (strcmp(what, "faces") == 0) {
    start_device();
    const variant shipped = load_variant(NULL);
    start_measuring();
    copy_faces_once(&shipped);
  } else {
    FAIL("usage: %s check [CASES [SEED [VARIANT]]] | measure [VARIANT...] | faces | siblings", arguments[0]);
  }
  return 0;
}
