#!/usr/bin/env bash
# Writes a stack's plan and the difference of its preflight (sizes, quota, cost)
# against another checkout of the repository, in Markdown, for a comment on a
# pull request. Fails if the plan does, with what it said. Usage:
#
#   scripts/plan.sh STACK BEFORE
#
# BEFORE is the folder of the other checkout. PULUMI and PREFLIGHT name other
# programs than the Pulumi CLI and nlp, built from each checkout.
set -euo pipefail
stack=$1 before=$2
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Text as a block of code that nothing in it can end, with its end cut off if it
# is too long for a comment.
block() { # LANGUAGE FILE MOST
  local fence='~~~~~~~~~~~~'
  sed -e 's/\x1b\[[0-9;]*m//g' -e "s/$fence/~/g" "$2" >"$work/block"
  printf '%s%s\n' "$fence" "$1"
  head -c "$3" "$work/block"
  [ "$(wc -c <"$work/block")" -le "$3" ] || printf '\n... (cut; the log of the run has all of it)'
  printf '\n%s\n\n' "$fence"
}

preflight() ( # FOLDER FILE; what it finds is in the text, so its status isn't asked
  cd "$1" && [ -f "Pulumi.$stack.yaml" ] && { [ -n "${PREFLIGHT:-}" ] || go build -trimpath -o build/nlp ./cmd/nlp; } >"$2" 2>&1 && ${PREFLIGHT:-build/nlp preflight} -s "$stack" >"$2" 2>&1 || true
)

echo "## Stack $stack"
echo
status=0
"${PULUMI:-pulumi}" preview --stack "$stack" --policy-pack policies --diff --non-interactive --color never >"$work/plan" 2>&1 || status=$?
cat "$work/plan" >&2
if [ "$status" = 0 ]; then
  sed -n '/^Resources:/,$p' "$work/plan" >"$work/summary"
  block "" "$work/summary" 2000
  echo "<details><summary>Plan</summary>"
  echo
  block diff "$work/plan" 20000
  echo "</details>"
  echo
else
  echo "**The plan failed:**"
  echo
  tail -n 60 "$work/plan" >"$work/end"
  block "" "$work/end" 8000
fi

touch "$work/cost.before" "$work/cost.after"
preflight "$before" "$work/cost.before"
preflight . "$work/cost.after"
if diff -U 3 "$work/cost.before" "$work/cost.after" >"$work/cost.diff"; then
  echo "Sizes, quota and cost stay as they are:"
  echo
  block "" "$work/cost.after" 6000
else
  echo "Sizes, quota and cost change:"
  echo
  sed 1,2d "$work/cost.diff" >"$work/cost"
  block diff "$work/cost" 6000
fi
exit "$status"
