#!/bin/sh
# build.sh FOLDER: builds the stand-in as FOLDER/libcuda.so.1.
set -eu
here=$(dirname "$0")
mkdir -p "$1"
clang -O2 -Wall -Wextra -Werror -std=gnu17 -ffp-contract=off -shared -fPIC -fvisibility=hidden -pthread -Wl,-soname,libcuda.so.1 \
  -I "$here/../../Sources/CAccelerators/include" "$here/PTX.c" "$here/Driver.c" -o "$1/libcuda.so.1" -lm
