#!/bin/sh
# Tests and measures halo updates on this machine's GPU, with nothing but what lies beside this script. See --help.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

usage() {
  cat <<'EOF'
usage: run.sh [--memory cuda|hip|opencl] [--quick] [--mps] [--results FOLDER] [--own-c-library]

Tests halo updates of fields in a GPU's memory, 2 and 4 ranks sharing the first device, by every route that
it offers: every cell is compared with its value from global coordinates. Then measures packing and
unpacking against the device's own copy of as many bytes, and updates by each route. Prints the tables, and
leaves them in a folder as text, and as JSON. The exit status is 1 if a cell was wrong or a program failed.

  --memory NAME      which driver: cuda (the default), hip or opencl
  --quick            small arrays, a minute or less: shows that it works; its figures mean little
  --mps              starts NVIDIA's Multi-Process Service while the tests run, unless it runs already: without it
                     ranks take turns on the device, and the times of routes are those of switching
  --results FOLDER   where the tables go (default: results, in the current folder)
  --own-c-library    the C library of this archive, which otherwise is taken only where the machine's is too old
  --help             this text

Nothing has to be installed but the device's driver. HALO_TEST_SEED repeats a test.
EOF
}

die() {
  status=$1
  shift
  printf 'run.sh: %s\n' "$*" >&2
  exit "$status"
}

memory=cuda quick='' mps='' with_own_c_library='' results=$PWD/results
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --quick) quick=1 ;;
    --mps) mps=1 ;;
    --own-c-library) with_own_c_library=1 ;;
    --memory | --results)
      [ $# -ge 2 ] || die 64 "$1 needs a value: --help tells which"
      case $1 in
        --memory) memory=$2 ;;
        --results) results=$2 ;;
      esac
      shift
      ;;
    *) die 64 "there is no option $1: --help lists them" ;;
  esac
  shift
done
case $memory in cuda | hip | opencl) ;; *) die 64 "--memory $memory: give cuda, hip or opencl" ;; esac
[ -z "$mps" ] || [ "$memory" = cuda ] || die 64 "--mps is for --memory cuda, and not for $memory"

# MARK: What the programs are linked with

[ "$(uname -sm)" = 'Linux x86_64' ] || die 69 "runs on Linux on x86-64, and this is $(uname -sm)"

own='' own_c_library=$here/lib/if-older
loader=/lib64/ld-linux-x86-64.so.2 libraries=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# A C library and its loader are of one version: programs are then started by that loader, and nothing else is.
use_own_c_library() {
  own=1
  loader=$own_c_library/ld-linux-x86-64.so.2
  libraries=$own_c_library:$libraries
}
if [ -n "$with_own_c_library" ] || [ ! -e "$loader" ]; then use_own_c_library; fi

# What the loader says that it finds for a program or a library.
load() { LD_TRACE_LOADED_OBJECTS=1 "$loader" --library-path "$libraries" "$1" 2>&1; }

# What it does not find for the programs, MPI or its plugins, or finds too old: one line each.
problems() {
  for file in "$here"/bin/* "$here"/lib/*.so* "$here"/lib/openmpi/*.so; do
    load "$file" || true
  done | grep 'not found' | sort -u || true
}

# Libraries that most machines have are taken from the archive one by one, only where they are missing or too old: those
# of the driver may need newer ones.
mended=1
while [ -n "$mended" ]; do
  mended=''
  problem=$(problems)
  for library in $(printf '%s\n' "$problem" |
    sed -n -e 's/^[[:space:]]*\([^ ]*\) => not found$/\1/p' -e "s/.*\/\([^/ ]*\): version .* not found (.*/\1/p" | sort -u); do
    if [ -e "$own_c_library/$library" ]; then
      [ -z "$own" ] || continue
      use_own_c_library
    else
      folder=$here/lib/if-missing/$library
      case :$libraries: in *":$folder:"*) continue ;; esac
      [ -d "$folder" ] || continue
      libraries=$folder:$libraries
    fi
    mended=1
  done
