#!/usr/bin/env bash
# Installs the JavaScript packages that a folder's package-lock.json pins, once,
# and prints their node_modules: tools/azurite, tests/clients/node. They come from
# npm, their contents are pinned, and no package's install script is run.
# XDG_CACHE_HOME names where caches are.
set -euo pipefail

pins=$(cd "$1" && pwd)
sum=$(cat "$pins/package.json" "$pins/package-lock.json" | sha256sum | cut -c 1-16)
dir=${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/npm/$sum

# The folder gets its name last, so with it the packages are whole.
if [ -d "$dir" ]; then
  echo "$dir/node_modules"
  exit 0
fi
for tool in npm node; do
  command -v "$tool" >/dev/null || { echo "fetch-npm: $tool is needed, install it first" >&2; exit 1; }
done

mkdir -p "$(dirname "$dir")"
work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$pins/package.json" "$pins/package-lock.json" "$work"
echo "fetch-npm: fetching $(grep -c '"integrity"' "$work/package-lock.json") packages for $1" >&2
if ! (cd "$work" && npm ci --silent --ignore-scripts --omit=optional --no-audit --no-fund >&2); then
  echo "fetch-npm: npm could not fetch what $pins/package-lock.json pins; is its registry reachable?" >&2
  exit 1
fi
# Another process may have been faster; its folder has the same content.
mv -T "$work" "$dir" 2>/dev/null || [ -d "$dir" ]
echo "$dir/node_modules"
