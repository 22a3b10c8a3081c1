#!/usr/bin/env bash
# Builds llama.cpp and axllama for aarch64 (Raspberry Pi 5) with Debian's cross compiler.
# Needs an x86-64 Debian with the arm64 architecture added; installs what is missing, as root.
set -euo pipefail
cd "$(dirname "$0")/.."

triple=aarch64-linux-gnu
packages=(g++-$triple libssl-dev:arm64 libspdlog-dev:arm64 libfmt-dev:arm64 libedit-dev:arm64
          libcurl4-openssl-dev:arm64 libwebp-dev:arm64)
if ! dpkg-query -W "${packages[@]}" >/dev/null 2>&1; then
  dpkg --add-architecture arm64
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
scripts/setup.sh build
CROSS=$triple scripts/build_llama.sh build/aarch64/llama
PKG_CONFIG_LIBDIR=/usr/lib/$triple/pkgconfig:/usr/share/pkgconfig \
cmake -G Ninja -S . -B build/aarch64 -DCMAKE_BUILD_TYPE=Release -DAXLLAMA_TESTS=OFF \
  -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
  -DCMAKE_C_COMPILER=$triple-gcc -DCMAKE_CXX_COMPILER=$triple-g++ \
  -DCMAKE_LIBRARY_ARCHITECTURE=$triple \
  -DAXLLAMA_LLAMA_PREFIX="$PWD/build/aarch64/llama" >/dev/null
cmake --build build/aarch64 --target axllama
file build/aarch64/axllama
