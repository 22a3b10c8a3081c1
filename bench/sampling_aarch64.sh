#!/usr/bin/env bash
# How many instructions a draw takes on aarch64 (Raspberry Pi 5) to find its candidates among
# 151,936 bf16 logits, counted under qemu's emulation: the portable scan, without vectors and as the
# compiler vectorises it, and the NEON one. First the scans' tests run there. About half a minute.
#
# Needs an x86-64 Debian; installs what is missing, as root.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(g++-aarch64-linux-gnu qemu-user googletest)
dpkg-query -W "${packages[@]}" >/dev/null 2>&1 || {
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
}

out=build/aarch64/sampling
gtest=/usr/src/googletest/googletest
mkdir -p "$out"
compile=(aarch64-linux-gnu-g++ -std=c++23 -O3 -Isrc -isystem "$gtest/include")
scans=(src/generate/scan_bf16.cc src/generate/scan_bf16_neon.cc src/generate/best_places.cc)

gtest_object() {
  local source=$gtest/src/$1.cc object=$out/$1.o
  [[ $object -nt $source ]] || "${compile[@]}" -O1 -I"$gtest" -c "$source" -o "$object"
}

run_tests() {
  gtest_object gtest-all
  gtest_object gtest_main
  "${compile[@]}" -static src/generate/{scan_bf16,best_places}_test.cc "${scans[@]}" \
    "$out"/gtest-all.o "$out"/gtest_main.o -o "$out/tests" 2>/dev/null
  qemu-aarch64 "$out/tests" --gtest_brief=1
}

instructions() {  # instructions PROGRAM SCAN CANDIDATES DRAWS
  qemu-aarch64 -plugin "$out/count.so" -d plugin -D "$out/count.log" "$@" >/dev/null
  sed 's/instructions: //' "$out/count.log"
}

per_draw() {  # the same; what setting up takes is in both counts
  local few=10
  echo $((($(instructions "$@" $((2 * few))) - $(instructions "$@" $few)) / few))
}

gcc -O2 -Wall -Wextra -Werror -shared -fPIC bench/count_instructions.c -o "$out/count.so"
"${compile[@]}" -static bench/sampling_draws.cc "${scans[@]}" -o "$out/draws"
"${compile[@]}" -static -fno-tree-vectorize bench/sampling_draws.cc "${scans[@]}" \
  -o "$out/draws-scalar"

run_tests
echo "| instructions a draw | greedy | top_k 40 | top_k 40, 64 penalised |"
echo "|---|---|---|---|"
while read -r name program scan; do
  echo "| ${name//_/ } | $(per_draw "$out/$program" "$scan" 1) |" \
    "$(per_draw "$out/$program" "$scan" 40) | $(per_draw "$out/$program" "$scan" 104) |"
done <<'WAYS'
without_vectors draws-scalar portable
vectorised_by_GCC draws portable
NEON draws neon
WAYS
