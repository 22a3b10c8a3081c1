#!/usr/bin/env bash
# Format, and clang-tidy on the files that are new or changed since REV; on all of them without REV.
#
#   scripts/lint.sh [REV]
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t all < <(git ls-files 'src/*.h' 'src/*.cc' 'tests/*.cc')
clang-format-19 --dry-run --Werror "${all[@]}"
cmake --preset release >/dev/null
mapfile -t wanted < <(if [[ $# -gt 0 ]]; then git diff --name-only "$1" -- 'src/*.cc'; else
  git ls-files 'src/*.cc'; fi | grep -v '_test\.cc$')
[[ ${#wanted[@]} -eq 0 ]] && exit 0
printf '%s\0' "${wanted[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 -p build --quiet
