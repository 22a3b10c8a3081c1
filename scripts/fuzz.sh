#!/usr/bin/env bash
# Runs each fuzzer of tests/fuzz for SECONDS (default 20), starting from the kept corpus.
#
#   scripts/fuzz.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-20}
cmake -G Ninja -S . -B build/fuzz -DAXLLAMA_LLAMA_PREFIX="$PWD/build/llama" \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 \
  -DAXLLAMA_FUZZ=ON -DAXLLAMA_TESTS=OFF >/dev/null
cmake --build build/fuzz --target fuzzers -j "$(nproc)"
# llama.cpp is built without the sanitizers, and frees with its own idea of a size what was inlined.
export ASAN_OPTIONS=new_delete_type_mismatch=0
for fuzzer in build/fuzz/tests/*_fuzz; do
  name=$(basename "$fuzzer")
  mkdir -p "build/fuzz/corpus/$name"
  echo "fuzzing $name for $seconds s"
  "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" 2>&1 | grep -E 'ERROR|SUMMARY|executed_units|new_units' ||
    { echo "$name failed" >&2; exit 1; }
done
