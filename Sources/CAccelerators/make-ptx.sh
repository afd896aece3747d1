#!/bin/sh
# make-ptx.sh [FILE [OPTION…]]: makes the kernel's PTX again, into FILE or into the one that is checked in; options such
# as -DTRANSFER_WORDS=8 make a variant. The text depends on the compiler: it is Debian 12's clang-15, or what
# HALO_PTX_CLANG names.
set -eu
here=$(dirname "$0")
file=${1:-$here/TransferKernel.ptx}
[ $# -eq 0 ] || shift
exec "${HALO_PTX_CLANG:-clang-15}" -x cuda --cuda-device-only -nocudainc -nocudalib -O3 -ffp-contract=off -S --cuda-gpu-arch=sm_50 \
  "$@" "$here/include/TransferKernel.h" -o "$file"
