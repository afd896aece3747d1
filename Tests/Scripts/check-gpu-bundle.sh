#!/bin/bash
# Checks the archive for machines with a GPU: packs it of what the tests are built of, with HALO_NIGHTLY=1 of statically
# linked programs, and runs it quickly in an empty place, where neither Swift nor MPI can be seen.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

need_packages
need_swift

configuration=debug
[ -z "${HALO_NIGHTLY:-}" ] || configuration=release
archive=$folder/halo.tar.gz place=$folder/empty
bundle=$place/swift-halo-gpu
mkdir "$place"

packs() {
  Examples/gpu-bundle.sh --configuration "$configuration" --output "$archive" >"$output" 2>"$errors" &&
    tar -xzf "$archive" -C "$place"
}

echo "packing"
check "packs an archive" packs
[ -x "$bundle/run.sh" ] || die 70 "there is no archive to check: see the messages above"
check "says its size, and where it brings a C library" \
  grep -qE "^$archive: [0-9]+ KiB; where the C library is older than 2\.[0-9]+, it brings glibc 2\.[0-9]+$" "$output"

# Takes away, in a mount namespace of its own, what this machine has of MPI, of Swift and of all that the archive brings
# along, but for what the compiler of OpenCL on the processor links kernels with; may not be allowed.
# shellcheck disable=SC2016
hide='
  mount -t tmpfs tmpfs "$2" && mkdir "$2/changes" "$2/work" &&
    mount -t overlay overlay -o "lowerdir=/usr,upperdir=$2/changes,workdir=$2/work" /usr || exit 70
  for file in "$1"/lib/lib*.so* "$1"/lib/if-missing/*/* "$1/bin/mpirun" "$1/bin/orterun" "$1/bin/orted"; do
    case $file in */libgcc_s.so.*) continue ;; esac
    rm -f /usr/lib/"${file##*/}" /usr/lib/*-linux-gnu/"${file##*/}" /usr/lib64/"${file##*/}" /usr/bin/"${file##*/}"
  done
  shift 2
  while [ "$1" != -- ]; do
    [ ! -d "$1" ] || mount -t tmpfs tmpfs "$1" || exit 70
    shift
  done
  shift
  exec "$@"'
setting() { ompi_info --parsable --path "$1" | cut -d: -f3; }
hidden=("$(setting pkglibdir)" "$(setting pkgdatadir)" "$(setting sysconfdir)"
  "$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")")
mkdir "$folder/hidden"
bare=(unshare --mount bash -c "$hide" hide "$bundle" "$folder/hidden" "${hidden[@]}" --)
if "${bare[@]}" true 2>/dev/null; then
  "${bare[@]}" "$bundle/bin/halo-bench" --help >"$output" 2>"$errors"
  check "no MPI is left to be seen" grep -q 'error while loading shared libraries: .*cannot open shared object file' "$errors"
else
  bare=()
  echo "SKIPPED hiding Swift and MPI: not allowed here"
fi

# What starts the archive's script.
before=()

# Runs the archive's script in the empty place: the environment's variables, then its arguments after --.
run() {
  local -a variables=()
  while [ "$1" != -- ]; do
    variables+=("$1")
    shift
  done
  shift
  status=0
  (cd "$place" && timeout 300 ${bare[@]+"${bare[@]}"} env -i PATH=/usr/bin:/bin ${variables[@]+"${variables[@]}"} \
    ${before[@]+"${before[@]}"} "$bundle/run.sh" "$@") \
    >"$output" 2>"$errors" || status=$?
}

refused() {
  local expected=$1 message=$2
  shift 2
  run -- "$@"
  check "run.sh $*: exits with $expected" [ "$status" -eq "$expected" ]
  check "run.sh $*: says why in one line" grep -qE "^run\.sh: $message" "$errors"
  check "run.sh $*: says nothing else" [ "$(cat "$output" "$errors" | wc -l)" -eq 1 ]
}

echo "bad input"
refused 64 'there is no option --frob' --frob
refused 64 '--memory needs a value' --memory
refused 64 '--memory metal: give cuda, hip or opencl' --memory metal
refused 69 'HIP: (no HIP runtime: looked for libamdhip64|the driver has no device)' --memory hip --quick
refused 73 'cannot write into the folder /proc/none' --results /proc/none
refused 64 '--mps is for --memory cuda' --mps --memory opencl
command -v nvidia-cuda-mps-control >/dev/null || refused 69 '--mps: there is no nvidia-cuda-mps-control here' --mps
run -- --help
check "--help: tells the options" contains '--results FOLDER'

# The memory, and the routes that are tested on 2 and 4 ranks.
tests_and_measures() {
  local memory=$1 routes=$2 count
  check "$memory: exits with 0" [ "$status" -eq 0 ]
  check "$memory: says nothing on standard error" [ ! -s "$errors" ]
  check "$memory: has tested halos on 2 and on 4 ranks" [ "$(grep -cE '^[1-9][0-9]* checks, 0 wrong$' "$output")" -eq 2 ]
  for route in $routes; do
    check "$memory: has tested $route twice" [ "$(grep -cE "^routes that were asked for: .*$route [0-9]+.*; chosen" "$output")" -eq 2 ]
    check "$memory: has measured $route twice" [ "$(grep -cE "^$route( +[0-9.]+){6}  " "$output")" -eq 2 ]
  done
  check "$memory: has measured packing and unpacking" [ "$(grep -cE '^c-(slab|face)-[012] +(un)?pack +[0-9]+ ' "$output")" -eq 12 ]
  check "$memory: names the device" grep -qE '^device:  [A-Za-z]+ device 0 \(.+\)$' "$output"
  check "$memory: says that all is right" contains 'every cell was right: the tables are in'
  for count in 2 4; do
    for file in "halos-$count.txt" "exchange-12,12,12-$count.txt" "exchange-12,12,12-$count.json"; do
      check "$memory: leaves $file" [ -s "$place/results/$file" ]
    done
  done
  check "$memory: leaves the whole report" cmp -s "$output" "$place/results/report.txt"
}

echo "a quick run on OpenCL"
run POCL_CACHE_DIR="$folder/kernels" -- --memory opencl --quick
if grep -q 'OpenCL: no OpenCL driver\|the driver has no device' "$errors"; then
  echo "SKIPPED the run on OpenCL: $(cat "$errors")"
else
  tests_and_measures opencl staged
  check "opencl: is loaded with the machine's C library" grep -q "^C library: the machine's, glibc" "$output"
  check "opencl: says how messages are copied" grep -qE '^messages: large ones are copied (once|twice), .*\(process_vm_readv: .+\)$' "$output"
fi

# A place where ranks may not read each other's memory.
clang -Wall -Wextra -Werror -x c - -o "$folder/unreadable" <<'EOF' || die 70 "there is no program to refuse calls with"
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments) {
  struct sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_writev, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};
  if (count < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) return 77;
  return execvp(arguments[1], arguments + 1);
}
EOF

