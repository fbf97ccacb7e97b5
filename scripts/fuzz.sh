#!/usr/bin/env bash
# Runs every fuzz target of the module, each for as long as the first argument
# says (1m without one), and goes on after one that finds something. Further
# arguments choose targets whose "package name" has one of them.
set -uo pipefail
cd "$(dirname "$0")/.."
time=${1:-1m}
shift || true

SCORER_ONNXRUNTIME_LIBRARY=$(scripts/fetch-onnxruntime.sh) || exit 1
export SCORER_ONNXRUNTIME_LIBRARY
found=0
while IFS=: read -r file name; do
  target="./$(dirname "$file") $name"
  chosen=$([ $# -eq 0 ] && echo yes || true)
  for word in "$@"; do
    [[ $target == *"$word"* ]] && chosen=yes
  done
  [ -n "$chosen" ] || continue
  echo "== $target"
  # shellcheck disable=SC2086 # two words
  set_target=($target)
  go test -run '^$' -fuzz "^${set_target[1]}\$" -fuzztime "$time" -fuzzminimizetime 100x "${set_target[0]}" || found=1
done < <(grep -rnoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' inference infra | sed -E 's/:[0-9]+:func /:/' | sort)
exit $found
