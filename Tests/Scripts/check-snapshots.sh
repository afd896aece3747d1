#!/bin/bash
# Checks snapshots from outside: Python's zarr and xarray read what Swift wrote, and Swift what they wrote, bit by bit;
# a disk that gets full; and a simulation that is killed again and again and goes on from its snapshot. The Python
# packages are installed by pip into .build/snapshots.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

need_packages
need_swift
need_libpng

environment=.build/snapshots

need_python() {
  local -a packages=()
  command -v python3 >/dev/null || packages+=(python3)
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
  [ "${#packages[@]}" -eq 0 ] || install_packages "Python" "${packages[@]}"
  if "$environment/bin/python" -c 'import zarr, xarray, matplotlib' 2>/dev/null; then return; fi
  echo "installing zarr, xarray and matplotlib into $environment"
  rm -rf "$environment"
  python3 -m venv "$environment" || die 69 "python3 cannot make an environment: install what Debian calls python3-venv"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check zarr xarray matplotlib ||
    die 69 "pip could not install zarr, xarray and matplotlib: see its messages above"
}

need_python
swift build --product snapshot-check --quiet || die 70 "snapshot-check could not be built: see the messages above"
program=$(swift build --show-bin-path)/snapshot-check
swift build --package-path Examples --configuration release --product tsunami --quiet >"$output" 2>"$errors"
check "tsunami can be built" [ $? -eq 0 ]
tsunami=$(swift build --package-path Examples --configuration release --show-bin-path 2>/dev/null)/tsunami

# Runs a program under mpirun: the number of ranks, the program, its arguments.
run() { run_ranks 60 "$@"; }
python() { "$environment/bin/python" "$@" >"$output" 2>"$errors"; }

echo "what Swift writes, read by Python"
for codec in none gzip zstd; do
  check "$codec: is written" run 4 "$program" write "$folder/$codec.zarr" "$codec"
done
check "zarr and xarray find all bits" python Tests/Scripts/check_snapshots.py read "$folder"/{none,gzip,zstd}.zarr

echo "what Python writes, read by Swift"
check "zarr and xarray write" python Tests/Scripts/check_snapshots.py write "$folder"
cp "$output" "$folder/arguments"
while read -r name arrays; do
  # shellcheck disable=SC2086
  check "$name: Swift finds all bits" run 3 "$program" read "$folder/$name" $arrays
done <"$folder/arguments"

# The chunk, and less than another one: what codecs (zstd 5 MiB) and MPI need for themselves.
is_one_chunk() {
  run "$@" && echo "memory has grown by $(cat "$output") KiB" && [ "$(cat "$output")" -le $((15 << 10)) ]
}
echo "memory beside a field of 48 MiB a rank, through chunks of 8 MiB"
for ranks in 1 4; do
  for codec in none gzip zstd; do
    check "$codec: is written on $ranks ranks through one chunk" \
      is_one_chunk "$ranks" "$program" write-large "$folder/large.zarr" "$codec"
    check "$codec: is read on $ranks ranks through one chunk" \
      is_one_chunk "$ranks" "$program" read-large "$folder/large.zarr"
    rm -rf "$folder"/large.zarr*
  done
done

echo "a disk that gets full"
mkdir "$folder/disk"
if mount -t tmpfs -o size=6m none "$folder/disk" 2>"$errors"; then
  run 2 "$program" speed "$folder/disk/a.zarr" 8 2
  check "one line" grep -qE '^all 2 ranks: error: rank 0: .*/disk/a.zarr/.*: writing.* failed: No space left on device$' "$errors"
  check "nothing but the snapshot without a step is left" [ "$(ls -A "$folder/disk/a.zarr")" = zarr.json ]
  umount "$folder/disk"
else
  echo "SKIPPED: no file system of a size can be mounted here"
fi

echo "a simulation that is killed at any moment"
arguments=(--resolution 64 --steps 600 --pictures 0)
check "runs undisturbed" run 2 "$tsunami" "${arguments[@]}"
undisturbed=$(checksum)
snapshot=$folder/sea.zarr
arguments+=(--snapshot "$snapshot" --every 3)
going_on() { if [ -e "$snapshot" ]; then printf '%s\n' --restart "$snapshot"; fi; }
steps_written() { find "$snapshot/depth/c" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l; }
for ranks in 2 3 1 4 2; do
  mpi_flags "$ranks"
  mapfile -t restart < <(going_on)
  before=$(steps_written)
  mpirun -n "$ranks" ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} "$tsunami" "${arguments[@]}" ${restart[@]+"${restart[@]}"} \
    >"$output" 2>"$errors" </dev/null &
  launcher=$!
  # At any moment, but for a machine so slow that none would come to write.
  for ((wait = 0; wait < 300; wait++)); do
    if [ "$(steps_written)" -gt "$before" ] || ! kill -0 "$launcher" 2>/dev/null; then break; fi
    sleep 0.1
  done
  sleep "0.$((RANDOM % 400 + 100))"
  processes=$(cat "/proc/$launcher/task/$launcher/children" 2>/dev/null)
  # shellcheck disable=SC2086
  kill -9 $processes "$launcher" 2>/dev/null
  wait "$launcher" 2>/dev/null
  echo "killed $ranks ranks with $(steps_written) steps written"
done
mapfile -t restart < <(going_on)
check "goes on to its end on 3 ranks" run 3 "$tsunami" "${arguments[@]}" ${restart[@]+"${restart[@]}"}
check "ends with the checksum of the undisturbed run, $undisturbed" [ "$(checksum)" = "$undisturbed" ]
check "leaves nothing aside" [ ! -e "$snapshot/.writing" ]
check "is not overwritten" bash -c "! '$tsunami' --resolution 64 --steps 3 --pictures 0 --snapshot '$snapshot' >'$output' 2>'$errors'"
check "which is told in one line" grep -qE "^rank 0: error: rank 0: $snapshot: it is there already" "$errors"
check "a picture of it is drawn" python Examples/plot.py "$snapshot" --output "$folder/sea.png"
check "which is one" [ "$(head -c 4 "$folder/sea.png" | tail -c 3)" = PNG ]

printf 'snapshots: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
