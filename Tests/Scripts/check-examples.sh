#!/bin/bash
# Builds the examples, runs their own tests, and checks as a user would see it what they promise: the same field to the
# last bit on any number of ranks, the order of convergence, pictures, and bad input refused in one line.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

need_packages
need_swift
need_libpng

is_between() { awk -v value="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(value >= low && value <= high) }'; }
is_png() { [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ]; }

# Runs an example: the number of ranks, its name, its arguments.
run() {
  local ranks=$1 name=$2
  shift 2
  status=0
  run_ranks 120 "$ranks" "${RANK_COMMAND[@]}" "$binaries/$name" "$@" || status=$?
}

# Whether a run has ended with the checksum of the first of its kind, which `first` holds once it is known.
is_as_first() {
  check "$1: ends well" [ "$status" -eq 0 ]
  first=${first:-$(checksum)}
  check "$1: has a checksum" [ -n "$(checksum)" ]
  check "$1: the checksum is that of the first run, $first" [ "$(checksum)" = "$first" ]
}

echo "the examples' own tests"
binaries=Examples/.build/release
swift build --package-path Examples --configuration release --build-tests --quiet >"$output" 2>"$errors"
check "the examples and their tests can be built" [ $? -eq 0 ]
bundles=("$binaries"/*PackageTests.xctest)
timeout 300 "${bundles[0]}" --testing-library swift-testing >"$output" 2>"$errors"
check "the tests pass" [ $? -eq 0 ]

echo "the script that users call"
# As run does, through the script.
call() {
  status=0
  timeout 120 Examples/run.sh "$@" >"$output" 2>"$errors" || status=$?
}
for arguments in 'tsunami --resolution 32 --steps 4 --pictures 0' 'sphere --cells 8 --days 1 --pictures 0' \
  'heat --size 9 --steps 6 --grids 1' 'waves --size 16 --time 0.1 --no-picture'; do
  # shellcheck disable=SC2086
  run 2 $arguments
  check "$arguments: ends well" [ "$status" -eq 0 ]
  first=$(checksum)
  # shellcheck disable=SC2086
  call $arguments --ranks 2
  is_as_first "run.sh $arguments"
done
call heat --grid 3
check "hands on the exit status" [ "$status" -eq 64 ]
check "hands on what is said" grep -qF "error: Unknown option '--grid'" "$errors"
call tide
check "refuses an example that there is not" errors_are "run.sh: there is no example 'tide': --help lists them"
check "exits with 64" [ "$status" -eq 64 ]
call heat --ranks all
check "refuses ranks that are no number" errors_are "run.sh: --ranks takes a whole number from 1 up, not 'all'"
check "exits with 64" [ "$status" -eq 64 ]

echo "tsunami: the same sea on any number of ranks"
first=
for ranks in 1 2 4 6; do
  run "$ranks" tsunami --resolution 96 --minutes 30 --pictures 0
  is_as_first "$ranks ranks"
  drift=$(awk '/drift/ { print $NF }' "$output")
  check "$ranks ranks: no water is lost or made" is_between "${drift:-1}" -1e-13 1e-13
  check "$ranks ranks: prints where the time went" grep -qE '^interior +594 ' "$output"
done

echo "tsunami: pictures"
run 4 tsunami --resolution 64 --steps 20 --pictures 2 --output "$folder/pictures"
check "ends well" [ "$status" -eq 0 ]
for picture in wave-00 wave-01 highest; do
  check "draws $picture.png" is_png "$folder/pictures/$picture.png"
done

echo "sphere: the same bell on any number of ranks, over the corners of the cube"
first=
for ranks in 1 2 3 6 12 24; do
  run "$ranks" sphere --cells 16 --days 3 --pictures 0
  is_as_first "$ranks ranks"
  drift=$(awk '/drift/ { print $NF }' "$output")
  check "$ranks ranks: no mass is lost or made" is_between "${drift:-1}" -1e-13 1e-13
done
run 4 sphere --cells 16 --days 3 --pictures 0 --layout 2,3
check "blocks that are not square: the same checksum" [ "$(checksum)" = "$first" ]

echo "sphere: error norms and pictures"
coarse='' norm=''
for cells in 24 48; do
  run 4 sphere --cells "$cells" --pictures 2 --output "$folder/pictures"
  check "$cells cells: ends well" [ "$status" -eq 0 ]
  coarse=$norm norm=$(awk '/^error norms/ { print $6 + 0 }' "$output")
done
order=$(awk -v coarse="$coarse" -v fine="$norm" 'BEGIN { print log(coarse / fine) / log(2) }')
check "the bell is back, l2 $norm" is_between "${norm:-1}" 0.001 0.13
check "the order between 24 and 48 cells, $order, is about 2" is_between "${order:-0}" 1.7 2.2
for picture in sphere-00 sphere-01 sphere-way; do
  check "draws $picture.png" is_png "$folder/pictures/$picture.png"
done

echo "heat: the order of convergence"
run 4 heat --size 16 --steps 24 --grids 3
check "ends well" [ "$status" -eq 0 ]
order=$(awk '$1 == 64 { print $4 }' "$output")
check "the order between the finest two grids, $order, is 2" is_between "${order:-0}" 1.9 2.1

echo "heat: the same bits on any number of ranks, in the memory of any device"
# What is printed of each grid, and the checksum of all.
figures() { awk '$1 ~ /^[0-9]+$/ && NF == 4 || $1 == "checksum"' "$output"; }

is_as_on_the_host() {
  check "$1: ends well" [ "$status" -eq 0 ]
  check "$1: the figures and the checksum are those of the host" [ "$(figures)" = "$on_host" ]
}
heat_of() {
  local ranks=$1
  shift
  run "$ranks" heat --size 9 --steps 6 --grids 2 "$@"
}
# OpenCL on the processor, where the ranks have it already.
export POCL_MAX_PTHREAD_COUNT=1
heat_of 1
on_host=$(figures)
check "has three lines of figures" [ "$(wc -l <<<"$on_host")" -eq 3 ]
for ranks in 2 4; do
  heat_of "$ranks"
  is_as_on_the_host "host, $ranks ranks"
done
heat_of 1 --memory opencl
if grep -qE 'no OpenCL driver|has no device' "$errors"; then
  echo "SKIPPED heat on OpenCL: $(cat "$errors")"
else
  is_as_on_the_host "OpenCL, 1 rank"
  check "tells the device" grep -q '^heat: .* in memory of OpenCL device 0 ' "$output"
  for ranks in 2 4; do
    heat_of "$ranks" --memory opencl
    is_as_on_the_host "OpenCL, $ranks ranks"
  done
fi
check "the stand-in for CUDA's driver: builds" Tests/CUDAStandIn/build.sh "$folder/stand-in"
LD_LIBRARY_PATH=$folder/stand-in heat_of 2 --memory cuda
is_as_on_the_host "CUDA, 2 ranks"
if ldconfig -p | grep -q 'libcuda\.so\.1'; then
  echo "SKIPPED heat without CUDA's driver: there is one"
else
  heat_of 2 --memory cuda
  check "without a driver: one line" grep -qxE 'all 2 ranks: error: CUDA: no CUDA driver: looked for libcuda\.so\.1 .*' "$errors"
  check "without a driver: no other line" [ "$(wc -l <"$errors")" -eq 1 ]
  check "without a driver: exit status 1" [ "$status" -eq 1 ]
fi

echo "waves: the same sound on any number of ranks, and no energy lost"
first=
for ranks in 1 2 4 6; do
  run "$ranks" waves --size 24 --time 0.5 --no-picture
  is_as_first "$ranks ranks"
  drift=$(awk '/drift/ { if ($NF < 0) $NF = -$NF; if ($NF > most) most = $NF; moments++ } END { print moments == 6 ? most + 0 : 1 }' "$output")
  check "$ranks ranks: the energy drifts by rounding alone, $drift" is_between "$drift" 0 1e-14
done
check "prints which share of the messages was hidden" grep -qE '^hidden: [0-9.]+ % of the transfer$' "$output"
run 4 waves --size 16 --time 0.1 --moments 2 --output "$folder/pictures"
check "ends well" [ "$status" -eq 0 ]
check "draws waves.png" is_png "$folder/pictures/waves.png"

echo "bad input"
refused() {
  local expected=$1 message=$2
  shift 2
  run 4 "$@"
  check "$*: one line" errors_are "$message"
  check "$*: exit status $expected" [ "$status" -eq "$expected" ]
}
printf 'not an array' >"$folder/text.npy"
head -c 1000 Examples/Sources/tsunami/Ground/salish-sea-topobathy.npy >"$folder/short.npy"
refused 1 "all 4 ranks: error: $folder/none.npy cannot be read: no such file" tsunami --ground "$folder/none.npy"
refused 1 "all 4 ranks: error: $folder/text.npy is not a NumPy file: it does not start with \\x93NUMPY and a version" \
  tsunami --ground "$folder/text.npy"
refused 1 "all 4 ranks: error: $folder/short.npy should hold 43680 bytes of data for shape [91, 120] of <f4, found 872" \
  tsunami --ground "$folder/short.npy"
refused 64 "error: Unknown option '--grid'. Did you mean '--grids'? (see --help)" heat --grid 3
refused 64 "error: The value 'gpu' is invalid for '--memory <memory>'. Please provide one of 'host', 'opencl', 'cuda' or 'hip'. (see --help)" \
  heat --memory gpu
refused 64 "error: --size takes 8 to 2000 cells, not 3 (see --help)" waves --size 3
refused 64 "error: --resolution takes 16 to 20000 cells, not 3 (see --help)" tsunami --resolution 3
refused 64 "error: --cells takes 4 to 4096, not 3 (see --help)" sphere --cells 3
refused 1 "all 4 ranks: error: 6 blocks, six tiles of a layout, cannot be dealt evenly to 4 ranks: run with a number of ranks that divides 6 or choose another layout" \
  sphere --layout 1,1
# A file where the folder for the pictures should be, and a disk without room: rank 0 alone draws.
run 4 tsunami --resolution 32 --steps 2 --output "$folder/text.npy"
check "no folder for pictures: one line" grep -qxE "rank 0: error: the folder $folder/text.npy for the pictures cannot be made: .*" "$errors"
check "no folder for pictures: exit status 1" [ "$status" -eq 1 ]
mkdir "$folder/full"
ln -s /dev/full "$folder/full/wave-00.png"
refused 1 "rank 0: error: $folder/full/wave-00.png cannot be written: Write Error" \
  tsunami --resolution 32 --steps 2 --output "$folder/full"
run 7 heat --size 5
check "ranks that do not fit: one line" errors_are "all 7 ranks: error: no process grid of 7 ranks gives each a block of [5, 5, 5]: run with another number of ranks"
check "ranks that do not fit: exit status 1" [ "$status" -eq 1 ]

printf 'examples: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
