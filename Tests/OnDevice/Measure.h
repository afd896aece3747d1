#ifndef ON_DEVICE_MEASURE_H
#define ON_DEVICE_MEASURE_H

#include "Device.h"

/* Memory for fields of 512^3 float64 with a halo of 3: 16 of them with room for their messages, 19.8 GB in all; fewer, but
 * 2 at least, where the device has less. Says how many. */
void start_measuring(void);

/* Prints how fast the device copies its own memory. */
void measure_copies(void);

/* Prints a variant's times for single faces, and for all links of 1 and of 4 fields in one launch. */
void measure_transfers(const variant *variant);

/* Prints the host's time for an update, the times over pinned memory, and those of turned faces. */
void measure_routes(const variant *variant);

/* Starts a second process: before the device is, as what a driver holds is not handed on. */
void start_peer(void);

/* Prints how fast the second process writes into memory of this one. */
void measure_peer(void);

/* Copies every face once, for a profiler. */
void copy_faces_once(const variant *variant);

#endif