# What stands in for the command of NVIDIA's Multi-Process Service, and keeps what it was told.
mkdir "$folder/mps"
cat >"$folder/mps/nvidia-cuda-mps-control" <<'EOF'
#!/bin/sh
told=$(dirname "$0")/told
if [ "${1:-}" = -d ]; then
  [ -z "${MPS_FAILS:-}" ] || { echo "no such device" && exit 1; }
  [ -d "$CUDA_MPS_LOG_DIRECTORY" ] || exit 1
  (sleep 1 && exec mkfifo "$CUDA_MPS_PIPE_DIRECTORY/control") &
  echo "daemon $CUDA_MPS_PIPE_DIRECTORY" >>"$told"
else
  [ -p "$CUDA_MPS_PIPE_DIRECTORY/control" ] && cat >>"$told"
fi
EOF
chmod +x "$folder/mps/nvidia-cuda-mps-control"

echo "a quick run on what stands in for CUDA, where little is as it should be"
stand_in=$folder/stand-ins
Tests/CUDAStandIn/build.sh "$stand_in" || die 70 "the stand-in could not be built: see the messages above"
driver=LD_LIBRARY_PATH=$stand_in
before=("$folder/unreadable")
if [ "${#bare[@]}" -gt 0 ]; then
  driver=LD_LIBRARY_PATH=
  # shellcheck disable=SC2016
  before+=(sh -c 'mkdir -p "$2" && cp "$1" "$2" && shift 2 && exec "$@"' put "$stand_in/libcuda.so.1" /usr/local/nvidia/lib64)
