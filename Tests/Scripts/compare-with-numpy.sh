#!/bin/bash
# Compares packing with NumPy's ascontiguousarray, face by face; a benchmark for people and nightly runs. See --help.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh

usage() {
  cat <<'END'
usage: Tests/Scripts/compare-with-numpy.sh [--least RATIO] [--rounds N]

Packs every face of a field of 128 x 128 x 128 float64 cells with a halo of 3, in C and in
Fortran order, with caches warm and cold: by halo-bench and by numpy.ascontiguousarray, in
turn, N rounds of both (7, if not said). Prints GB/s, those of a plain memcpy too, which is
as fast as memory allows, and how many times faster than NumPy this library is, by medians.
The exit status is 1 if that is less than RATIO (1.5, if not said) on a face.

NumPy is installed by pip into an environment of its own, .build/numpy.
END
}

case ${1:-} in
  --help | -h) usage && exit 0 ;;
esac

need_packages
need_swift
command -v python3 >/dev/null || die 69 "needs python3: install what Debian calls python3 and python3-venv"

environment=.build/numpy
if ! [ -x "$environment/bin/python" ] || ! "$environment/bin/python" -c 'import numpy' 2>/dev/null; then
  echo "installing NumPy into $environment"
  rm -rf "$environment"
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null || ! python3 -m venv "$environment"; then
    die 69 "python3 cannot make an environment: install what Debian calls python3-venv"
  fi
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check numpy ||
    die 69 "pip could not install numpy: see its messages above"
fi

swift build --configuration release --product halo-bench --quiet ||
  die 70 "halo-bench could not be built: see the messages above"
exec "$environment/bin/python" Tests/Scripts/compare_with_numpy.py .build/release/halo-bench "$@"
