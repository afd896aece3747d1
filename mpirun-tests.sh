#!/bin/bash
# Builds the tests once, runs the unit tests once, and the suites that communicate in one process and under mpirun.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
. .ci/setup.sh

# Suites of tests that communicate have names that end so; all others are unit tests.
mpi_suites='[A-Za-z0-9]MPITests/'

usage() {
  cat <<'END'
usage: ./mpirun-tests.sh [OPTION…] [RANKS…]

Installs what is missing, builds the tests, runs the unit tests once, then the suites
whose names end in MPITests: with all ranks as threads of one process, on 1, 2, 6 and 24
ranks (and 4 whose messages are delayed), and under mpirun, on 1, 2, 4 and 6 ranks; or on those given, both.
A test that fails, crashes or hangs is named with the rank and its messages.
The last line is "N passed, N failed"; a test counts once for each number of ranks
under mpirun, and once for all in one process.

  --filter REGEX            only tests whose identifier (Module.Suite/test()) matches
  --only KIND[,KIND…]       only the unit tests (unit), the suites that communicate in one
                            process (local), or those under mpirun (mpi)
  --routes                  the suites that communicate, once for each route that halo
                            messages can take (HALO_ROUTE); no unit tests
  --optimized               build and run as a release is built, for what only its compiler
                            gets wrong; takes longer to build, and less to run
  --sanitize address        build and run with AddressSanitizer
  --targets NAME[,NAME…]    only the tests of these targets, which are all that is built
  --build-only              builds the tests, and runs none
  --time-limit SECONDS      for each run; a run that takes longer has failed
                            (default 600, or HALO_TEST_TIME_LIMIT)
  --help                    this text

A wait within a test is ended after HALO_TIMEOUT seconds (default: a fifth of the time
limit). Output is kept in the build's folder: .build/test-logs, .build-optimized/test-logs
or .build-address/test-logs.
END
}

filter='' only=unit,local,mpi sanitizer='' is_optimized='' targets='' builds_only='' routes=('') limit=${HALO_TEST_TIME_LIMIT:-600}
rank_counts=()

while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --routes) routes=(window window-packed packed datatype) ;;
    --optimized) is_optimized=yes ;;
    --build-only) builds_only=yes ;;
    --filter | --only | --sanitize | --targets | --time-limit)
      [ $# -ge 2 ] || die 64 "$1 needs a value; see --help"
      case $1 in
        --filter) filter=$2 ;;
        --only) only=$2 ;;
        --sanitize) sanitizer=$2 ;;
        --targets) targets=$2 ;;
        --time-limit) limit=$2 ;;
      esac
      shift
      ;;
    -*) die 64 "there is no option $1; see --help" ;;
    *)
      [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] || die 64 "'$1' is not a number of ranks: give 1 or more"
      rank_counts+=("$1")
      ;;
  esac
  shift
done
[[ ,$only, =~ ^,((unit|local|mpi),)+$ ]] || die 64 "--only is '$only': give unit, local or mpi, or several with commas"
case $sanitizer in '' | address) ;; *) die 64 "--sanitize is '$sanitizer': give address" ;; esac
[ -z "$sanitizer" ] || [ -z "$is_optimized" ] || die 64 "--sanitize and --optimized exclude each other: give one"
for target in ${targets//,/ }; do
  [[ $target = *Tests && -d Tests/$target ]] || die 64 "--targets has '$target': give folders of Tests that hold tests"
done
[[ $limit =~ ^[1-9][0-9]{0,5}$ ]] || die 64 "the time limit is '$limit': give whole seconds, 1 or more"
export HALO_LOCAL_RANKS=${rank_counts[*]:-1 2 6 24}
[ "${#rank_counts[@]}" -gt 0 ] || rank_counts=(1 2 4 6)

need_packages
need_swift

export NO_COLOR=1 SWIFT_BACKTRACE=color=no HALO_TIMEOUT=${HALO_TIMEOUT:-$(((limit + 4) / 5))}
build_options=(--build-tests) scratch=.build
if [ -n "$targets" ]; then
  export HALO_TEST_TARGETS=$targets
  # Those of halo-bench run the program.
  [[ ,$targets, = *,HaloBenchTests,* ]] || build_options=(--product swift-haloPackageTests)
fi
if [ -n "$sanitizer" ]; then
  build_options+=(--sanitize "$sanitizer")
  scratch=.build-$sanitizer
  export HALO_SANITIZER=$sanitizer
  # Open MPI leaks memory of its own, tests ask for more memory than there is, and Swift's backtraces of a crash hang
  # in an instrumented process. Threads that end would unmap the signal stacks that Swift has given them.
  export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:allocator_may_return_null=1:use_sigaltstack=0} SWIFT_BACKTRACE=enable=no
