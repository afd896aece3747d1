#!/bin/bash
# Feeds what reads foreign text and files with random bytes under libFuzzer and AddressSanitizer, for a bounded time.
# usage: Tests/Scripts/check-fuzzing.sh [SECONDS]
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. .ci/setup.sh
. Tests/Scripts/checks.sh

need_swift

seconds=${1:-10}

# A name; its seeds, one a line, beside those in Tests/Fuzzing/Seeds; then the sources, which need nothing else, and what
# the compiler must be told. `longest` is the most bytes of an input, `mebibytes` what one allocation may have.
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
  if [ -d "Tests/Fuzzing/Seeds/$name" ]; then cp "Tests/Fuzzing/Seeds/$name"/* "$folder/$name/corpus"; fi
  # One input may take a second and so much memory: nothing that is read may need more.
  local status=0
  # What AddressSanitizer keeps of freed memory counts as the program's.
  ASAN_OPTIONS=quarantine_size_mb=16 SWIFT_BACKTRACE=enable=no "$folder/$name/run" -max_total_time="$seconds" -max_len="${longest:-512}" -timeout=1 \
    -rss_limit_mb=$((8 * ${mebibytes:-64})) -malloc_limit_mb="${mebibytes:-64}" -verbosity=1 -print_final_stats=1 \
    -artifact_prefix="$folder/$name/" "$folder/$name/corpus" >"$output" 2>"$errors" || status=$?
  check "$name: no crash, no over-read, no unbounded allocation" [ "$status" -eq 0 ]
  grep -E 'number_of_executed_units' "$errors" | sed "s/^stat::/$name: /"
}

fuzz FuzzBufferFormat "$(printf '%s\n' \
  'i:ival:T{H:sval:B:bval:B:cval:}:sub:' '>i:big: <i:little:' 'i:ival:(16,4)d:data:' '&(2,3)<i' '10s3t5p^Zg@d' 'X{i->d}' \
  'T{T{b:x:}:a:d:b:}' '<Z' '9223372036854775807d' '((((((((')" \
  Sources/Strided/BufferProtocol/Format/*.swift

# The window of a zstd frame may have 128 MiB.
longest=4096 mebibytes=192 fuzz FuzzSnapshots '{}' \
  Sources/Snapshot/{ByteOrder,Problem,Snapshot,SnapshotError}.swift Sources/Snapshot/JSON/*.swift \
  Sources/Snapshot/Metadata/{ArrayMetadata,ChunkKeys,Extension,FillValue,GroupMetadata,Node,ZarrType}.swift \
  Sources/Snapshot/Codecs/*.swift Sources/Snapshot/Files/{FileSink,Files}.swift Sources/Snapshot/Chunks/ChunkFile.swift \
  -I Sources/CSnapshot -ldl

printf 'fuzzing: %d checks, %d wrong\n' "$checks" "$wrong"
[ "$wrong" -eq 0 ]
