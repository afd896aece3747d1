#!/bin/bash
# Checks the forms of the kernel for accelerators that need no GPU: the PTX that is checked in is what its source gives,
# HIP's form compiles, and the PTX, interpreted, copies every byte right.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

need_swift

source=Sources/CAccelerators/include/TransferKernel.h heat=Examples/Sources/heat
stand_in=.build/stand-ins

# By the script beside a PTX, which makes it from its source.
ptx_is_made_again() {
  "${1%/*}/make-ptx.sh" "$folder/again.ptx" >"$output" 2>"$errors" && diff "$1" "$folder/again.ptx" >>"$output"
}

hip_compiles() {
  clang-15 -x hip --cuda-device-only -nogpuinc -nogpulib -Werror -O3 -S --offload-arch="$1" "$2" \
    -o "$folder/hip.s" >"$output" 2>"$errors"
}

if command -v clang-15 >/dev/null; then
  for ptx in Sources/CAccelerators/TransferKernel.ptx "$heat/Spread.ptx"; do
    check "PTX: made again, it is the text that is checked in: $ptx" ptx_is_made_again "$ptx"
  done
  for architecture in gfx90a gfx1030; do
    check "HIP: compiles for $architecture" hip_compiles "$architecture" "$source"
    check "HIP: the example's compiles for $architecture" hip_compiles "$architecture" "$heat/Spread.cl"
  done
else
  echo "SKIPPED making the PTX again, and HIP's form: there is no clang-15"
fi

builds() { "$@" >"$output" 2>"$errors"; }

check "the stand-in for CUDA's driver: builds" builds Tests/CUDAStandIn/build.sh "$stand_in"
check "the program for machines with a GPU: builds" builds Tests/OnDevice/build.sh "$folder"
LD_LIBRARY_PATH=$stand_in check "PTX, interpreted: every byte right" builds "$folder/on-device" check 40 "$RANDOM"

# A kernel that oclgrind runs is watched: it tells of every access outside of what was allocated.
oclgrind=/usr/lib/oclgrind/liboclgrind-rt-icd.so
tests=(.build/debug/*.xctest)

watched='DeviceCopyListTests|DeviceCombinationTests|DeviceBufferTests|DeviceKernelTests.(blocks|launches|aKernelIsGiven)'

is_clean_under_oclgrind() {
  mkdir -p "$folder/vendors" && echo "$oclgrind" >"$folder/vendors/oclgrind.icd"
  OCL_ICD_VENDORS=$folder/vendors OCLGRIND_CHECK_API=1 "${tests[0]}" --testing-library swift-testing \
    --no-parallel --filter "$watched" >"$output" 2>"$errors" &&
    grep -q 'Oclgrind Simulator' "$output" && ! grep -i 'invalid\|race' "$output" "$errors"
}

if [ -e "$oclgrind" ] && [ -e "${tests[0]}" ]; then
  check "OpenCL, under oclgrind: lists of copies, buffers, and kernels" is_clean_under_oclgrind
else
  echo "SKIPPED the kernel under oclgrind: there is no oclgrind, or no build of the tests"
fi

# The stand-in lets MPI touch a device's memory, as a library that knows devices does: read before the device is ready,
# it holds something else.
direct_messages() {
  mpi_flags "$1"
  HALO_TEST_CUDA_DRIVER=$PWD/$stand_in/libcuda.so.1 HALO_MPI_GPU_AWARE=1 CUDA_STAND_IN_MPI=1 \
    mpirun -n "$1" ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} "${tests[0]}" --testing-library swift-testing --no-parallel \
    --filter 'Device(Plan|Update|Accumulate)MPITests' >"$output" 2>"$errors"
}

# Every transfer that a plan begins behind its memory's back is waited for before anyone else uses the bytes.
checked_transfers() {
  mpi_flags "$1"
  HALO_TEST_CUDA_DRIVER=$PWD/$stand_in/libcuda.so.1 HALO_CHECK_TRANSFERS=1 \
    mpirun -n "$1" ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} "${tests[0]}" --testing-library swift-testing --no-parallel \
    --filter 'Device(Plan|Update|Accumulate|Measuring)MPITests' >"$output" 2>"$errors"
}

if [ -e "${tests[0]}" ]; then
  check "transfers of plans that are waited for" checked_transfers 2
  check "messages that MPI takes from a device's memory" direct_messages 2
else
  echo "SKIPPED messages from device to device: there is no build of the tests"
fi

printf 'kernel for accelerators: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