fi
if [ -n "$is_optimized" ]; then
  build_options+=(--configuration release -Xswiftc -enable-testing)
  scratch=.build-optimized
fi
build_options+=(--scratch-path "$scratch")

logs=$PWD/$scratch/test-logs
rm -rf "$logs"
mkdir -p "$logs" || die 73 "cannot make the folder $logs"

passed=0 failed=0

finish() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

echo "building the tests"
if ! swift build "${build_options[@]}" >"$logs/build.out" 2>&1; then
  grep -E 'error:|warning:' "$logs/build.out" | sort -u | head -40 || true
  echo "FAILED to build the tests; the whole output is in $logs/build.out"
  failed=1
  finish
fi
[ -z "$builds_only" ] || exit 0
binaries=$(swift build "${build_options[@]}" --show-bin-path 2>/dev/null)
bundles=("$binaries"/*PackageTests.xctest)
bundle=${bundles[0]}
[ -x "$bundle" ] || die 70 "the build left no test bundle in $binaries"

wants() { [[ ,$only, == *,$1,* ]]; }

# Reads the events of all ranks in a folder; prints each failed test with what its ranks said, then "COUNTS passed failed".
read_events() {
  awk -v folder="$1" -v ranks="$2" -v label="$3" '
    function field(name,    text) {
      if (!match($0, "\"" name "\":\"([^\"\\\\]|\\\\.)*\"")) return ""
      text = substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 5)
      return plain(text)
    }
    function plain(text) {
      gsub(/\\n/, "; ", text); gsub(/\\t/, " ", text); gsub(/\\"/, "\"", text); gsub(/\\\//, "/", text)
      gsub(/\\\\/, "\\", text)
      return text
    }
    function texts(    rest, all, text) {
      rest = $0; all = ""
      while (match(rest, /"text":"([^"\\]|\\.)*"/)) {
        text = plain(substr(rest, RSTART + 8, RLENGTH - 9))
        all = all (all == "" ? "" : "; ") text
        rest = substr(rest, RSTART + RLENGTH)
      }
      return all
    }
    function place(    line) {
      if (!match($0, /"line":[0-9]+/)) return ""
      line = substr($0, RSTART + 7, RLENGTH - 7)
      return " (" field("fileID") ":" line ")"
    }
    function name_of(id) { sub(/\/[^\/]*:[0-9]+:[0-9]+$/, "", id); return id }
    function first_line(file,    line) { line = ""; getline line < file; close(file); return line }
    # What a rank wrote beside the progress of its tests.
    function said(rank,    file, line, all, count) {
      file = folder "/rank-" rank ".out"; all = ""; count = 0
      while ((getline line < file) > 0 && count < 3)
        if (line ~ /^rank [0-9]+: |^all [0-9]+ ranks: |Fatal error|ERROR: |runtime error: /) {
          sub("^rank " rank ": ", "", line)
          all = all (count++ ? "; " : "") line
        }
      close(file)
      return all
    }
    {
      match(FILENAME, /rank-[0-9]+/); rank = substr(FILENAME, RSTART + 5, RLENGTH - 5) + 0
      id = field("testID")
      if (id !~ /\(/) next
      if (/"kind":"testStarted"/) {
        if (!(id in known)) { known[id] = 1; order[++total] = id }
        open[rank, id] = 1
      } else if (/"kind":"testEnded"/) {
        delete open[rank, id]
        if (/"symbol":"fail"/) failed[id] = 1
      } else if (/"kind":"issueRecorded"/ && /"isFailure":true/)
        messages[id] = messages[id] "    " (ranks > 1 ? "rank " rank ": " : "") texts() place() "\n"
    }
    END {
      for (i = 1; i <= total; i++) {
        id = order[i]; lost = ""; waiting = ""
        for (rank = 0; rank < ranks; rank++) {
          if (!((rank, id) in open)) continue
          status = first_line(folder "/rank-" rank ".status"); words = said(rank)
          if (status > 128) lost = lost "    rank " rank ": crashed with signal " (status - 128) (words == "" ? "" : ": " words) "\n"
          else if (words == "" && status != "") lost = lost "    rank " rank ": left the test, with exit status " status "\n"
          else if (words != "") lost = lost "    rank " rank ": " words "\n"
          else waiting = waiting (waiting == "" ? "" : ", ") rank
        }
        if (lost != "" || waiting != "") failed[id] = 1
        if (!(id in failed)) { good++; continue }
        bad++
        printf "FAILED %s: %s\n%s%s", label, name_of(id), messages[id], lost
        if (waiting != "") printf "    rank %s: still in this test when the job was ended\n", waiting
      }
      printf "COUNTS %d %d\n", good, bad
    }' "$1"/rank-*.events
}

# The exit status of a test bundle that found no test to run.
no_test=69

# Runs tests: a label, a folder for logs, the number of ranks, then the command line.
run_tests() {
  local label=$1 folder=$2 ranks=$3 started=$SECONDS status=0 report good bad
  shift 3
  mkdir -p "$folder"
  printf '%s: running\n' "$label"
  timeout --kill-after=10 "$limit" "$@" >"$folder/launcher.out" 2>&1 </dev/null || status=$?
  if compgen -G "$folder/rank-*.events" >/dev/null; then
    report=$(read_events "$folder" "$ranks" "$label")
  else
    report='COUNTS 0 0'
  fi
  read -r _ good bad <<<"${report##*$'\n'}"
  report=${report%COUNTS*}
  printf '%s' "$report"
  if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
    printf 'FAILED %s: not done within the time limit of %d s\n' "$label" "$limit"
    [ "$bad" -gt 0 ] || bad=1
  elif [ "$status" -ne 0 ] && [ "$status" -ne "$no_test" ] && [ "$bad" -eq 0 ]; then
    bad=1
    printf 'FAILED %s: ended with exit status %d outside of any test\n' "$label" "$status"
    cat "$folder/launcher.out" "$folder"/rank-*.out 2>/dev/null | grep -v '^[◇✔↳➜]' | tail -20 | sed 's/^/    /'
  elif [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then
    if [ -n "$filter" ]; then
      printf '%s: no test matches\n' "$label"
      return
    fi
    bad=1
    printf 'FAILED %s: no test has run\n' "$label"
  fi
  printf '%s: %d passed, %d failed in %d s\n' "$label" "$good" "$bad" "$((SECONDS - started))"
  passed=$((passed + good))
  failed=$((failed + bad))
}

# What each rank runs: the bundle with files of its own for its events, output and exit status.
# shellcheck disable=SC2016
rank_command='
  rank=${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:-${PMI_RANK:-0}}}
  folder=$1
  shift
  "$@" --event-stream-output-path "$folder/rank-$rank.events" >"$folder/rank-$rank.out" 2>&1
  status=$?
  echo "$status" >"$folder/rank-$rank.status"
  exit "$status"'
options=(--testing-library swift-testing)

mpi_filter=$mpi_suites
[ -z "$filter" ] || mpi_filter="(?=.*$mpi_suites).*($filter)"
if wants unit && [ -z "${routes[0]}" ]; then
  unit_options=(--skip "$mpi_suites")
  [ -z "$filter" ] || unit_options+=(--filter "$filter")
  run_tests "unit tests" "$logs/unit" 1 \
    bash -c "$rank_command" rank "$logs/unit" "$bundle" "${options[@]}" "${unit_options[@]}"
fi
for route in "${routes[@]}"; do
  [ -z "$route" ] || export HALO_ROUTE=$route
  way=${route:+, $route} folder=$logs${route:+/$route}
  if wants local; then
    run_tests "one process$way" "$folder/local" 1 \
      bash -c "$rank_command" rank "$folder/local" "$bundle" "${options[@]}" --filter "$mpi_filter"
  fi
  wants mpi || continue
  for ranks in "${rank_counts[@]}"; do
    mpi_flags "$ranks"
    label="$ranks ranks"
    [ "$ranks" -ne 1 ] || label="1 rank"
    run_tests "$label$way" "$folder/$ranks" "$ranks" \
      mpirun ${MPI_FLAGS[@]+"${MPI_FLAGS[@]}"} -n "$ranks" \
      bash -c "$rank_command" rank "$folder/$ranks" "$bundle" "${options[@]}" --no-parallel --filter "$mpi_filter"
  done
done
finish
