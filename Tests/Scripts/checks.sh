# shellcheck shell=bash
# Sourced by the scripts that check other scripts and whole programs: counts checks, and shows the output of those that
# are wrong. Commands under test write to "$output" and "$errors".

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

# Runs a program under mpirun: the seconds that it may take, the number of ranks, then what starts it.
run_ranks() {
  local seconds=$1 ranks=$2
  shift 2
  mpi_flags "$ranks"
  timeout "$seconds" mpirun -n "$ranks" ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} "$@" >"$output" 2>"$errors" </dev/null
}

# What the last run of a simulation has ended with.
checksum() { awk '/^checksum/ { print $2 }' "$output"; }

contains() { grep -qF -- "$1" "$output"; }
errors_are() { [ "$(cat "$errors")" = "$1" ]; }