done
problem=$(printf '%s' "$problem" | head -n 1 | sed 's/^[[:space:]]*//')
[ -z "$problem" ] || die 69 "this machine cannot load the programs: $problem"

# Containers and some machines have the driver where the loader does not look.
if [ "$memory" = cuda ] && ! load libcuda.so.1 >/dev/null; then
  for folder in /usr/local/nvidia/lib64 /usr/lib64-nvidia /usr/lib/wsl/lib; do
    [ -e "$folder/libcuda.so.1" ] || continue
    libraries=$libraries:$folder
    break
  done
fi

machine_c_library=$(getconf GNU_LIBC_VERSION 2>/dev/null) || machine_c_library='no glibc'
c_library="the machine's, $machine_c_library"
[ -z "$own" ] || c_library="the archive's, $(cat "$own_c_library/version"); the machine has $machine_c_library"

# The machine's own programs are started by its own loader, and must find their own C library.
if [ -z "$own" ]; then export LD_LIBRARY_PATH="$libraries"; fi

# Runs a program of the archive.
program() {
  name=$1
  shift
  ${own:+"$loader" --library-path "$libraries"} "$here/bin/$name" "$@"
}

# Runs one on so many ranks.
ranks() {
  count=$1 ranked=$2
  shift 2
  program mpirun --oversubscribe --bind-to none -n "$count" \
    ${own:+"$loader" --library-path "$libraries"} "$here/bin/$ranked" "$@"
}

export OPAL_PREFIX="$here" OPAL_PKGLIBDIR="$here/lib/openmpi" OPAL_SYSCONFDIR="$here/etc"
export PMIX_PREFIX="$here" PMIX_PKGLIBDIR="$here/lib/pmix" PMIX_PKGDATADIR="$here/share/pmix"
# One machine, as whoever this is; a program that fails says itself why.
export OMPI_MCA_plm=isolated OMPI_MCA_orte_execute_quiet=1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Open MPI tries it, and warns at every message where it is refused, as containers often do.
reading=$(program on-device siblings) || export OMPI_MCA_btl_vader_single_copy_mechanism=none
if [ "${OMPI_MCA_btl_vader_single_copy_mechanism:-}" = none ]; then
  messages="large ones are copied twice, through memory that ranks share ($reading)"
else
  messages="large ones are copied once, out of the other rank's memory ($reading)"
fi
export HALO_TIMEOUT="${HALO_TIMEOUT:-120}"
# Where OpenCL runs on the processor, ranks share its cores.
export POCL_MAX_PTHREAD_COUNT="${POCL_MAX_PTHREAD_COUNT:-1}"

# MARK: Steps

if ! mkdir -p "$results" 2>/dev/null || [ ! -w "$results" ]; then
  die 73 "cannot write into the folder $results: give another one, --results"
fi
results=$(CDPATH='' cd -- "$results" && pwd)
report=$results/report.txt
failed=0

# Runs a command with a title, its output shown and kept in a file and in the report.
step() {
  file=$results/$1
  title=$2
  shift 2
  printf '\n== %s ==\n' "$title" | tee -a "$report"
  {
    status=0
    "$@" || status=$?
    echo "$status" >"$results/.status"
  } 2>&1 </dev/null | tee "$file" | tee -a "$report"
  status=$(cat "$results/.status")
  rm -f "$results/.status"
  [ "$status" -eq 0 ] && return
  printf 'FAILED with exit status %s: %s\n' "$status" "$title" | tee -a "$report"
  failed=$((failed + 1))
}

# MARK: Ranks side by side on the device

pipes=${CUDA_MPS_PIPE_DIRECTORY:-/tmp/nvidia-mps}

# Whether a control daemon of NVIDIA's Multi-Process Service is where ranks look for it.
mps_answers() {
  if command -v nvidia-cuda-mps-control >/dev/null; then
    echo get_server_list | timeout 20 nvidia-cuda-mps-control >/dev/null 2>&1
  else
    # A container may have been given no more.
    [ -p "$pipes/control" ] || [ -S "$pipes/control" ]
  fi
}