fi
with_mps="PATH=$folder/mps:/usr/bin:/bin"
run "$driver" "$with_mps" -- --memory cuda --quick --own-c-library --mps
tests_and_measures cuda 'one-shot staged peer'
check "cuda: has tested the kernel" [ -s "$place/results/kernel.txt" ]
check "cuda: is loaded with the archive's C library" \
  grep -qE "^C library: the archive's, glibc 2\.[0-9]+; the machine has glibc 2\.[0-9]+$" "$output"
check "cuda: says that messages are copied twice" \
  contains 'messages: large ones are copied twice, through memory that ranks share (process_vm_readv: Operation not permitted)'
check "cuda: tries to read no other rank's memory" [ "$(grep -c 'Read -1' "$output")" -eq 0 ]
check "cuda: says that ranks run side by side" grep -q '^sharing: a daemon of MPS runs' "$output"
pipes=$(sed -n 's/^daemon //p' "$folder/mps/told")
check "cuda: has started one daemon of MPS, with pipes of its own" [ "${pipes%/halo-mps.*}" = /tmp ]
check "cuda: has ended it" [ "$(tail -n 1 "$folder/mps/told")" = quit ]
check "cuda: leaves nothing of it" [ ! -e "$(dirname "$pipes")" ]
before=()
run "$driver" "$with_mps" MPS_FAILS=1 -- --mps
check "MPS that fails: exits with 69" [ "$status" -eq 69 ]
check "MPS that fails: says so in one line" errors_are 'run.sh: --mps: nvidia-cuda-mps-control -d failed: no such device'

echo "devices with little memory"
CELLS=64 Tests/OnDevice/build.sh "$folder" || die 70 "the program that measures the kernel could not be built"
little() {
  status=0
  CUDA_STAND_IN_MEMORY=$1 LD_LIBRARY_PATH=$stand_in:$bundle/lib "${@:2}" >"$output" 2>"$errors" || status=$?
}
little 400000000 "$folder/on-device" faces
check "kernel: takes fewer fields, and says how many" grep -q '^4 fields that take turns' "$output"
little 100000000 "$folder/on-device" measure
check "kernel: says what it needs at least" grep -qE '^not measured: 2 fields.* need 0\.2 GB of free memory: CUDA_ERROR_OUT_OF_MEMORY$' "$errors"
little 3600000 "$bundle/bin/halo-bench" pack --memory cuda --shape 16,16,8 --halo 3 --layout c-face-0 --seconds 0.01
check "packing: takes fewer fields" [ "$status" -eq 0 ]

echo "a driver that fails"
run LD_LIBRARY_PATH="$stand_in" CUDA_STAND_IN_MEMORY=500 -- --memory cuda --quick --results "$folder/failed"
check "no memory: exits with 1" [ "$status" -eq 1 ]
check "no memory: says which step has failed" contains 'FAILED with exit status 1: halos of random plans, 2 ranks'
check "no memory: does not say that all is right" grep -qE '; [0-9] of the steps FAILED: the tables are in' "$output"

printf 'archive for machines with a GPU: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
