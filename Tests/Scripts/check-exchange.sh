#!/bin/bash
# Checks halo-bench exchange as its user sees it: under mpirun, on several numbers of ranks, by every route, with bad
# input refused once.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh

need_packages
need_swift
command -v python3 >/dev/null || install_packages "what reads JSON" python3

. Tests/Scripts/checks.sh

swift build --product halo-bench --quiet || die 70 "halo-bench could not be built: see the messages above"
program=$(swift build --show-bin-path)/halo-bench

# Runs the benchmark: the number of ranks, then its arguments.
run() {
  local ranks=$1
  shift
  status=0
  run_ranks 120 "$ranks" "$program" exchange "$@" || status=$?
}

# Ranks, messages and bytes that a rank sends where MPI carries them, then the arguments.
measures() {
  local ranks=$1 messages=$2 bytes=$3
  shift 3
  run "$ranks" "$@" --reps 3 --route packed --json -
  check "$ranks ranks, $*: exits with 0" [ "$status" -eq 0 ]
  check "$ranks ranks, $*: has found every halo cell right" contains '"verified": true'
  check "$ranks ranks, $*: $messages messages" contains "\"messages_per_rank\": $messages,"
  check "$ranks ranks, $*: $bytes bytes" contains "\"bytes_per_rank\": $bytes,"
  check "$ranks ranks, $*: says nothing else" [ ! -s "$errors" ]
}

echo "updates of 1 to 6 ranks"
# Cells times bytes of a cell times fields, owned ones alone along axes that close on one rank; no part of a message is
# one that has to be filled up to 16 bytes.
measures 1 0 0 --local 4,5,6 --halo 2 --fields 2
measures 2 1 $((2 * 2 * 6 * 8 * 8)) --local 5,6,8 --halo 2 --fields 1 --process-grid 2,1,1
measures 2 1 $((4 * 6 * 8 * 4 * 2)) --local 5,6,8 --halo 4 --fields 2 --dtype float32 --process-grid 2,1,1 --faces \
  --periodic 0,1,1
measures 4 3 $(((10 * 8 - 6 * 4) * 4 * 16)) --local 6,4,4 --halo 2 --fields 1 --dtype complex128 --process-grid 2,2,1
measures 4 2 $((2 * 4 * 4 * 8 * 3)) --local 4,4,4 --halo 1 --fields 3 --process-grid 4,1,1 --faces
measures 6 3 $((2 * 2 * 2 * 8 + 2 * 2 * 4)) --local 2,4,8 --halo 2 --fields 1 --dtype int8 --process-grid 1,3,2 --faces \
  --periodic 0,0,0

echo "every route"
for route in window window-packed packed datatype; do
  for ranks in 1 2 4; do
    run "$ranks" --local 5,6,7 --reps 3 --route "$route" --json -
    check "$route on $ranks ranks: exits with 0" [ "$status" -eq 0 ]
    check "$route on $ranks ranks: has found every halo cell right" contains '"verified": true'
    check "$route on $ranks ranks: says that it was asked for" contains "\"verified\": true, \"route\": \"$route\""
    [ "$ranks" -eq 1 ] || check "$route on $ranks ranks: is taken" contains "\"peer\": 0, \"route\": \"$route\""
    [[ $route != window* ]] || check "$route on $ranks ranks: no message" contains '"messages_per_rank": 0,'
    check "$route on $ranks ranks: says nothing else" [ ! -s "$errors" ]
  done
done
HALO_ROUTE=datatype run 2 --local 5,6,7 --reps 3 --json -
check "auto: heeds HALO_ROUTE" contains '"peer": 0, "route": "datatype"'
HALO_SHARED_MEMORY=off run 2 --local 5,6,7 --reps 3 --route window --json -
check "window: is packed where memory is not shared" contains '"peer": 0, "route": "packed"'
run 2 --local 8,8,8 --reps 3 --route packed
check "a table: exits with 0" [ "$status" -eq 0 ]
for word in update pack send wrap wait unpack 'plan itself'; do
  check "a table: has $word" grep -qE "^ *$word +[0-9.]+ +[0-9.]+ +[0-9.]+$" "$output"
done
check "a table: has the route to the other rank" grep -qE '^1 +0 +packed +1 ' "$output"
check "a table: has the way within the rank" grep -qE '^1 +1 +local +0 ' "$output"

# One object a route, each with its own figures and all with those of the bare copy and the empty exchange.
is_comparison() {
  python3 - "$output" "$@" <<'END'
import json, sys
path, ranks, *names = sys.argv[1:]
with open(path) as file: results = json.load(file)
assert [result["route"] for result in results] == names, "routes"
for result in results:
    assert result["verified"] is True and result["ranks"] == int(ranks), "setup"
    copy = "bare_copy" if result["memory"] == "host" else "device_copy"
    assert (result["start_us"] is None) == (copy == "bare_copy"), "start"
    for name, unit in ("", "us"), (f"{copy}_", "us"), ("handshake_", "ns"):
        median = f"{name or 'median_'}{unit}"
        figures = [result[f"{name}min_{unit}"], result[median], result[f"{name}max_{unit}"]]
        if name == "handshake_" and "window" not in names: assert figures == [None] * 3, name
        else: assert 0 < figures[0] <= figures[1] <= figures[2], name
    best = min(other["median_us"] for other in results)
    assert abs(result["ratio_to_best"] * best / result["median_us"] - 1) < 1e-9, "best"
    assert abs(result[f"ratio_to_{copy}"] * result[f"{copy}_us"] / result["median_us"] - 1) < 1e-9, copy
    taken = {peer["route"] for peer in result["routes"] if peer["peer"] != peer["rank"]}
    assert taken <= ({result["route"]} if result["route"] != "auto" else set(names)), "taken"
END
}

