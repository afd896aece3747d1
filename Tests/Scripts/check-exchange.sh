#!/bin/bash
# Checks halo-bench exchange as its user sees it: under mpirun, on several numbers of ranks, with bad input refused once.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh

need_packages
need_swift

. Tests/Scripts/checks.sh

swift build --product halo-bench --quiet || die 70 "halo-bench could not be built: see the messages above"
program=$(swift build --show-bin-path)/halo-bench

# Runs the benchmark: the number of ranks, then its arguments.
run() {
  local ranks=$1
  shift
  status=0
  mpi_flags "$ranks"
  timeout 120 mpirun ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} -n "$ranks" "$program" exchange "$@" \
    >"$output" 2>"$errors" || status=$?
}

# Ranks, messages and bytes that a rank sends, then the arguments.
measures() {
  local ranks=$1 messages=$2 bytes=$3
  shift 3
  run "$ranks" "$@" --reps 3 --json -
  check "$ranks ranks, $*: exits with 0" [ "$status" -eq 0 ]
  check "$ranks ranks, $*: has found every halo cell right" contains '"verified": true'
  check "$ranks ranks, $*: $messages messages" contains "\"messages_per_rank\": $messages,"
  check "$ranks ranks, $*: $bytes bytes" contains "\"bytes_per_rank\": $bytes,"
  check "$ranks ranks, $*: says nothing else" [ ! -s "$errors" ]
}

echo "updates of 1 to 6 ranks"
# Cells times bytes of a cell times fields; no part of a message is one that has to be filled up to 16 bytes.
measures 1 0 0 --local 4,5,6 --halo 2 --fields 2
measures 2 1 $((2 * 2 * 10 * 12 * 8)) --local 5,6,8 --halo 2 --fields 1 --process-grid 2,1,1
measures 2 1 $((4 * 6 * 8 * 4 * 2)) --local 5,6,8 --halo 4 --fields 2 --dtype float32 --process-grid 2,1,1 --faces \
  --periodic 0,1,1
measures 4 3 $(((10 * 8 - 6 * 4) * 8 * 16)) --local 6,4,4 --halo 2 --fields 1 --dtype complex128 --process-grid 2,2,1
measures 4 2 $((2 * 4 * 4 * 8 * 3)) --local 4,4,4 --halo 1 --fields 3 --process-grid 4,1,1 --faces
measures 6 3 $((2 * 2 * 2 * 8 + 2 * 2 * 4)) --local 2,4,8 --halo 2 --fields 1 --dtype int8 --process-grid 1,3,2 --faces \
  --periodic 0,0,0
run 2 --local 8,8,8 --reps 3 --route packed
check "a table: exits with 0" [ "$status" -eq 0 ]
for word in update pack send wrap wait unpack 'plan itself'; do
  check "a table: has $word" grep -qE "^ *$word +[0-9.]+ +[0-9.]+ +[0-9.]+$" "$output"
done
check "a table: has the route to the other rank" grep -qE '^1 +0 +packed +1 ' "$output"
check "a table: has the way within the rank" grep -qE '^1 +1 +local +0 ' "$output"

echo "bad input"
refused() {
  local ranks=$1 message=$2
  shift 2
  run "$ranks" "$@"
  check "$*: exits with 64" [ "$status" -eq 64 ]
  check "$*: says so in one line" [ "$(cat "$errors")" = "halo-bench: $message" ]
  check "$*: runs nothing" [ ! -s "$output" ]
}
refused 4 '--process-grid 2,1,1: a grid of 2 ranks, and 4 run: start as many with mpirun -n' --process-grid 2,1,1
refused 2 '--process-grid: axis 1 has 0 ranks; give 1 or more' --process-grid 2,0,1
refused 2 '--process-grid 4294967296,4294967296,1: more ranks than can be counted, and 2 run: start as many with mpirun -n' \
  --process-grid 4294967296,4294967296,1
refused 2 '--process-grid: the cells along axis 0 cannot be counted' --process-grid 9223372036854775807,1,1
refused 4 '--halo 9: wider than axis 1 of --local, which has 8 cells' --local 10,8,10 --halo 9
refused 2 "--route local: leads to no other rank, and 2 run: give packed or auto" --route local
refused 2 '--fields 0: give 1 or more' --fields 0
refused 2 '--reps 0: give a number from 1 to 1000000' --reps 0
refused 2 '--json /no/such/folder/file: cannot write to this file: No such file or directory' --json /no/such/folder/file

printf 'halo-bench exchange: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
