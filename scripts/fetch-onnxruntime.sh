#!/usr/bin/env bash
# Fetches ONNX Runtime's shared library, once, and prints its path.
#
# It comes from npm's onnxruntime-node, whose content is pinned here; nothing of
# the package is run. ONNXRUNTIME_CACHE names the folder to keep it in. With
# `cuda12` it is the release of the GPU image (inference/cuda12-requirements.txt)
# for CPUs, which tests compare.
set -euo pipefail

version=1.30.0
integrity=sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==
if [ "${1:-}" = cuda12 ]; then
  version=1.26.0
  integrity=sha512-OHl6PiOEOqxaLHL0N9eFrbzS7IGmu3BtJNH3RTEnRAheCIkfc3gjcjl4sGcjp9C22ZC9YTquDOxSdT/stBQ6BQ==
fi
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) arch=x64 ;;
  Linux-aarch64) arch=arm64 ;;
  *) echo "fetch-onnxruntime: there is no library for $(uname -s) on $(uname -m) here, only for Linux on x86_64 and aarch64" >&2; exit 1 ;;
esac
dir=${ONNXRUNTIME_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/onnxruntime/$version/linux-$arch}
library=$dir/libonnxruntime.so.1
stamp=$dir/.fetched

# The stamp is written last, so with it the library is whole.
if [ -f "$library" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$integrity" ]; then
  echo "$library"
  exit 0
fi
for tool in npm node tar; do
  command -v "$tool" >/dev/null || { echo "fetch-onnxruntime: $tool is needed, install it first" >&2; exit 1; }
done

mkdir -p "$dir"
work=$(mktemp -d "$dir/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "fetch-onnxruntime: fetching onnxruntime-node $version (about 110 MB)" >&2
if ! (cd "$work" && npm pack --silent --ignore-scripts "onnxruntime-node@$version" >/dev/null); then
  echo "fetch-onnxruntime: npm could not fetch onnxruntime-node $version; is its registry reachable?" >&2
  exit 1
fi
package=$work/onnxruntime-node-$version.tgz
got=sha512-$(node -p 'crypto.createHash("sha512").update(fs.readFileSync(process.argv[1])).digest("base64")' "$package")
if [ "$got" != "$integrity" ]; then
  echo "fetch-onnxruntime: the package's content is $got, $integrity was expected; it is not used" >&2
  exit 1
fi
tar -xzf "$package" -C "$work" "package/bin/napi-v6/linux/$arch/libonnxruntime.so.1"
mv "$work/package/bin/napi-v6/linux/$arch/libonnxruntime.so.1" "$library"
printf '%s\n' "$integrity" > "$work/stamp"
mv "$work/stamp" "$stamp"
echo "$library"
