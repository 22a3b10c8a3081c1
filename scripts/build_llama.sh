#!/usr/bin/env bash
# Builds the pinned llama.cpp once, for all presets of axllama, into PREFIX.
#
#   scripts/build_llama.sh PREFIX [llama-server]
#
# PREFIX/src holds the source, PREFIX/lib the libraries and one CPU backend for each kind of
# processor (chosen at run time), PREFIX/bin/llama-server, when asked for, the peer that tests and
# benchmarks compare with. Nothing is done when PREFIX is already up to date.
# CROSS=aarch64-linux-gnu builds for another machine.
set -euo pipefail

prefix=$(realpath -m "${1:?usage: build_llama.sh PREFIX [llama-server]}")
want_server=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
options=(
  -DCMAKE_BUILD_TYPE=Release
  -DBUILD_SHARED_LIBS=ON
  -DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON -DGGML_OPENMP=OFF
  -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF
  -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF
  -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON "-DCMAKE_INSTALL_RPATH=\$ORIGIN"
)
[[ -n ${CROSS:-} ]] && options+=(
  -DCMAKE_SYSTEM_NAME=Linux "-DCMAKE_SYSTEM_PROCESSOR=${CROSS%%-*}"
  "-DCMAKE_C_COMPILER=$CROSS-gcc" "-DCMAKE_CXX_COMPILER=$CROSS-g++")

"$here/fetch_llama.sh" "$prefix/src"

# Compilers before GCC 13 can't build the variants for processors with SME: they do without.
if [[ ${CROSS:-$(uname -m)} == aarch64* ]] &&
    ! "${CROSS:+$CROSS-}gcc" -march=armv9.2-a+sme -x c -c -o /dev/null /dev/null 2>/dev/null; then
  sed -i '/ggml_add_cpu_backend_variant(armv9\.2_/d' "$prefix/src/ggml/src/CMakeLists.txt"
fi

stamp=$prefix/stamp
now="$(cat "$prefix/src/.axllama-tree") ${options[*]} ${want_server:-$(grep -o llama-server "$stamp" 2>/dev/null || true)}"
[[ -f $stamp && $(cat "$stamp") == "$now" ]] && exit 0

export CCACHE_BASEDIR=$prefix CCACHE_NOHASHDIR=1
cmake -G Ninja -S "$prefix/src" -B "$prefix/obj" "${options[@]}" >"$prefix/configure.log" 2>&1 ||
  { tail -n 30 "$prefix/configure.log" >&2; exit 1; }
targets=(llama llama-common mtmd)
while read -r target; do targets+=("$target"); done < <(
  ninja -C "$prefix/obj" -t targets all | sed -n 's/^\(ggml-cpu-[a-zA-Z0-9_.]*\): phony$/\1/p' | grep -v feats)
[[ -n $want_server ]] && targets+=(llama-server)
# Its many warnings are not ours to mend: only the progress is shown, and the end when it fails.
cmake --build "$prefix/obj" --target "${targets[@]}" 2>&1 | tee "$prefix/build.log" | sed -un '/^\[/p' ||
  { tail -n 40 "$prefix/build.log" >&2; exit 1; }

mkdir -p "$prefix/lib"
cp -a "$prefix"/obj/bin/*.so* "$prefix/lib/"
if [[ -n $want_server ]]; then
  mkdir -p "$prefix/bin"
  cp "$prefix/obj/bin/llama-server" "$prefix/lib/llama-server"
  ln -sf ../lib/llama-server "$prefix/bin/llama-server"
fi
echo "$now" >"$stamp"
