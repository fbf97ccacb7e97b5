#!/usr/bin/env bash
# Installs one of the servers that `make bench-peers` compares the scorer with, once,
# and prints the folder it is in: azureml, fastapi, hugot or transformersjs; or
# generation, the engines that texts are generated with.
#
# tests/bench/peers/NAME pins it. It comes from PyPI, npm, or Go's modules and crates,
# by their own clients. PEERS_CACHE names the folder to keep them in.
set -euo pipefail

name=$1
repository=$(cd "$(dirname "$0")/.." && pwd)
pins=$repository/tests/bench/peers/$name
[ -d "$pins" ] || { echo "fetch-peer: there is no $pins" >&2; exit 1; }
sum=$(cd "$pins" && find . -type f ! -name '*.py' ! -name '*.in' | sort | xargs cat | sha256sum | cut -c 1-16)
dir=${PEERS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/peers}/$name-$sum

# The folder gets its name last, so with it the peer is whole.
if [ -d "$dir" ]; then
  echo "$dir"
  exit 0
fi
need() { # TOOL WHAT-IT-IS-FOR
  command -v "$1" >/dev/null || { echo "fetch-peer: $name needs $1 $2" >&2; exit 1; }
}

# Python's wheels are pinned for 3.11. The large ones are fetched one by one, which takes
# less room. Left out is what a machine without a GPU never loads: PyPI's torch comes with
# CUDA, and its libraries must be there, but not cuDNN's parts, nor Triton.
python() {
  need python3.11 "with venv"
  python3.11 -m venv --without-pip "$work/venv"
  install() {
    python3.11 -m pip --python "$work/venv/bin/python" --disable-pip-version-check install --quiet --no-cache-dir \
      --require-hashes --only-binary :all: --no-deps --requirement "$1"
  }
  local large='^(nvidia-|torch==)'
  grep -E "$large" "$pins/requirements.txt" | while read -r line; do
    echo "$line" > "$work/one.txt"
    install "$work/one.txt"
    rm -f "$work"/venv/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn_*
  done || true # there may be none
  grep -vE "$large|^triton==" "$pins/requirements.txt" > "$work/rest.txt"
  install "$work/rest.txt"
}

# hugot's tokenizer is a Rust library that its Go module has as source; its one
# dependency outside of crates, for tokenizers of another kind, is taken from there too.
hugot() {
  need cargo "to build the tokenizer"
  (cd "$pins" && go mod download)
  cp -r "$(cd "$pins" && go list -m -f '{{.Dir}}' github.com/daulet/tokenizers)" "$work/rust"
  chmod -R u+w "$work/rust"
  sed -i 's#^tiktoken-rs = .*#tiktoken-rs = "=0.7.0"#' "$work/rust/Cargo.toml"
  (cd "$work/rust" && cargo build --quiet --release)
  mkdir "$work/peer"
  (cd "$pins" && CGO_LDFLAGS="-L$work/rust/target/release" go build -tags ORT -trimpath -ldflags='-s -w' -o "$work/peer/hugot" .)
  cp "$("$repository/scripts/fetch-onnxruntime.sh")" "$work/peer/libonnxruntime.so"
  rm -rf "$work/rust"
}

node() {
  need npm "to install it"
  need node "to run it"
  cp "$pins"/*.json "$pins"/*.mjs "$work"
  (cd "$work" && npm ci --silent --ignore-scripts --no-audit --no-fund >&2)
}

mkdir -p "$(dirname "$dir")"
work=$(mktemp -d "$dir.XXXXXX")
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
echo "fetch-peer: installing $name" >&2
case $name in
azureml | fastapi) python ;;
hugot) hugot ;;
transformersjs) node ;;
generation) python && node ;;
esac
# A virtual environment knows its own path.
if [ -d "$work/venv" ]; then
  grep -rlI --exclude-dir=site-packages "$work" "$work/venv" | xargs -r sed -i "s#$work#$dir#g"
fi
# Another process may have been faster; its folder has the same content.
mv -T "$work" "$dir" 2>/dev/null || [ -d "$dir" ]
echo "$dir"
