#!/bin/sh
# build.sh FOLDER: builds FOLDER/on-device, which checks and measures the kernel on a machine with a CUDA device.
# It needs no CUDA to be built, and to run nothing but the driver and a C library as new as the one here.
set -eu
here=$(dirname "$0")
sources=$here/../../Sources/CAccelerators
mkdir -p "$1"
clang -O2 -Wall -Wextra -Werror -std=gnu17 ${CELLS:+"-DCELLS=$CELLS"} -I "$sources/include" \
  "$here"/*.c "$sources"/*.c -ldl -o "$1/on-device"
