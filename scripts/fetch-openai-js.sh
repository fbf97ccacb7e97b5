#!/usr/bin/env bash
# Fetches OpenAI's client for JavaScript, once, and prints its folder, for
# tests/clients. It comes from npm, its content is pinned here, and it has no
# dependencies that it needs. CLIENTS_CACHE names the folder to keep it in.
set -euo pipefail

version=7.57.0
integrity=sha512-RbmrdE5NdfW6nGq/FaCJ3KFCZpotoExPzruQUSMCTw/ouUFO08vpvVdSmgmPxQMFAiv9EXZCEXvcWYU+n6NzsQ==
dir=${CLIENTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/clients}/openai-$version
stamp=$dir/.fetched

# The stamp is written last, so with it the package is whole.
if [ "$(cat "$stamp" 2>/dev/null)" = "$integrity" ]; then
  echo "$dir/package"
  exit 0
fi
for tool in npm node tar; do
  command -v "$tool" >/dev/null || { echo "fetch-openai-js: $tool is needed, install it first" >&2; exit 1; }
done

mkdir -p "$dir"
work=$(mktemp -d "$dir/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "fetch-openai-js: fetching openai $version (about 2 MB)" >&2
if ! (cd "$work" && npm pack --silent --ignore-scripts "openai@$version" >/dev/null); then
  echo "fetch-openai-js: npm could not fetch openai $version; is its registry reachable?" >&2
  exit 1
fi
package=$work/openai-$version.tgz
got=sha512-$(node -p 'crypto.createHash("sha512").update(fs.readFileSync(process.argv[1])).digest("base64")' "$package")
if [ "$got" != "$integrity" ]; then
  echo "fetch-openai-js: the package's content is $got, $integrity was expected; it is not used" >&2
  exit 1
fi
tar -xzf "$package" -C "$work"
rm -rf "$dir/package"
mv "$work/package" "$dir/package"
printf '%s\n' "$integrity" > "$work/stamp"
mv "$work/stamp" "$stamp"
echo "$dir/package"
