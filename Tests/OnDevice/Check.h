#ifndef ON_DEVICE_CHECK_H
#define ON_DEVICE_CHECK_H

#include "Device.h"

/* Ends the program at the first byte that is wrong. */
void check(const variant *variant, unsigned cases, uint64_t seed);

#endif
