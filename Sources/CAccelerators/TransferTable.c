#include "TransferTable.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const char source[] = {
#embed "include/TransferKernel.h"
    , 0};
static const char ptx[] = {
#embed "TransferKernel.ptx"
    , 0};

const char *transfer_kernel_source(void) { return source; }

const char *transfer_kernel_ptx(void) { return ptx; }
