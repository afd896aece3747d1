# shellcheck shell=bash
# What a machine needs to build and run this project, and how mpirun is called on it. Sourced by the scripts that users
# run; they define nothing of this themselves.
#
#   need_packages       the MPI library, mpirun and pkg-config, installed where they are missing
#   need_libpng         what draws the examples' pictures, installed where it is missing
#   need_swift          a Swift toolchain on PATH, installed where there is none
#   mpi_flags RANKS     exports the environment that mpirun needs here, and sets the array MPI_FLAGS to its arguments
#   RANK_COMMAND        an array to put before a program under mpirun, so that a rank that a signal ends is named

swift_version=6.3
script_name=${0##*/}

# Ends the script with one line.
die() {
  local status=$1
  shift
  printf '%s: %s\n' "$script_name" "$*" >&2
  exit "$status"
}

# Runs a command as root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die 69 "needs root for '$*', and there is no sudo: run that as root, then this again"
  fi
}

# Installs packages, after saying so; the first argument names in words what they are for.
install_packages() {
  local purpose=$1
  shift
  if ! command -v apt-get >/dev/null; then
    die 69 "missing $purpose, and no package manager that this script knows (apt-get): install what Debian calls $*"
  fi
  printf 'installing %s: apt-get install -y %s\n' "$purpose" "$*"
  as_root apt-get update -qq >/dev/null || printf '%s: apt-get update failed; trying to install anyway\n' "$script_name" >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null ||
    die 69 "apt-get could not install $*: see its messages above"
}

need_packages() {
  local name=${HALO_MPI_PKGCONFIG:-mpi-c} library=libopenmpi-dev launcher=openmpi-bin
  local -a packages=()
  case $name in *mpich*) library=libmpich-dev launcher=mpich ;; esac
  command -v pkg-config >/dev/null || packages+=(pkg-config)
  if [ "${#packages[@]}" -gt 0 ] || ! pkg-config --exists "$name"; then packages+=("$library"); fi
  command -v mpirun >/dev/null || packages+=("$launcher")
  [ "${#packages[@]}" -eq 0 ] || install_packages "MPI" "${packages[@]}"
  pkg-config --exists "$name" ||
    die 69 "pkg-config knows no '$name': install an MPI library, or name one in HALO_MPI_PKGCONFIG (ompi-c, mpich)"
  command -v mpirun >/dev/null || die 69 "there is no mpirun on PATH: install $launcher"
}

need_libpng() {
  pkg-config --exists libpng || install_packages "what draws the pictures" libpng-dev
}

need_swift() {
  local environment=${SWIFTLY_HOME_DIR:-$HOME/.local/share/swiftly}/env.sh
  # shellcheck disable=SC1090
  if ! command -v swift >/dev/null && [ -r "$environment" ]; then . "$environment"; fi
  if command -v swift >/dev/null; then return; fi
  local archive folder steps
  archive=swiftly-$(uname -m).tar.gz
  local address=https://download.swift.org/swiftly/linux/$archive
  local advice="install Swift $swift_version or later from https://www.swift.org/install"
  if ! { command -v curl && command -v gpg; } >/dev/null; then
    install_packages "what the download of Swift needs" ca-certificates curl gnupg
  fi
  printf 'installing Swift %s with swiftly, from %s\n' "$swift_version" "$address"
  folder=$(mktemp -d) || die 73 "cannot make a temporary folder"
  steps=$folder/after-install.sh
  curl --fail --silent --show-error --location --output "$folder/$archive" "$address" ||
    die 69 "could not download $address: $advice"
  if ! { tar -xzf "$folder/$archive" -C "$folder" &&
    "$folder/swiftly" init --assume-yes --quiet-shell-followup --skip-install; }; then
    die 69 "swiftly could not set itself up: $advice"
  fi
  # shellcheck disable=SC1090
  . "$environment"
  swiftly install --assume-yes --use "$swift_version" --post-install-file "$steps" ||
    die 69 "swiftly could not install Swift $swift_version: $advice"
  if [ -s "$steps" ]; then
    printf 'installing what Swift needs:\n%s\n' "$(cat "$steps")"
    as_root env DEBIAN_FRONTEND=noninteractive sh "$steps" >/dev/null ||
      die 69 "could not install what Swift needs: $advice"
  fi
  rm -rf "$folder"
  hash -r
  command -v swift >/dev/null || die 69 "swiftly has finished, but there is no swift on PATH: $advice"
}

# The cores that may run ranks; hardware threads of one core count once, as they do for mpirun.
core_count() {
  local cores
  cores=$(lscpu --parse=CORE,SOCKET 2>/dev/null | grep -v '^#' | sort -u | wc -l)
  [ "$cores" -gt 0 ] || cores=$(nproc)
  if [ "$(nproc)" -lt "$cores" ]; then cores=$(nproc); fi
  printf '%s\n' "$cores"
}

mpi_flags() {
  local ranks=$1
  MPI_FLAGS=()
  case $(mpirun --version 2>/dev/null) in *"Open MPI"* | *OpenRTE*) ;; *) return ;; esac
  if [ "$(id -u)" -eq 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  # A program that fails has said why in one line: mpirun need not add its own report.
  export OMPI_MCA_orte_execute_quiet=1
  if [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then
    # Containers often forbid reading another process's memory; Open MPI then warns at every run.
    export OMPI_MCA_btl_vader_single_copy_mechanism=none
  fi
  if [ "$ranks" -gt "$(core_count)" ]; then MPI_FLAGS+=(--oversubscribe); fi
}

# A rank that a signal ends (no memory left, a crash) cannot say so itself, and mpirun is told to be quiet.
# shellcheck disable=SC2016
say_signal='
  exec 3>&2
  { "$@" 2>&3 3>&-; } 2>/dev/null
  status=$?
  if [ "$status" -gt 128 ]; then
    rank=${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:-${PMI_RANK:-0}}}
    signal=$(kill -l "$((status - 128))")
    case $signal in KILL) signal="KILL (is the memory of this machine used up?)" ;; esac
    printf "rank %s: error: ended by signal %s\n" "$rank" "$signal" >&3
  fi
  exit "$status"'
# shellcheck disable=SC2034
RANK_COMMAND=(bash -c "$say_signal" rank)
