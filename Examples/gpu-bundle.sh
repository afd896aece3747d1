#!/usr/bin/env bash
# Packs what tests and measures halo updates on a GPU into one archive, for a machine without Swift or MPI. See --help.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../.ci/setup.sh
. "$root/.ci/setup.sh"

usage() {
  cat <<'EOF'
usage: gpu-bundle.sh [--output FILE.tar.gz] [--configuration release|debug]

Builds the halo test for devices, halo-bench and the kernel's own test, linked with Swift statically, and packs
them with Open MPI's libraries, plugins and launcher into one archive (Examples/output/swift-halo-gpu.tar.gz, if
not said). It runs on any x86-64 Linux with a driver; a C library as new as the one here is packed too, for
machines whose own is older:

    tar -xzf swift-halo-gpu.tar.gz && swift-halo-gpu/run.sh --memory cuda

  --output FILE      where the archive goes
  --configuration    release (the default), or debug: what the tests are built of, with Swift's libraries beside
                     it; built in no time, and slow: to try the archive itself
  --help             this text
EOF
}

output=$here/output/swift-halo-gpu.tar.gz configuration=release
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --output | --configuration)
      [ $# -ge 2 ] || die 64 "$1 needs a value; see --help"
      case $1 in
        --output) output=$2 ;;
        --configuration) configuration=$2 ;;
      esac
      shift
      ;;
    *) die 64 "there is no option $1; see --help" ;;
  esac
  shift
done
case $configuration in release | debug) ;; *) die 64 "--configuration $configuration: give release or debug" ;; esac

case ${HALO_MPI_PKGCONFIG:-} in *mpich*) die 69 "packs Open MPI, and HALO_MPI_PKGCONFIG names $HALO_MPI_PKGCONFIG: unset it" ;; esac
need_packages
need_swift
launcher=$(command -v orterun) || die 69 "packs Open MPI 4, whose mpirun is orterun, and there is no orterun here"
mkdir -p "$(dirname "$output")" || die 73 "cannot make the folder of $output"

work=$(mktemp -d) || die 73 "cannot make a temporary folder"
trap 'rm -rf "$work"' EXIT
bundle=$work/swift-halo-gpu
mkdir -p "$bundle"/{bin,etc,share} "$bundle"/lib/{openmpi,pmix,if-missing,if-older}

# MARK: Programs

build=(swift build --package-path "$root" --configuration "$configuration")
if [ "$configuration" = release ]; then
  # A folder of its own: how Swift is linked is known to all that is compiled.
  build+=(--static-swift-stdlib --scratch-path "$root/.build/gpu-bundle")
fi
for program in halo-bench device-halo-check; do
  "${build[@]}" --product "$program" >"$work/build" 2>&1 ||
    { cat "$work/build" >&2 && die 70 "$program could not be built"; }
  cp "$("${build[@]}" --show-bin-path)/$program" "$bundle/bin"
done
"$root/Tests/OnDevice/build.sh" "$bundle/bin"
cp "$launcher" "$bundle/bin/mpirun"
cp "$(command -v orted)" "$bundle/bin/"
cp "$here/GPUBundle/run.sh" "$bundle/"
git -C "$root" describe --always --dirty >"$bundle/version" 2>/dev/null || echo unknown >"$bundle/version"

# MARK: Libraries

# The C library, all that is of one version with it.
is_of_c='^(lib(c|m|mvec|dl|pthread|rt|resolv|util|anl|nsl|nss_(files|dns|compat))|ld-linux-x86-64)\.so'

# The libraries that files are loaded with, "name path" each, but for the C library's own and its loader.
libraries() {
  local file
  for file in "$@"; do ldd "$file" 2>/dev/null || true; done | awk '$3 ~ /^\// { print $1, $3 }' | sort -u |
    grep -Ev "$is_of_c" || true
}

is_of_mpi='^lib(mpi|open-(rte|pal)|mca_common_[a-z]+|pmix|hwloc|event(_[a-z]+)?)[-.]'
is_of_swift='^lib(swift|_?Foundation|dispatch|BlocksRuntime|_Internationalization)'

# Puts a library where it is always found, or where it is found if the machine has none.
add_library() {
  local name=$1 path=$2 folder=$bundle/lib
  [[ $name =~ $is_of_mpi || $name =~ $is_of_swift ]] || folder=$bundle/lib/if-missing/$name
  mkdir -p "$folder"
  cp -L "$path" "$folder/$name"
}

setting() { ompi_info --parsable --path "$1" | cut -d: -f3; }

# A plugin that needs more than MPI and the programs do is one for a network or a batch system.
known=$(libraries "$bundle"/bin/* | cut -d' ' -f1)
plugins=("$(setting pkglibdir)"/mca_*.so)
for plugin in "${plugins[@]}"; do
  needed=$(libraries "$plugin" | cut -d' ' -f1 | grep -Ev "$is_of_mpi" | grep -vxF "$known" || true)
  case $(basename "$plugin") in
    # PMIx's own library may need more, and no rank starts without it.
    mca_pmix_ext*) ;;
    *) [ -z "$needed" ] || continue ;;
  esac
  cp "$plugin" "$bundle/lib/openmpi/"
done
while read -r name path; do
  add_library "$name" "$path"
done < <(libraries "$bundle"/bin/* "$bundle"/lib/openmpi/*.so)
pmix=$(dirname "$(readlink -f "$(libraries "$bundle"/lib/openmpi/mca_pmix_ext*.so | awk '/^libpmix/ { print $2 }')")")
[ ! -d "$pmix/pmix" ] || cp "$pmix"/pmix/*.so "$bundle/lib/pmix/"
[ ! -d "$pmix/../share/pmix" ] || cp -r "$pmix/../share/pmix" "$bundle/share/"
cp -r "$(setting pkgdatadir)" "$bundle/share/openmpi"
cp "$(setting sysconfdir)"/*.conf "$bundle/etc/"

find "$bundle/bin" "$bundle/lib" -type f -exec strip --strip-unneeded {} + 2>/dev/null ||
  printf '%s: not stripped: there is no strip\n' "$script_name" >&2

# As they are: a loader is no library to be stripped.
for file in "$(dirname "$(ldd "$bundle/bin/halo-bench" | awk '$1 == "libc.so.6" { print $3 }')")"/*.so.*; do
  [[ ! ${file##*/} =~ $is_of_c ]] || cp -L "$file" "$bundle/lib/if-older/"
done
getconf GNU_LIBC_VERSION >"$bundle/lib/if-older/version"

tar --create --gzip --file "$output" --owner=0 --group=0 --directory "$work" swift-halo-gpu
printf '%s: %d KiB; where the C library is older than 2.%s, it brings %s\n' "$output" \
  "$(($(wc -c <"$output") / 1024))" \
  "$(find "$bundle/bin" "$bundle/lib" -path '*/if-older' -prune -o -type f -exec objdump -T {} + 2>/dev/null |
    grep -oE 'GLIBC_2\.[0-9]+' | sort -Vu | tail -n 1 | cut -d. -f2)" "$(cat "$bundle/lib/if-older/version")"
