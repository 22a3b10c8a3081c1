#!/usr/bin/env bash
# Installs the Debian packages that a step needs and that are not there yet.
#
#   scripts/setup.sh build|test ...
set -euo pipefail

build=(g++ cmake ninja-build ccache git npm ca-certificates pkg-config
       libboost-dev nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev libssl-dev libedit-dev libwebp-dev
       libcurl4-openssl-dev)
test=(docker-registry libgtest-dev libgmock-dev libbenchmark-dev python3-venv clang-19 clang-format-19 clang-tidy-19
      libclang-rt-19-dev)

wanted=()
for set in "$@"; do
  case $set in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    *) echo "setup.sh: no such set of packages: $set" >&2; exit 2 ;;
  esac
done

# A program counts as installed when it is there, wherever it came from (npm often is not Debian's).
have() {
  case $1 in
    npm | git | cmake | ccache | pkg-config) command -v "$1" >/dev/null ;;
    ninja-build) command -v ninja >/dev/null ;;
    *) dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed' ;;
  esac
}

missing=()
for package in "${wanted[@]}"; do have "$package" || missing+=("$package"); done
[[ ${#missing[@]} -eq 0 ]] && exit 0

echo "installing ${missing[*]}" >&2
root=()
if [[ $EUID -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "run this as root, or install: ${missing[*]}" >&2; exit 1; }
  root=(sudo)
fi
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  "${missing[@]}" >/dev/null
