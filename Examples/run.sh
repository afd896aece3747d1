#!/usr/bin/env bash
# Builds and runs an example under mpirun, after installing what is missing. See --help.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../.ci/setup.sh
. "$here/../.ci/setup.sh"

usage() {
  cat <<'EOF'
usage: run.sh [NAME] [--ranks N] [ARGUMENTS...]

Installs what is missing, builds the example in release mode, and runs it on N ranks (4, if not said).

  tsunami   a raised patch of sea runs into the Strait of Juan de Fuca, over real ground; draws pictures
            (this one, if no name is given)
  sphere    a bell of air goes once around a cubed sphere, over the corners of the cube; error norms and pictures
  heat      heat spreads through a periodic cube; checked against the exact solution, with the order of convergence;
            with --memory opencl, cuda or hip in the memory of a device
  waves     sound in a closed room, on a staggered grid, bent by a ball of slow air; its energy is kept; draws a picture

ARGUMENTS go to the example: run.sh NAME --help lists them.
EOF
}

name=tsunami
case ${1:-} in
  -h | --help)
    usage
    exit 0
    ;;
  tsunami | sphere | heat | waves)
    name=$1
    shift
    ;;
  "" | -*) ;;
  *) die 64 "there is no example '$1': --help lists them" ;;
esac

ranks=4
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --ranks)
      [ $# -ge 2 ] || die 64 "--ranks needs a number"
      ranks=$2
      shift 2
      ;;
    --ranks=*)
      ranks=${1#--ranks=}
      shift
      ;;
    *)
      arguments+=("$1")
      shift
      ;;
  esac
done
[[ $ranks =~ ^[1-9][0-9]{0,5}$ ]] || die 64 "--ranks takes a whole number from 1 up, not '$ranks'"

need_packages
need_swift
need_libpng
if [ "$name" != heat ]; then
  # An --output among the arguments comes later, and wins.
  arguments=(--output "$here/output" ${arguments[@]+"${arguments[@]}"})
fi

swift build --package-path "$here" --configuration release --product "$name" ||
  die 70 "the example could not be built: see the messages above"
binaries=$(swift build --package-path "$here" --configuration release --show-bin-path)

mpi_flags "$ranks"
# Open MPI gives every rank a terminal of its own, so only this script knows where the output really goes.
if [ -t 1 ]; then export EXAMPLES_PROGRESS=line; else export EXAMPLES_PROGRESS=plain; fi
exec mpirun -n "$ranks" ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} \
  "${RANK_COMMAND[@]}" "$binaries/$name" ${arguments[@]+"${arguments[@]}"}
