#!/bin/sh
# Tests and measures halo updates on this machine's GPU, with nothing but what lies beside this script. See --help.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

usage() {
  cat <<'EOF'
usage: run.sh [--memory cuda|hip|opencl] [--quick] [--results FOLDER]

Tests halo updates of fields in a GPU's memory, 2 and 4 ranks sharing the first device, by every route that
it offers: every cell is compared with its value from global coordinates. Then measures packing and
unpacking against the device's own copy of as many bytes, and updates by each route. Prints the tables, and
leaves them in a folder as text, and as JSON. The exit status is 1 if a cell was wrong or a program failed.

  --memory NAME      which driver: cuda (the default), hip or opencl
  --quick            small arrays, a minute or less: shows that it works; its figures mean little
  --results FOLDER   where the tables go (default: results, in the current folder)
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

memory=cuda quick='' results=$PWD/results
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --quick) quick=1 ;;
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

# MARK: What the programs are linked with

loader=/lib64/ld-linux-x86-64.so.2
if [ "$(uname -sm)" != 'Linux x86_64' ] || [ ! -e "$loader" ]; then
  die 69 "runs on Linux with glibc on x86-64, and this is $(uname -sm)"
fi

# What the loader does not find for a program, MPI or its plugins: one line each.
problems() {
  for file in "$here"/bin/* "$here"/lib/*.so* "$here"/lib/openmpi/*.so; do
    LD_TRACE_LOADED_OBJECTS=1 "$loader" "$file" 2>&1 || true
  done | grep 'not found' | sort -u || true
}

# Libraries that most machines have are taken from the archive one by one, only where they are missing: those of the
# driver may need newer ones.
export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
found=1
while [ -n "$found" ]; do
  found=''
  for library in $(problems | sed -n 's/^[[:space:]]*\([^ ]*\) => not found$/\1/p'); do
    folder=$here/lib/if-missing/$library
    case :$LD_LIBRARY_PATH: in *":$folder:"*) continue ;; esac
    [ -d "$folder" ] || continue
    LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$folder
    found=1
  done
done
problem=$(problems | head -n 1)
[ -z "$problem" ] || die 69 "this machine cannot load the programs: $(printf '%s' "$problem" | sed 's/^[[:space:]]*//')"

export OPAL_PREFIX="$here" OPAL_PKGLIBDIR="$here/lib/openmpi" OPAL_SYSCONFDIR="$here/etc"
export PMIX_PREFIX="$here" PMIX_PKGLIBDIR="$here/lib/pmix" PMIX_PKGDATADIR="$here/share/pmix"
# One machine, as whoever this is; a program that fails says itself why.
export OMPI_MCA_plm=isolated OMPI_MCA_orte_execute_quiet=1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
if [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then
  # Containers often forbid reading another process's memory; Open MPI then warns at every run.
  export OMPI_MCA_btl_vader_single_copy_mechanism=none
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

ranks() {
  count=$1
  shift
  "$here/bin/mpirun" --oversubscribe --bind-to none -n "$count" "$@"
}

device=$("$here/bin/device-halo-check" --memory "$memory" --name 2>&1) || die 69 "${device#device-halo-check: }"
{
  printf 'device:  %s\n' "$device"
  printf 'machine: %s, %s processors\n' "$(uname -sr)" "$(getconf _NPROCESSORS_ONLN)"
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
    ranks "$count" "$here/bin/device-halo-check" --memory "$memory" --cases "$cases"
done
if [ "$memory" = cuda ]; then
  step kernel.txt "random tables of the kernel" "$here/bin/on-device" check "$cases"
fi

step pack.txt "packing and unpacking" "$here/bin/halo-bench" pack --memory "$memory" --halo 3 \
  --layout "$faces" "$@" --json "$results/pack.json"
if [ -z "$quick" ] && [ "$memory" = cuda ]; then
  step kernel-times.txt "packing and unpacking of memory that no cache holds" "$here/bin/on-device" measure
fi

# The cells of a rank and the updates to time.
exchange() {
  for count in 2 4; do
    step "exchange-$1-$count.txt" "updates by each route, $1 cells a rank, $count ranks" \
      ranks "$count" "$here/bin/halo-bench" exchange --memory "$memory" --compare --local "$1" --reps "$2" \
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
