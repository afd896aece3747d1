#!/bin/sh
# make-ptx.sh [FILE]: makes the kernel's PTX again, into FILE or into the one that is checked in. The text depends on the
# compiler: it is Debian 12's clang-15, or what HALO_PTX_CLANG names.
set -eu
here=$(dirname "$0")
exec "${HALO_PTX_CLANG:-clang-15}" -x cuda --cuda-device-only -nocudainc -nocudalib -O3 -ffp-contract=off -S \
  --cuda-gpu-arch=sm_50 "$here/Spread.cl" -o "${1:-$here/Spread.ptx}"
