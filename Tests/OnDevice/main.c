/* Checks and measures the kernel on a CUDA device.
 *
 *   on-device check [CASES [SEED [VARIANT]]]   random tables against an oracle
 *   on-device measure [VARIANT...]             times, as tables in Markdown, of the kernel as shipped and of variants
 *   on-device faces                            every face once, for a profiler
 *
 * A variant is file:threads:words: PTX, and what TRANSFER_THREADS and TRANSFER_WORDS were when it was made.
 */
#include "Check.h"
#include "Measure.h"

#include <string.h>

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const char *what = count > 1 ? arguments[1] : "";
  if (strcmp(what, "check") && strcmp(what, "measure") && strcmp(what, "faces") && strcmp(what, "peer")) {
    FAIL("usage: %s check [CASES [SEED [VARIANT]]] | measure [VARIANT...] | faces", arguments[0]);
  }
  start_device();
  const variant shipped = load_variant(NULL);
  if (strcmp(what, "check") == 0) {
    const variant variant = count > 4 ? load_variant(arguments[4]) : shipped;
    check(&variant, count > 2 ? (unsigned)atoi(arguments[2]) : 200, count > 3 ? strtoull(arguments[3], NULL, 10) : 1);
  } else if (strcmp(what, "peer") == 0) {
    be_peer(&shipped);
  } else {
    start_measuring();
    if (strcmp(what, "faces") == 0) {
      copy_faces_once(&shipped);
      return 0;
    }
    measure_copies();
    measure_transfers(&shipped);
    measure_routes(&shipped);
    measure_peer(arguments[0]);
    for (int number = 2; number < count; number++) {
      const variant variant = load_variant(arguments[number]);
      measure_transfers(&variant);
    }
  }
  return 0;
}
