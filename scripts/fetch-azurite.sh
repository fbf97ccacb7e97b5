#!/usr/bin/env bash
# Fetches Azurite, Microsoft's stand-in for Azure Storage, once, and prints the
# path of its blob service's program, for tests. It comes from npm;
# tools/azurite/package-lock.json pins it and all that it needs by content, and
# no package's install script is run. AZURITE_CACHE names the folder to keep it
# in.
set -euo pipefail

pins=$(cd "$(dirname "$0")/../tools/azurite" && pwd)
sum=$(cat "$pins/package.json" "$pins/package-lock.json" | sha256sum | cut -c 1-16)
dir=${AZURITE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/azurite}/$sum
program=$dir/node_modules/azurite/dist/src/blob/main.js

# The folder gets its name last, so with it the packages are whole.
if [ -f "$program" ]; then
  echo "$program"
  exit 0
fi
for tool in npm node; do
  command -v "$tool" >/dev/null || { echo "fetch-azurite: $tool is needed, install it first" >&2; exit 1; }
done

mkdir -p "$(dirname "$dir")"
work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$pins/package.json" "$pins/package-lock.json" "$work"
echo "fetch-azurite: fetching Azurite and what it needs (374 packages)" >&2
if ! (cd "$work" && npm ci --silent --ignore-scripts --omit=optional --no-audit --no-fund >&2); then
  echo "fetch-azurite: npm could not fetch what tools/azurite/package-lock.json pins; is its registry reachable?" >&2
  exit 1
fi
# Another process may have been faster; its folder has the same content.
mv -T "$work" "$dir" 2>/dev/null || [ -f "$program" ]
echo "$program"
