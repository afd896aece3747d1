/* Accelerators for Swift: drivers that are looked for at run time, and the kernel that moves halos. */
#ifndef CACCELERATORS_H
#define CACCELERATORS_H

#include "GPUDriver.h"
#include "HIPCompiler.h"
#include "OpenCLDriver.h"
#include "TransferKernel.h"
#include "TransferTable.h"

#endif
