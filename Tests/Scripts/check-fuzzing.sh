#!/bin/bash
# Feeds what reads foreign text with random text under libFuzzer and AddressSanitizer, for a bounded time.
# usage: Tests/Scripts/check-fuzzing.sh [SECONDS]
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

need_swift

seconds=${1:-10}

# A name; its seeds, one a line; then the sources, which need nothing else.
fuzz() {
  local name=$1 seeds=$2
  shift 2
  mkdir -p "$folder/$name"
  swiftc -swift-version 6 -parse-as-library -O -sanitize=fuzzer,address "$@" "Tests/Fuzzing/$name.swift" \
    -o "$folder/$name/run" >"$output" 2>"$errors"
  check "$name: builds" [ -x "$folder/$name/run" ]
  [ -x "$folder/$name/run" ] || return
  mkdir -p "$folder/$name/corpus"
  local number=0 seed
  while IFS= read -r seed; do
    number=$((number + 1))
    printf '%s' "$seed" >"$folder/$name/corpus/$number"
  done <<<"$seeds"
  # One input may take a second and 256 MiB: nothing that is read may need more.
  SWIFT_BACKTRACE=enable=no check "$name: no crash, no over-read, no unbounded allocation" \
    "$folder/$name/run" -max_total_time="$seconds" -max_len=512 -timeout=1 -rss_limit_mb=256 -malloc_limit_mb=64 \
    -verbosity=1 -print_final_stats=1 -artifact_prefix="$folder/$name/" "$folder/$name/corpus" >"$output" 2>"$errors"
  grep -E 'number_of_executed_units' "$errors" | sed "s/^stat::/$name: /"
}

fuzz FuzzBufferFormat "$(printf '%s\n' \
  'i:ival:T{H:sval:B:bval:B:cval:}:sub:' '>i:big: <i:little:' 'i:ival:(16,4)d:data:' '&(2,3)<i' '10s3t5p^Zg@d' 'X{i->d}' \
  'T{T{b:x:}:a:d:b:}' '<Z' '9223372036854775807d' '((((((((')" \
  Sources/Strided/BufferProtocol/Format/*.swift

printf 'fuzzing: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
