#!/bin/bash
# Tests mpirun-tests.sh with ranks that fail, crash or hang on purpose, and whole programs that end in an error.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh

checks=0 wrong=0
folder=$(mktemp -d) || die 73 "cannot make a temporary folder"
trap 'rm -rf "$folder"' EXIT
output=$folder/output errors=$folder/errors

check() {
  local what=$1
  shift
  checks=$((checks + 1))
  if "$@"; then return; fi
  wrong=$((wrong + 1))
  printf 'WRONG %s; the output was:\n' "$what"
  sed 's/^/    /' "$output" "$errors"
}

contains() { grep -qF -- "$1" "$output"; }
lacks() { ! grep -qF -- "$1" "$output"; }
last_line_is() { [ "$(tail -n 1 "$output")" = "$1" ]; }
errors_are() { [ "$(cat "$errors")" = "$1" ]; }

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
check "names the rank that hangs" grep -qE 'rank 0: ended test .*hangsOnOneRank.* rank\(s\) \[1\] had not ended it' "$output"
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
for arguments in '0' '-3' 'four' '2 x' '--only all' '--time-limit soon' '--sanitize memory' '--filter'; do
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
  local name=$1
  status=0
  shift
  HALO_JOB=$name "$@" "${bundles[0]}" --testing-library swift-testing --filter JobTests/ \
    >"$output" 2>"$errors" || status=$?
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

printf 'self-test of mpirun-tests.sh: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
