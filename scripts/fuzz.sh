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
# Short stacks of allocations: half the time goes into long ones.
export ASAN_OPTIONS=new_delete_type_mismatch=0:malloc_context_size=2
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
for fuzzer in build/fuzz/tests/*_fuzz; do
  name=$(basename "$fuzzer")
  mkdir -p "build/fuzz/corpus/$name"
  options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1)
  dictionary=tests/fuzz/dictionary/$name.dict
  [[ -f $dictionary ]] && options+=(-dict="$dictionary")
  echo "fuzzing $name for $seconds s"
  "$fuzzer" "${options[@]}" "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" 2>&1 | grep -aE 'ERROR|SUMMARY|executed_units|new_units' ||
    { echo "$name failed" >&2; exit 1; }
done
