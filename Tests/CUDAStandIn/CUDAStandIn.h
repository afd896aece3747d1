/* What the stand-in for CUDA's driver has beside the driver's own calls, for tests to look up by dlsym. */
#ifndef CUDA_STAND_IN_H
#define CUDA_STAND_IN_H

#include <stdint.h>

/* How often this process has called a function of the driver, by its symbol, such as "cuLaunchKernel" or
 * "cuMemAlloc_v2"; 0 for one that it has not called. Calls that failed count too.
 * In Swift: CUDAStandIn.calls(of:), in Tests/DeviceTesting. */
uint64_t cuda_stand_in_calls(const char *symbol);

#endif
