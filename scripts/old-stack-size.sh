#!/usr/bin/env bash
# Measures what the Python stack that this project replaces takes: Azure's
# inference server, transformers and torch, installed from PyPI's wheels into an
# empty folder, beside the image in LAYOUT. Prints a table in Markdown, or puts
# it into FILE between its two marks. Needs Python, and downloads about 5 GB.
# Usage: scripts/old-stack-size.sh LAYOUT [FILE]
set -euo pipefail
layout=$(realpath "$1") file=${2:+$(realpath "$2")}
cd "$(dirname "$0")/.."

# Of the time of the predecessor's model code, transformers 4.35; see
# tests/reference/requirements-hub-era.txt. Python 3.8 to 3.11 install them.
stack=(azureml-inference-server-http==1.0.0 transformers==4.35.2 'numpy<2')
torch=torch==2.1.2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install() { # FOLDER PACKAGE...: wheels into FOLDER/wheels, their files into FOLDER/files
  local dir=$1
  shift
  "$work/venv/bin/pip" download --quiet --dest "$dir/wheels" "$@"
  "$work/venv/bin/pip" install --quiet --no-index --find-links "$dir/wheels" --no-compile --target "$dir/files" "$@"
}
python3 -m venv "$work/venv" # a pip that knows nothing of the machine's packages
install "$work/gpu" "${stack[@]}" "$torch"
# PyPI's torch is built for CUDA; what a build for CPUs lacks are the wheels of
# NVIDIA's libraries and Triton, and torch's own CUDA libraries.
cp -r "$work/gpu/." "$work/cpu"
rm -rf "$work"/cpu/wheels/{nvidia,triton}* "$work"/cpu/files/{nvidia,triton}* "$work"/cpu/files/torch/lib/libtorch_cuda*.so

mb() { awk -v b="$1" 'BEGIN {printf "%.0f", b / 1e6}'; }
size() { du -sb "$1" | cut -f1; }
compressed() { tar -C "$1" -cf - . | gzip -6 | wc -c; }
image=$(go run ./tests/container/cmd/imagesize "$layout")
ours=$(sed -E 's/.*: ([0-9.]+) MB compressed, ([0-9.]+) MB on disk.*/\1 | \2/' <<<"$image")
table=$(
  echo "Made by \`scripts/old-stack-size.sh\` on $(date -u +%Y-%m-%d); MB are 1,000,000 bytes, compressed by gzip as in an image's layer."
  echo
  echo "| | compressed MB | on disk MB |"
  echo "|---|---|---|"
  echo "| scorer-cpu, the whole image | $ours |"
  echo "| Python packages for CPUs (Azure's inference server, transformers, torch without CUDA), without Python and base image | $(mb "$(compressed "$work/cpu/files")") | $(mb "$(size "$work/cpu/files")") |"
  echo "| the same as PyPI has them, with CUDA | $(mb "$(compressed "$work/gpu/files")") | $(mb "$(size "$work/gpu/files")") |"
)
if [ -z "$file" ]; then
  echo "$table"
  exit 0
fi
begin='<!-- scripts/old-stack-size.sh writes from here -->' end='<!-- up to here -->'
grep -qF "$begin" "$file" && grep -qF "$end" "$file" || { echo "old-stack-size: $file lacks the marks $begin and $end" >&2; exit 1; }
awk -v begin="$begin" -v end="$end" -v table="$table" \
  '$0 == begin {print; print table; skip = 1} $0 == end {skip = 0} !skip && $0 != begin' "$file" >"$work/new"
cp "$work/new" "$file"
