#!/usr/bin/env bash
# Tests, in the order in which they fail soonest: borders of the rooms, the bundled model's scripts,
# unit tests, the API with real clients; when asked for, both again under sanitizers, and fuzzing.
#
#   scripts/test.sh [rooms] [make] [unit] [api] [asan] [tsan] [fuzz]   (default: the first four)
set -euo pipefail
cd "$(dirname "$0")/.."

jobs=$(nproc)
steps=("$@")
[[ ${#steps[@]} -gt 0 ]] || steps=(rooms make unit api)

python() { build/venv/bin/python "$@"; }

prepare_venv() {
  local stamp=build/venv/.requirements
  cmp -s tests/api/requirements.txt "$stamp" && return
  /usr/bin/python3 -m venv build/venv
  build/venv/bin/pip install -q --disable-pip-version-check -r tests/api/requirements.txt
  cp tests/api/requirements.txt "$stamp"
}

build_preset() {  # build_preset NAME FOLDER
  cmake --preset "$1" -DAXLLAMA_TESTS=ON >/dev/null
  cmake --build "$2" -j "$jobs"
}

api() {  # api BINARY [pytest options]
  local binary=$1
  shift
  prepare_venv
  AXLLAMA_BINARY=$binary python -m pytest tests/api -q "$@"
}

sanitized() {  # sanitized PRESET
  build_preset "$1" "build/$1"
  ctest --test-dir "build/$1" -j "$jobs" --output-on-failure
  api "build/$1/axllama" -m smoke
}

export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=1:suppressions=$PWD/tests/tsan.supp
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp

for step in "${steps[@]}"; do
  echo "== $step"
  case $step in
    rooms) python3 tests/rooms_test.py; python3 tests/coroutines_test.py ;;
    make) prepare_venv; (cd models/sprout/make && ../../../build/venv/bin/python -m pytest -q) ;;
    unit) build_preset release build; ctest --test-dir build -j "$jobs" --output-on-failure ;;
    api) build_preset release build; api build/axllama ;;
    asan | tsan) sanitized "$step" ;;
    fuzz) scripts/fuzz.sh ;;
    venv) prepare_venv ;;
    *) echo "test.sh: no such step: $step" >&2; exit 2 ;;
  esac
done
