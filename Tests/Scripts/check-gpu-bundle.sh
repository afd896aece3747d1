#!/bin/bash
# Checks the archive for machines with a GPU: packs it of what the tests are built of, with HALO_NIGHTLY=1 of statically
# linked programs, and runs it quickly in an empty place, where neither Swift nor MPI can be seen.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

need_packages
need_swift

configuration=debug
[ -z "${HALO_NIGHTLY:-}" ] || configuration=release
archive=$folder/halo.tar.gz place=$folder/empty
bundle=$place/swift-halo-gpu
mkdir "$place"

packs() {
  Examples/gpu-bundle.sh --configuration "$configuration" --output "$archive" >"$output" 2>"$errors" &&
    tar -xzf "$archive" -C "$place"
}

echo "packing"
check "packs an archive" packs
[ -x "$bundle/run.sh" ] || die 70 "there is no archive to check: see the messages above"
check "says its size, and which C library it needs" grep -qE "^$archive: [0-9]+ KiB, for C libraries from GLIBC_2\.[0-9]+ on$" "$output"

# Takes away, in a mount namespace of its own, what this machine has of MPI, of Swift and of all that the archive brings
# along, but for what the compiler of OpenCL on the processor links kernels with; may not be allowed.
# shellcheck disable=SC2016
hide='
  mount -t tmpfs tmpfs "$2" && mkdir "$2/changes" "$2/work" &&
    mount -t overlay overlay -o "lowerdir=/usr,upperdir=$2/changes,workdir=$2/work" /usr || exit 70
  for file in "$1"/lib/lib*.so* "$1"/lib/if-missing/*/* "$1/bin/mpirun" "$1/bin/orterun" "$1/bin/orted"; do
    case $file in */libgcc_s.so.*) continue ;; esac
    rm -f /usr/lib/"${file##*/}" /usr/lib/*-linux-gnu/"${file##*/}" /usr/lib64/"${file##*/}" /usr/bin/"${file##*/}"
  done
  shift 2
  while [ "$1" != -- ]; do
    [ ! -d "$1" ] || mount -t tmpfs tmpfs "$1" || exit 70
    shift
  done
  shift
  exec "$@"'
setting() { ompi_info --parsable --path "$1" | cut -d: -f3; }
hidden=("$(setting pkglibdir)" "$(setting pkgdatadir)" "$(setting sysconfdir)"
  "$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")")
mkdir "$folder/hidden"
bare=(unshare --mount bash -c "$hide" hide "$bundle" "$folder/hidden" "${hidden[@]}" --)
if "${bare[@]}" true 2>/dev/null; then
  "${bare[@]}" "$bundle/bin/halo-bench" --help >"$output" 2>"$errors"
  check "no MPI is left to be seen" grep -q 'error while loading shared libraries: .*cannot open shared object file' "$errors"
else
  bare=()
  echo "SKIPPED hiding Swift and MPI: not allowed here"
fi

# Runs the archive's script in the empty place: the environment's variables, then its arguments after --.
run() {
  local -a variables=()
  while [ "$1" != -- ]; do
    variables+=("$1")
    shift
  done
  shift
  status=0
  (cd "$place" && timeout 300 ${bare[@]+"${bare[@]}"} env -i PATH=/usr/bin:/bin ${variables[@]+"${variables[@]}"} \
    "$bundle/run.sh" "$@") \
    >"$output" 2>"$errors" || status=$?
}

refused() {
  local expected=$1 message=$2
  shift 2
  run -- "$@"
  check "run.sh $*: exits with $expected" [ "$status" -eq "$expected" ]
  check "run.sh $*: says why in one line" grep -qE "^run\.sh: $message" "$errors"
  check "run.sh $*: says nothing else" [ "$(cat "$output" "$errors" | wc -l)" -eq 1 ]
}

echo "bad input"
refused 64 'there is no option --frob' --frob
refused 64 '--memory needs a value' --memory
refused 64 '--memory metal: give cuda, hip or opencl' --memory metal
refused 69 'HIP: (no HIP runtime: looked for libamdhip64|the driver has no device)' --memory hip --quick
refused 73 'cannot write into the folder /proc/none' --results /proc/none
run -- --help
check "--help: tells the options" contains '--results FOLDER'

# The memory, and the routes that are tested on 2 and 4 ranks.
tests_and_measures() {
  local memory=$1 routes=$2 count
  check "$memory: exits with 0" [ "$status" -eq 0 ]
  check "$memory: says nothing on standard error" [ ! -s "$errors" ]
  check "$memory: has tested halos on 2 and on 4 ranks" [ "$(grep -cE '^[1-9][0-9]* checks, 0 wrong$' "$output")" -eq 2 ]
  for route in $routes; do
    check "$memory: has tested $route twice" [ "$(grep -cE "^routes that were asked for: .*$route [0-9]+.*; chosen" "$output")" -eq 2 ]
    check "$memory: has measured $route twice" [ "$(grep -cE "^$route( +[0-9.]+){6}  " "$output")" -eq 2 ]
  done
  check "$memory: has measured packing and unpacking" [ "$(grep -cE '^c-(slab|face)-[012] +(un)?pack +[0-9]+ ' "$output")" -eq 12 ]
  check "$memory: names the device" grep -qE '^device:  [A-Za-z]+ device 0 \(.+\)$' "$output"
  check "$memory: says that all is right" contains 'every cell was right: the tables are in'
  for count in 2 4; do
    for file in "halos-$count.txt" "exchange-12,12,12-$count.txt" "exchange-12,12,12-$count.json"; do
      check "$memory: leaves $file" [ -s "$place/results/$file" ]
    done
  done
  check "$memory: leaves the whole report" cmp -s "$output" "$place/results/report.txt"
}

echo "a quick run on OpenCL"
run POCL_CACHE_DIR="$folder/kernels" -- --memory opencl --quick
if grep -q 'OpenCL: no OpenCL driver\|the driver has no device' "$errors"; then
  echo "SKIPPED the run on OpenCL: $(cat "$errors")"
else
  tests_and_measures opencl staged
fi

echo "a quick run on what stands in for CUDA"
stand_in=$folder/stand-ins
Tests/CUDAStandIn/build.sh "$stand_in" || die 70 "the stand-in could not be built: see the messages above"
run LD_LIBRARY_PATH="$stand_in" -- --memory cuda --quick
tests_and_measures cuda 'one-shot staged peer'
check "cuda: has tested the kernel" [ -s "$place/results/kernel.txt" ]

echo "a driver that fails"
run LD_LIBRARY_PATH="$stand_in" CUDA_STAND_IN_MEMORY=500 -- --memory cuda --quick --results "$folder/failed"
check "no memory: exits with 1" [ "$status" -eq 1 ]
check "no memory: says which step has failed" contains 'FAILED with exit status 1: halos of random plans, 2 ranks'
check "no memory: does not say that all is right" grep -qE '; [0-9] of the steps FAILED: the tables are in' "$output"

printf 'archive for machines with a GPU: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
