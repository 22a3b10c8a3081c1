#!/usr/bin/env bash
# Tests, in the order in which they fail soonest: borders of the rooms, the bundled model's scripts,
# unit tests, the API with real clients, both again under sanitizers; when asked for, fuzzing.
#
#   scripts/test.sh [rooms] [make] [unit] [api] [asan] [tsan] [asan-all] [tsan-all] [fuzz]
#
# Without words: rooms to tsan. There the sanitizers look at what reads what strangers wrote and at
# the loop that all threads meet in; everything else takes an hour to build, and is asan-all and
# tsan-all.
set -euo pipefail
cd "$(dirname "$0")/.."

jobs=$(nproc)
steps=("$@")
[[ ${#steps[@]} -gt 0 ]] || steps=(rooms make unit api asan tsan)

python() { build/venv/bin/python "$@"; }

prepare_venv() {
  local stamp=build/venv/.requirements
  cmp -s tests/api/requirements.txt "$stamp" && return
  /usr/bin/python3 -m venv build/venv
  build/venv/bin/pip install -q --disable-pip-version-check -r tests/api/requirements.txt
  cp tests/api/requirements.txt "$stamp"
}

build_preset() {  # build_preset NAME FOLDER [targets]
  local preset=$1 folder=$2
  shift 2
  cmake --preset "$preset" -DAXLLAMA_TESTS=ON >/dev/null
  cmake --build "$folder" -j "$jobs" ${1:+--target "$@"}
}

api() {  # api BINARY [pytest options]
  local binary=$1
  shift
  prepare_venv
  AXLLAMA_BINARY=$binary python -m pytest tests/api -q "$@"
}

# Each test program as one process: quicker than ctest, which starts one for each test.
sanitized() {  # sanitized PRESET [targets]
  local preset=$1
  shift
  build_preset "$preset" "build/$preset" "$@"
  local program
  while read -r program; do
    echo "-- $program"
    "$program" --gtest_brief=1
  done < <(find "build/$preset" -maxdepth 2 -name '*_test' -type f -executable | sort)
}

parsing=(axmodel_test go_template_test store_test)
meeting=(http_test)
# What has threads; the rest is the same code on one.
threaded=(axllama base_test http_test store_test engine_llama_test engine_axcl_test runner_test serve_test
          cli_test standin_runtime_test)

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
    asan) sanitized asan "${parsing[@]}" ;;
    tsan) sanitized tsan "${meeting[@]}" ;;
    asan-all) sanitized asan; api build/asan/axllama -m smoke ;;
    tsan-all) sanitized tsan "${threaded[@]}"; api build/tsan/axllama -m smoke ;;
    fuzz) scripts/fuzz.sh ;;
    venv) prepare_venv ;;
    *) echo "test.sh: no such step: $step" >&2; exit 2 ;;
  esac
done
