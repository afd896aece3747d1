#!/bin/bash
# Checks whole programs whose ranks reach each other's memory: one of them dies in the midst of updates, or names a route
# that there is not. The tests must have been built.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh

need_packages
need_swift

. Tests/Scripts/checks.sh

bundles=(.build/debug/*PackageTests.xctest)
export NO_COLOR=1 SWIFT_BACKTRACE=enable=no
mpi_flags 4

# Runs a job on four ranks: its name, then what mpirun is to know besides.
job() {
  local name=$1 began=$SECONDS
  shift
  status=0
  HALO_JOB=$name timeout --kill-after=5 60 mpirun ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} "$@" -n 4 "${RANK_COMMAND[@]}" \
    "${bundles[0]}" --testing-library swift-testing --filter HaloTests.HaloJobTests/ >"$output" 2>"$errors" || status=$?
  seconds=$((SECONDS - began))
  sed -i '/^[◇↳✔✘]/d' "$errors"
}

# Memory with a name, but for what the MPI library makes itself, and what other programs of this machine do meanwhile.
named_memory() { find /dev/shm -mindepth 1 -name '*halo*' -user "$(id -u)" 2>/dev/null | sort; }

before=$(named_memory)
for route in window window-packed; do
  export HALO_ROUTE=$route
  echo "a rank that dies, $route"
  for name in 'killed' 'killed within'; do
    job "$name"
    check "$route, $name: names the rank that was killed" \
      grep -qE '^rank 1: error: ended by signal KILL|rank 1 has ended while this rank waits' "$errors"
    check "$route, $name: fails" [ "$status" -ne 0 ]
    check "$route, $name: ends at once" [ "$seconds" -lt 30 ]
  done
  job 'trapped within'
  check "$route, trapped: says what rank 1 has to say" grep -q 'trapped on purpose' "$errors"
  check "$route, trapped: fails" [ "$status" -ne 0 ]
  check "$route, trapped: ends at once" [ "$seconds" -lt 30 ]

  # Other launchers cannot be told to let the other ranks find it out.
  case $(mpirun --version 2>/dev/null) in *"Open MPI"* | *OpenRTE*) ;; *) continue ;; esac
  echo "a rank that dies while mpirun looks away, $route"
  for name in 'killed' 'killed within' 'ended' 'ended within'; do
    job "$name" --enable-recovery
    check "$route, $name: a peer names the rank that has ended" \
      grep -qE '^rank [02]: error: rank [02]: rank 1 has ended while this rank waits for its halo: see what ended it' "$errors"
    check "$route, $name: ends long before the time limit" [ "$seconds" -lt 30 ]
  done
done
check "leaves no memory behind" [ "$(named_memory)" = "$before" ]

echo "routes that there are not"
export HALO_ROUTE=windows
job ended
check "says so once, for all ranks" errors_are 'all 4 ranks: error: rank 0, field plan, HALO_ROUTE: expected auto, window, window-packed, packed, datatype, one-shot, staged, direct, peer, found windows: name one of these'
check "exits with 1" [ "$status" -eq 1 ]
export HALO_ROUTE=local
job ended
check "refuses the way within a rank" grep -qE '^all 4 ranks: error: rank 0, field plan, HALO_ROUTE: .* found local: ' "$errors"
# shellcheck disable=SC2016
RANK_COMMAND=(bash -c 'if [ "${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}" = 2 ]; then export HALO_ROUTE=packed; fi; "$@"' rank)
export HALO_ROUTE=window
job ended
check "names the rank that wishes another way" errors_are 'all 4 ranks: error: rank 2, field plan, route: expected window (as on rank 0), found packed: build the same fields in the same order on every rank'
check "exits with 1" [ "$status" -eq 1 ]

printf 'routes: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
