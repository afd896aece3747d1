#!/bin/bash
# Checks memory that the ranks of a node share as whole programs meet it: each way of sharing, each refused; a full
# /dev/shm, ranks in containers, ranks that fail or are killed; and that nothing is left behind.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

need_packages
need_swift
swift build --build-tests --quiet || die 70 "the tests could not be built: see the messages above"
bundles=(.build/debug/*PackageTests.xctest)
export NO_COLOR=1 SWIFT_BACKTRACE=enable=no HALO_TIMEOUT=30

if ! unshare --mount --pid --fork true 2>/dev/null; then
  echo "SKIPPED memory that ranks share: needs root, for a /dev/shm of its own"
  exit 0
fi
case $(mpirun --version 2>/dev/null) in
  *"Open MPI"* | *OpenRTE*) is_open_mpi=1 ;;
  *) is_open_mpi=0 ;;
esac
# Its own segments under /dev/shm are not what is looked for, and do not go with a rank that is killed.
export OMPI_MCA_btl=tcp,self

# A /dev/shm that only one command sees; what is left in it then goes to "$left".
left=$folder/left
# shellcheck disable=SC2016
in_own_folder='
  mount -t tmpfs -o size="$1" tmpfs /dev/shm || exit 73
  left=$2
  shift 2
  "$@"
  status=$?
  ls /dev/shm >"$left"
  exit "$status"'
# Ranks from 2 on in containers of their own. $CONTAINER are options of unshare.
# shellcheck disable=SC2016
in_containers='
  rank=${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:-${PMI_RANK:-0}}}
  [ "$rank" -ge 2 ] || exec "$@"
  exec unshare --mount $CONTAINER bash -c "mount -t tmpfs tmpfs /dev/shm && exec \"\$@\"" container "$@"'

# Runs a program of NodeMemoryJobTests: its name, the way to share, the number of ranks, the size of /dev/shm, and
# what starts each rank.
job() {
  local name=$1 way=$2 ranks=$3 room=$4
  shift 4
  status=0
  mpi_flags "$ranks"
  HALO_JOB=$name HALO_SHARED_MEMORY=$way timeout --kill-after=2 60 \
    unshare --mount bash -c "$in_own_folder" own "$room" "$left" \
    mpirun ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} -n "$ranks" "$@" \
    "${bundles[0]}" --testing-library swift-testing --filter HaloTests.NodeMemoryJobTests/ \
    >"$output" 2>"$errors" || status=$?
  sed -i '/^[◇↳✔✘]/d' "$output"
  sed -i '/^[◇↳✔✘]/d' "$errors"
}

# That a job has ended well, with right cells, on ranks that have got what is said of each.
got() {
  local what=$1 ranks=$2 line=$3 rank
  check "$what: exits with 0" [ "$status" -eq 0 ]
  for ((rank = 0; rank < ranks; rank++)); do
    check "$what: rank $rank: $line" grep -qE "^rank $rank: reaches $line" "$output"
  done
  check "$what: every cell is right" lacks 'cell ['
  check "$what: nothing is left" [ ! -s "$left" ]
}
lacks() { ! contains "$1"; }
silent() { check "$1: says nothing" [ ! -s "$errors" ]; }
outlives() {
  check "$1: fields outlive MPI" contains '3 fields are there after MPI has ended'
  silent "$1"
}

echo "each way of sharing"
pages='[0-9]+ of [0-9]+ MiB on 2 MiB pages$'
# Whatever the size of /dev/shm, which is not where it is.
job kept auto 4 8m
got auto 4 "\[0, 1, 2, 3\], shared memory of 4 ranks: memfd, $pages"
outlives auto
job kept posix 2 1g
got posix 2 "\[0, 1\], shared memory of 2 ranks: /dev/shm, $pages"
outlives posix
job kept mpi 2 1g
got mpi 2 "\[0, 1\], shared memory of 2 ranks: MPI window, $pages"
outlives mpi
job updates off 2 1g
got off 2 '\[\], no shared memory: HALO_SHARED_MEMORY is off$'
silent off
job updates often 2 1g
check "another way: one line" errors_are 'all 2 ranks: error: HALO_SHARED_MEMORY is "often": give one of auto, memfd, posix, mpi, off'
check "another way: exits with 1" [ "$status" -eq 1 ]

echo "no room"
warning='warning: shared memory of 2 ranks has no 139264 bytes more (No space left on device): some fields are in memory of this rank alone, and their halos go in messages'
job many posix 2 5m
got "/dev/shm fills up" 2 "\[0, 1\], shared memory of 2 ranks: /dev/shm, $pages"
check "/dev/shm fills up: each rank says so once" [ "$(sort "$errors")" = "$(printf "rank %d: $warning\n" 0 1)" ]
job updates posix 2 4k
got "/dev/shm has no room at all" 2 '\[\], no shared memory: pwrite: No space left on device$'
check "/dev/shm has no room at all: one line" errors_are \
  'rank 0: warning: 2 ranks of this node cannot share memory (pwrite: No space left on device): halos between them go in messages'
job updates mpi 2 8m
got "no room for a window" 2 '\[\], no shared memory: MPI_Win_allocate_shared: '
check "no room for a window: one line" [ "$(wc -l <"$errors")" -eq 1 ]
if [ "$is_open_mpi" -eq 1 ]; then
  OMPI_MCA_osc=^sm job updates mpi 2 1g
  got "windows refused" 2 '\[\], no shared memory: MPI_Win_allocate_shared: MPI_ERR_[A-Z_]+: '
  check "windows refused: one line" [ "$(wc -l <"$errors")" -eq 1 ]
fi
few_addresses=(bash -c 'ulimit -v 20000000; exec "$@"' few)
job updates posix 2 1g "${few_addresses[@]}"
got "too few addresses" 2 '\[\], no shared memory: mmap: Cannot allocate memory$'
check "too few addresses: one line" errors_are \
  'rank 0: warning: 2 ranks of this node cannot share memory (mmap: Cannot allocate memory): halos between them go in messages'
job updates auto 2 1g "${few_addresses[@]}"
got "too few addresses for a file" 2 "\[0, 1\], shared memory of 2 ranks: MPI window, $pages"
silent "too few addresses for a file"

echo "ranks in containers"
apart='rank 0: warning: the ranks of this node share memory in groups of 2, 1, 1, since they are in different containers: halos between groups go in messages'
for case in 'posix' 'auto --pid --fork --mount-proc'; do
  read -r way CONTAINER <<<"$case"
  export CONTAINER
  job updates "$way" 4 1g bash -c "$in_containers" contained
  check "$case: exits with 0" [ "$status" -eq 0 ]
  check "$case: those in one share memory" [ "$(grep -cE '^rank [01]: reaches \[0, 1\], shared memory of 2 ranks: ' "$output")" -eq 2 ]
  check "$case: others do not" [ "$(grep -cE '^rank [23]: reaches \[\], no shared memory: ' "$output")" -eq 2 ]
  check "$case: every cell is right" lacks 'cell ['
  check "$case: one line" errors_are "$apart"
done
CONTAINER='' job updates auto 4 1g bash -c "$in_containers" contained
got "another /dev/shm alone" 4 '\[0, 1, 2, 3\], shared memory of 4 ranks: memfd, '

echo "ranks that fail"
job thrown posix 2 1g
check "an error: one line" errors_are 'rank 1: error: axis 0: expected an extent of at least 1, found 0'
check "an error: nothing is left" [ ! -s "$left" ]
for way in memfd posix mpi; do
  job killed "$way" 3 1g
  check "$way: the others see that a rank was killed" [ "$(sort "$output")" = "$(printf 'rank %d: rank 1 has ended\n' 0 2)" ]
  check "$way: nothing is left of a killed rank" [ ! -s "$left" ]
done

printf 'memory that ranks share: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
