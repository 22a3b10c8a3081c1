#!/usr/bin/env bash
# The benchmarks of bench/, with the virtual environment of the tests. Figures go to build/bench.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/test.sh venv
build/venv/bin/python bench/compare.py
build/venv/bin/python bench/connections.py
cmake --build build --target npu_speed
build/bench/npu_speed