end_mps() {
  echo quit | timeout 20 nvidia-cuda-mps-control >/dev/null 2>&1 || true
  rm -rf "$mps_folder"
}

start_mps() {
  command -v nvidia-cuda-mps-control >/dev/null ||
    die 69 "--mps: there is no nvidia-cuda-mps-control here, which belongs to NVIDIA's driver: leave --mps out"
  # In no deeper folder: names of sockets are short.
  mps_folder=$(mktemp -d /tmp/halo-mps.XXXXXX) || die 73 "--mps: cannot make a folder in /tmp"
  pipes=$mps_folder/pipes
  mkdir "$pipes" "$mps_folder/log"
  export CUDA_MPS_PIPE_DIRECTORY="$pipes" CUDA_MPS_LOG_DIRECTORY="$mps_folder/log"
  trap end_mps EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Into a file: a daemon may keep what it writes to open.
  nvidia-cuda-mps-control -d >"$mps_folder/said" 2>&1 </dev/null ||
    die 69 "--mps: nvidia-cuda-mps-control -d failed: $(head -n 1 "$mps_folder/said")"
  seconds=0
  until mps_answers; do
    [ "$seconds" -lt 10 ] || die 69 "--mps: nvidia-cuda-mps-control -d has started no daemon that answers"
    sleep 1
    seconds=$((seconds + 1))
  done
}

if [ -n "$mps" ] && ! mps_answers; then start_mps; fi
if [ "$memory" != cuda ]; then
  sharing=''
elif mps_answers; then
  sharing="a daemon of MPS runs, $pipes: kernels of all ranks run side by side"
else
  sharing="without MPS: ranks take turns, and times of routes have their switching in them; see --mps"
fi

device=$(program device-halo-check --memory "$memory" --name 2>&1) || die 69 "${device#device-halo-check: }"
{
  printf 'device:  %s\n' "$device"
  printf 'machine: %s, %s processors\n' "$(uname -sr)" "$(getconf _NPROCESSORS_ONLN)"
  printf 'C library: %s\n' "$c_library"
  printf 'messages: %s\n' "$messages"
  [ -z "$sharing" ] || printf 'sharing: %s\n' "$sharing"
  printf 'archive: %s\n' "$(cat "$here/version")"
  printf 'date:    %s\n' "$(date -u '+%Y-%m-%d %H:%M UTC')"
} | tee "$report"

if [ -n "$quick" ]; then
  cases=6
  set -- --shape 32,32,32 --seconds 0.02
else
  cases=120
  set -- --shape 512,512,512 --seconds 0.4
fi
faces=c-slab-0,c-slab-1,c-slab-2,c-face-0,c-face-1,c-face-2

for count in 2 4; do
  step "halos-$count.txt" "halos of random plans, $count ranks" \
    ranks "$count" device-halo-check --memory "$memory" --cases "$cases"
done
if [ "$memory" = cuda ]; then
  step kernel.txt "random tables of the kernel" program on-device check "$cases"
fi

step pack.txt "packing and unpacking" program halo-bench pack --memory "$memory" --halo 3 \
  --layout "$faces" "$@" --json "$results/pack.json"
if [ -z "$quick" ] && [ "$memory" = cuda ]; then
  step kernel-times.txt "packing and unpacking of memory that no cache holds" program on-device measure
fi

# The cells of a rank and the updates to time.
exchange() {
  for count in 2 4; do
    step "exchange-$1-$count.txt" "updates by each route, $1 cells a rank, $count ranks" \
      ranks "$count" halo-bench exchange --memory "$memory" --compare --local "$1" --reps "$2" \
      --json "$results/exchange-$1-$count.json"
  done
}

if [ -n "$quick" ]; then
  exchange 12,12,12 3
else
  exchange 64,64,64 300
  exchange 256,256,256 100
fi

printf '\n' | tee -a "$report"
if [ "$failed" -eq 0 ]; then verdict='every cell was right'; else verdict="$failed of the steps FAILED"; fi
printf '%s; %s: the tables are in %s\n' "$device" "$verdict" "$report" | tee -a "$report"
[ "$failed" -eq 0 ]
