#!/usr/bin/env bash
# Brings the pinned llama.cpp source to DIR and proves that it is the pinned content.
#
#   scripts/fetch_llama.sh DIR
#
# Sources, in order; the first whose content matches the pin is used:
#   1. $AXLLAMA_LLAMA_SOURCE, a folder or a git repository that the user names
#   2. the GitHub repository, by tag
#   3. the git bundle inside the npm package node-llama-cpp, which ships that release
# The pin is the git tree hash: it names every byte of the source and nothing else.
set -euo pipefail

readonly tag=v0.5.0
readonly tree=fd570ef54b10ec5fecb739e7e04c8ce44a6f415a
readonly npm_package=node-llama-cpp@3.22.1
readonly repository=https://github.com/ggml-org/llama.cpp

dir=${1:?usage: fetch_llama.sh DIR}
stamp=$dir/.axllama-tree

[[ -f $stamp && $(cat "$stamp") == "$tree" ]] && exit 0

work=$(mktemp -d "${TMPDIR:-/tmp}/axllama-llama.XXXXXX")
trap 'rm -rf "$work"' EXIT

say() { echo "llama.cpp: $*" >&2; }

tree_of_repository() { git -C "$1" rev-parse 'HEAD^{tree}'; }

# A plain folder is hashed as git would store it, without touching the folder.
tree_of_folder() {
  local index=$work/index repo=$work/hash
  git init -q "$repo"
  GIT_INDEX_FILE=$index git --git-dir="$repo/.git" --work-tree="$1" add -A -f . >/dev/null
  GIT_INDEX_FILE=$index git --git-dir="$repo/.git" write-tree
}

accept() {  # accept SOURCE FOUND: says whether FOUND is the pinned tree
  [[ $2 == "$tree" ]] && return 0
  say "$1 has tree $2, not the pinned $tree: not used"
  return 1
}

from_user() {
  [[ -n ${AXLLAMA_LLAMA_SOURCE:-} ]] || return 1
  local source=$AXLLAMA_LLAMA_SOURCE
  [[ -d $source ]] || { say "AXLLAMA_LLAMA_SOURCE=$source is not a folder"; exit 1; }
  mkdir -p "$work/source"
  if [[ -e $source/.git ]]; then
    git -C "$source" archive HEAD | tar -x -C "$work/source"
    accept "$source" "$(tree_of_repository "$source")" || exit 1
  else
    cp -a "$source/." "$work/source"
    rm -f "$work/source/.axllama-tree"
    accept "$source" "$(tree_of_folder "$work/source")" || exit 1
  fi
}

clone() {  # clone NAME URL [git options]
  local name=$1 url=$2
  shift 2
  git -c advice.detachedHead=false clone -q "$@" "$url" "$work/clone" 2>"$work/error" ||
    { say "$name: $(tail -n 1 "$work/error")"; rm -rf "$work/clone"; return 1; }
  accept "$name" "$(tree_of_repository "$work/clone")" || { rm -rf "$work/clone"; return 1; }
  rm -rf "$work/clone/.git"
  mv "$work/clone" "$work/source"
}

from_github() {
  GIT_TERMINAL_PROMPT=0 timeout 300 git ls-remote -q --exit-code "$repository" "refs/tags/$tag" \
    >/dev/null 2>&1 || { say "GitHub is out of reach"; return 1; }
  clone GitHub "$repository" --depth 1 --branch "$tag"
}

from_npm() {
  command -v npm >/dev/null || { say "npm is not installed"; return 1; }
  say "taking $tag out of the npm package $npm_package"
  (cd "$work" && npm pack --silent "$npm_package" >/dev/null) ||
    { say "npm pack $npm_package failed"; return 1; }
  tar -xzf "$work"/node-llama-cpp-*.tgz -C "$work" package/llama/gitRelease.bundle
  clone "$npm_package" "$work/package/llama/gitRelease.bundle"
}

from_user || from_github || from_npm || {
  say "no source of llama.cpp $tag could be had; set AXLLAMA_LLAMA_SOURCE to a folder that holds it"
  exit 1
}

rm -rf "$dir"
mkdir -p "$(dirname "$dir")"
mv "$work/source" "$dir"
echo "$tree" >"$stamp"
say "$tag is in $dir"
