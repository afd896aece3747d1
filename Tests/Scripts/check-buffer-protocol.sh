#!/bin/bash
# Checks the buffer protocol with a real Python: arrays of NumPy, memoryview, array, bytes and ctypes are read and written by
# Swift through a small C extension, and Swift's by Python. NumPy is installed by pip into .build/python-buffers.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

need_packages
need_swift

environment=.build/python-buffers

# A Python with its headers, and NumPy in an environment of its own.
need_python() {
  local -a packages=()
  command -v python3 >/dev/null || packages+=(python3)
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
  [ -e "$(python_headers)/Python.h" ] || packages+=(python3-dev)
  command -v cc >/dev/null || packages+=(gcc libc6-dev)
  [ "${#packages[@]}" -eq 0 ] || install_packages "Python" "${packages[@]}"
  if "$environment/bin/python" -c 'import numpy' 2>/dev/null; then return; fi
  echo "installing NumPy into $environment"
  rm -rf "$environment"
  python3 -m venv "$environment" || die 69 "python3 cannot make an environment: install what Debian calls python3-venv"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check numpy ||
    die 69 "pip could not install numpy: see its messages above"
}

python_headers() { python3 -c 'import sysconfig; print(sysconfig.get_path("include"))' 2>/dev/null; }

need_python

swift build --product PythonBuffers --quiet || die 70 "the library for Python could not be built: see the messages above"
library=$(swift build --show-bin-path)
suffix=$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')

# The layout of Py_buffer is compared by static assertions.
builds() {
  cc -shared -fPIC -O1 -g -Wall -Werror -std=c11 -I"$(python_headers)" Tests/PythonModule/python_buffers.c \
    -o "$folder/python_buffers$suffix" -L"$library" -lPythonBuffers -Wl,-rpath,"$library" >"$output" 2>"$errors"
}
check "the extension builds, with Swift's Py_buffer like Python's" builds

python_agrees() {
  PYTHONPATH=$folder "$environment/bin/python" Tests/Scripts/check_buffer_protocol.py >"$output" 2>"$errors"
}
check "Python and Swift agree" python_agrees
tail -n 1 "$output"

printf 'buffer protocol: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
