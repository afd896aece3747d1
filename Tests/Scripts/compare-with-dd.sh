#!/bin/bash
# Compares the speed of writing a snapshot with that of dd on the same disk; a benchmark for people and nightly runs. See
# --help.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh

usage() {
  cat <<'END'
usage: Tests/Scripts/compare-with-dd.sh [--least RATIO] [--rounds N] [--folder FOLDER]

Writes 512 MiB in chunks of 64 MiB, in turn: by dd, file after file with conv=fsync; and as a
snapshot by one rank, step and rename and all. Prints MiB/s of each round (N, or 7), and the
medians' ratio. The exit status is 1 if it is less than RATIO (0.8, if not said).
END
}

least=0.8 rounds=7 folder=.build
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --least | --rounds | --folder) [ $# -ge 2 ] || die 64 "$1 needs a value; see --help" ;;
    *) die 64 "there is no option $1; see --help" ;;
  esac
  case $1 in --least) least=$2 ;; --rounds) rounds=$2 ;; --folder) folder=$2 ;; esac
  shift 2
done

need_packages
need_swift
swift build --configuration release --product snapshot-check --quiet ||
  die 70 "snapshot-check could not be built: see the messages above"
program=$(swift build --configuration release --show-bin-path)/snapshot-check
work=$(mktemp -d "$folder/compare-with-dd.XXXXXX") || die 73 "cannot make a folder in $folder"
trap 'rm -rf "$work"' EXIT
mpi_flags 1

# Bytes that are not all zeros, so that no disk gets off lightly.
head -c $((64 << 20)) /dev/urandom >"$work/source"
seconds_of_dd() {
  local started ended chunk
  started=$(date +%s%N)
  for chunk in 0 1 2 3 4 5 6 7; do
    dd if="$work/source" of="$work/dd.$chunk" bs=64M count=1 conv=fsync status=none || die 74 "dd failed"
  done
  ended=$(date +%s%N)
  rm -f "$work"/dd.*
  echo "$((ended - started))" | awk '{ print $1 / 1e9 }'
}
seconds_of_snapshot() {
  mpirun -n 1 ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} "$program" speed "$work/a.zarr" 512 64 || die 70 "snapshot-check failed"
  rm -rf "$work/a.zarr"
}

for ((round = 0; round <= rounds; round++)); do
  dd=$(seconds_of_dd)
  ours=$(seconds_of_snapshot)
  # The first round warms up.
  if [ "$round" -gt 0 ]; then echo "$dd $ours"; fi
done | awk -v least="$least" '
  function median(values, count,    i, j, value) {
    for (i = 2; i <= count; i++) {
      value = values[i]
      for (j = i - 1; j > 0 && values[j] > value; j--) values[j + 1] = values[j]
      values[j + 1] = value
    }
    return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
  }
  {
    printf "dd %.0f MiB/s, snapshot %.0f MiB/s, ratio %.2f\n", 512 / $1, 512 / $2, $1 / $2
    count++
    dd[count] = 512 / $1; ours[count] = 512 / $2
  }
  END {
    ratio = median(ours, count) / median(dd, count)
    printf "medians: dd %.0f MiB/s, snapshot %.0f MiB/s, ratio %.2f\n", median(dd, count), median(ours, count), ratio
    exit ratio < least
  }'
