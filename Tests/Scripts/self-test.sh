#!/bin/bash
# Tests mpirun-tests.sh with ranks that fail, crash or hang on purpose, and whole programs that end in an error.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

lacks() { ! grep -qF -- "$1" "$output"; }
last_line_is() { [ "$(tail -n 1 "$output")" = "$1" ]; }

# Runs mpirun-tests.sh with the arguments given; status and seconds are those of the run.
run() {
  local began=$SECONDS
  status=0
  ./mpirun-tests.sh "$@" >"$output" 2>"$errors" || status=$?
  seconds=$((SECONDS - began))
}

misbehave() {
  HALO_SELF_TEST=$1 HALO_TIMEOUT=${3:-2} run --only mpi --filter SelfTestMPITests --time-limit "$2" 3
}

echo "a rank that fails"
misbehave fail:1 60
check "names the test" contains 'FAILED 3 ranks: MPITests.SelfTestMPITests/failsOnOneRank()'
check "names the rank, the message and the place" grep -qE 'rank 1: .*asked to fail \(MPITests/SelfTestMPITests.swift:[0-9]+\)' "$output"
check "blames no other rank" lacks 'rank 0: '
check "counts one" last_line_is '2 passed, 1 failed'
check "fails" [ "$status" -eq 1 ]

echo "a rank that leaves a test early"
misbehave leave:2 60
check "names the rank that left" grep -qE 'rank 2: .*asked to leave early' "$output"
check "says what the others waited for" contains 'rank 0: Caught error: MPI_Ibarrier on rank 0 of 3: waited 2.0 s for the other ranks'
check "runs the tests that follow" last_line_is '2 passed, 1 failed'

echo "a rank that crashes"
misbehave crash:2 60
check "names test and rank" contains 'FAILED 3 ranks: MPITests.SelfTestMPITests/crashesOnOneRank()'
check "says how it crashed" grep -qE 'rank 2: crashed with signal [0-9]+: .*Fatal error: asked to crash' "$output"
check "counts one" last_line_is '1 passed, 1 failed'
check "fails" [ "$status" -eq 1 ]

echo "a rank that leaves the program"
misbehave stray:1 60
check "names test and rank" contains 'FAILED 3 ranks: MPITests.SelfTestMPITests/straysOnOneRank()'
check "counts one" last_line_is '1 passed, 1 failed'
check "fails" [ "$status" -eq 1 ]

echo "a rank that hangs"
misbehave hang:1 60
check "names the test" contains 'FAILED 3 ranks: MPITests.SelfTestMPITests/hangsOnOneRank()'
check "names the rank that hangs" grep -qE 'rank (0|2|0, 2): ended test .*hangsOnOneRank.* rank\(s\) \[1\] had not ended it' "$output"
check "ends long before the time limit" [ "$seconds" -lt 40 ]
check "counts one" last_line_is '1 passed, 1 failed'

echo "a rank that hangs where no wait has a limit"
misbehave hang:1 10 0
check "says that the time is over" contains 'FAILED 3 ranks: not done within the time limit of 10 s'
check "names the test" contains 'FAILED 3 ranks: MPITests.SelfTestMPITests/hangsOnOneRank()'
check "says that ranks were in it" grep -qE 'rank .*still in this test' "$output"
check "counts one" last_line_is '1 passed, 1 failed'
check "fails" [ "$status" -eq 1 ]

echo "arguments that are none"
for arguments in '0' '-3' 'four' '2 x' '--only all' '--only unit,' '--optimized --sanitize address' '--time-limit soon' '--sanitize memory' '--targets Halo' '--filter'; do
  # shellcheck disable=SC2086
  run $arguments
  check "refuses '$arguments'" [ "$status" -eq 64 ]
  check "says so in one line: '$arguments'" [ "$(wc -l <"$errors")" -eq 1 ]
done
run --only mpi --filter NoSuchTest 1
check "fails when nothing has run" [ "$status" -eq 1 ]
check "counts nothing" last_line_is '0 passed, 0 failed'