# Ranks and, in one argument, the routes that they can take, then the arguments.
compares() {
  local ranks=$1
  local -a routes
  read -ra routes <<<"$2"
  shift 2
  run "$ranks" --compare --reps 3 "$@" --json -
  check "--compare on $ranks ranks, $*: exits with 0" [ "$status" -eq 0 ]
  check "--compare on $ranks ranks, $*: has one object a route" is_comparison "$ranks" "${routes[@]}"
  check "--compare on $ranks ranks, $*: says nothing else" [ ! -s "$errors" ]
}

echo "all routes in turn"
all='auto window window-packed packed datatype'
compares 1 'auto' --local 4,5,6 --halo 2
compares 2 "$all" --local 5,6,8 --process-grid 1,1,2 --dtype complex128
compares 2 "$all" --local 3,4,5 --process-grid 1,2,1 --periodic 0,0,1 --faces
compares 4 "$all" --local 6,4,4 --halo 2 --process-grid 2,2,1
compares 6 "$all" --local 2,4,8 --halo 2 --fields 1 --dtype int8 --process-grid 1,3,2 --periodic 1,0,0
HALO_SHARED_MEMORY=off compares 2 'auto packed datatype' --local 5,6,8
run 2 --compare --local 8,8,8 --reps 3
check "a table of all routes: exits with 0" [ "$status" -eq 0 ]
for route in $all; do
  check "a table of all routes: has $route" grep -qE "^$route( +[0-9.]+){5}  [a-z]" "$output"
done
check "a table of all routes: has the bare copy" grep -qE '^\(bare copy\)( +[0-9.]+){3} +1\.00  [a-z]' "$output"
check "a table of all routes: has the empty exchange" grep -qE 'nothing to copy: [0-9]+ ns \(min' "$output"
check "a table of all routes: has what auto takes" grep -qE '^1 +0 +(window|packed|datatype)' "$output"

echo "fields on a device"
export POCL_MAX_PTHREAD_COUNT=1
# Each kind of memory with the routes that are to be had here, if it is there: OpenCL on the processor, and the stand-in
# for CUDA, whose device runs in the ranks' own processes.
devices() {
  local memory=$1 ranks
  local -a routes
  read -ra routes <<<"$2"
  if ! "$program" exchange --memory "$memory" --local 1,1,1 --halo 1 --reps 1 >"$output" 2>"$errors"; then
    echo "SKIPPED --memory $memory: $(cat "$errors")"
    return
  fi
  for ranks in 1 2 4; do
    for route in "${routes[@]}"; do
      run "$ranks" --memory "$memory" --local 5,6,7 --reps 2 --route "$route" --json -
      check "$memory, $route on $ranks ranks: exits with 0" [ "$status" -eq 0 ]
      check "$memory, $route on $ranks ranks: has found every halo cell right" contains "\"verified\": true, \"route\": \"$route\""
      [ "$ranks" -eq 1 ] || check "$memory, $route on $ranks ranks: is taken" contains "\"peer\": 0, \"route\": \"$route\""
      check "$memory, $route on $ranks ranks: says nothing else" [ ! -s "$errors" ]
    done
  done
  compares 2 "auto ${routes[*]}" --memory "$memory" --local 4,5,6 --dtype float32 --process-grid 1,2,1
  run 2 --memory "$memory" --compare --local 6,6,6 --reps 2
  for route in auto "${routes[@]}"; do
    check "$memory, a table of all routes: has $route" grep -qE "^$route( +[0-9.]+){6}  [a-z]" "$output"
  done
  check "$memory, a table of all routes: has the device's copy" grep -qE '^\(device copy\)( +[0-9.]+){3} +1\.00  [a-z]' "$output"
  HALO_MPI_GPU_AWARE=yes run 2 --memory "$memory" --local 6,6,6 --reps 2
  check "$memory: refuses an answer for MPI that is none" grep -q 'HALO_MPI_GPU_AWARE: expected 0 or 1, found yes' "$errors"
  run 2 --memory "$memory" --local 6,6,6 --reps 2 --route staged
  for word in update start pack send wait 'plan, device'; do
    check "$memory, a table: has $word" grep -qE "^ *$word +[0-9.]+ +[0-9.]+ +[0-9.]+$" "$output"
  done
}
devices opencl staged
Tests/CUDAStandIn/build.sh "$folder/stand-ins" || die 70 "the stand-in for CUDA could not be built: see the messages above"
LD_LIBRARY_PATH=$folder/stand-ins${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} devices cuda 'one-shot staged peer'

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
names='auto, window, window-packed, packed, datatype, one-shot, staged, direct, peer'
refused 2 "The value 'local' is invalid for '--route <route>': it leads to no other rank; give one of $names" --route local
refused 2 "The value 'shared' is invalid for '--route <route>': give one of $names" --route shared
refused 2 '--route peer: not between fields in host memory; give one of auto, window, window-packed, packed, datatype' \
  --route peer
refused 2 '--route window: not between fields in cuda memory; give one of auto, one-shot, staged, direct, peer' \
  --memory cuda --route window
refused 2 '--compare: takes all routes in turn; leave out --route' --compare --route packed
refused 2 '--fields 0: give 1 or more' --fields 0
refused 2 '--reps 0: give a number from 1 to 1000000' --reps 0
refused 2 '--json /no/such/folder/file: cannot write to this file: No such file or directory' --json /no/such/folder/file

printf 'halo-bench exchange: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