# Whole programs: what a user sees of an error is one line.
bundles=(.build/debug/*PackageTests.xctest)
job() {
  local name=$1 suite=${suite:-MPITests.JobTests} began=$SECONDS
  status=0
  shift
  HALO_JOB=$name timeout 60 "$@" "${bundles[0]}" --testing-library swift-testing --filter "$suite/" \
    >"$output" 2>"$errors" || status=$?
  seconds=$((SECONDS - began))
  # What the test bundle itself has to say goes the same way as errors do.
  sed -i '/^[◇↳✔✘]/d' "$errors"
}
export NO_COLOR=1
mpi_flags 4
four_ranks=(mpirun ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} -n 4)

echo "programs that end in an error"
job same "${four_ranks[@]}"
check "prints an error of all ranks once" errors_are 'all 4 ranks: error: the halo is wider; than the block'
check "exits with 1" [ "$status" -eq 1 ]
job different "${four_ranks[@]}"
check "prints each of several errors once" [ "$(sort "$errors")" = "$(printf '%s\n' 'rank 0 (and 2 others): error: no field' 'rank 2: error: no memory')" ]
check "exits with 1" [ "$status" -eq 1 ]
job one "${four_ranks[@]}"
check "prints an error of one rank with its rank" errors_are 'rank 2: error: no memory'
check "exits with 1" [ "$status" -eq 1 ]
job timeout "${four_ranks[@]}"
check "ends a send that nobody receives" errors_are 'rank 0: error: MPI_Isend on rank 0 of 4, peer rank 1, tag 5: waited 0.3 s for rank 1 with tag 5; if that is too short, set HALO_TIMEOUT to more seconds (0: no limit)'
check "exits with 1" [ "$status" -eq 1 ]
HALO_TIMEOUT=soon job sum "${four_ranks[@]}"
check "refuses a malformed time limit once" errors_are 'all 4 ranks: error: HALO_TIMEOUT is "soon": give a number of seconds, or 0 for no limit'
job sum "${four_ranks[@]}"
check "runs" errors_are 'the sum is 6'
check "exits with 0" [ "$status" -eq 0 ]
job sum
check "runs without mpirun, in silence" errors_are 'the sum is 0'
check "exits with 0" [ "$status" -eq 0 ]

suite=HaloTests.HaloJobTests
four_ranks+=("${RANK_COMMAND[@]}")

# A job of four ranks that says one thing, once for all of them.
refused() {
  job "$1" "${four_ranks[@]}"
  check "$1: says so once, in one line" errors_are "all 4 ranks: error: $2"
  check "$1: exits with 1" [ "$status" -eq 1 ]
}

echo "bad input"
refused wide 'axis 0: a halo of 2 is wider than the block of 1 points on rank 3: use fewer ranks on this axis or a narrower halo'
refused crowded '4 ranks cannot share 3 points: run with at most 3 ranks or refine the grid'
refused flags 'periodic flags: expected 2 entries, one an axis, found 1'
refused widths 'halo widths: expected 2 entries, one an axis, found 3'
refused axes 'process grid: expected 2 entries, one an axis, found 1'
refused empty 'axis 1: expected an extent of at least 1, found 0'
refused negative 'axis 0: expected an extent of at least 1, found -8'
refused processes 'process grid [3, 2] needs 6 ranks, found 4: start that many or leave the process grid to the library'
mend='build the same fields in the same order on every rank'
refused dtype "rank 3, field 'height', dtype: expected float64 (as on rank 0), found float32: $mend"
refused halo "rank 3, field 'height', halo: expected [1, 1] (as on rank 0), found [2, 2]: $mend"
refused shape "rank 3, field grid, extents: expected [16, 8] (as on rank 0), found [20, 8]: $mend"

echo "ranks that are lost"
HALO_TIMEOUT=2 job absent "${four_ranks[@]}"
check "ends a plan that a rank does not build" grep -qE '^rank [0-3]: error: MPI_Comm_dup .* waited 2.0 s for the other ranks' "$errors"
check "exits with 1" [ "$status" -eq 1 ]
check "ends at the time limit" [ "$seconds" -lt 20 ]
HALO_TIMEOUT=2 job late "${four_ranks[@]}"
check "names the rank that does not exchange" grep -qE '^rank [02]: error: .*no halo message from rank 1 after 2.0 seconds' "$errors"
check "exits with 1" [ "$status" -eq 1 ]
check "ends at the time limit" [ "$seconds" -lt 20 ]
job killed "${four_ranks[@]}"
check "names the rank that was killed" grep -qxF 'rank 1: error: ended by signal KILL (is the memory of this machine used up?)' "$errors"
# Those that were waiting for it may find that it has ended before they are ended themselves.
check "says nothing of other ranks" [ "$(grep -cvE 'rank 1|given up' "$errors")" -eq 0 ]
check "fails" [ "$status" -eq 137 ]
for where in thrown 'thrown within'; do
  job "$where" "${four_ranks[@]}"
  check "$where: prints an error of one rank in the midst of updates" errors_are 'rank 1: error: axis 0: expected an extent of at least 1, found 0'
  check "$where: exits with 1" [ "$status" -eq 1 ]
done

echo "a machine without MPI"
# Only what the scripts need to find out what is missing, and no package manager.
bare=$folder/bare
mkdir "$bare"
for tool in bash dirname env id mkdir; do ln -s "$(command -v "$tool")" "$bare/$tool"; done
for script in ./mpirun-tests.sh Examples/run.sh .ci/run; do
  status=0
  PATH=$bare bash "$script" >"$output" 2>"$errors" || status=$?
  check "$script: says what is missing in one line" errors_are "${script##*/}: missing MPI, and no package manager that this script knows (apt-get): install what Debian calls pkg-config libopenmpi-dev openmpi-bin"
  check "$script: exits with 69" [ "$status" -eq 69 ]
done
ln -s "$(command -v pkg-config)" "$bare/pkg-config"
for script in ./mpirun-tests.sh Examples/run.sh; do
  status=0
  PATH=$bare bash "$script" >"$output" 2>"$errors" || status=$?
  check "$script: misses mpirun alone" errors_are "${script##*/}: missing MPI, and no package manager that this script knows (apt-get): install what Debian calls openmpi-bin"
  check "$script: exits with 69" [ "$status" -eq 69 ]
done

printf 'self-test of mpirun-tests.sh: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
