#!/usr/bin/env bash
# Writes requirements.txt: what requirements.in needs under Python 3.11, each by
# version and by the hashes of its wheels for Python 3.11 to 3.13 on Linux.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
download() {
  "$work/venv/bin/pip" --disable-pip-version-check download --quiet --only-binary :all: "$@"
}
list() {
  "$work/venv/bin/python" list_wheels.py "$@"
}
download --dest "$work/any" --requirement requirements.in
list "$work/any" | sed 's/ .*//' > "$work/versions"
for machine in x86_64 aarch64; do
  for python in 3.11 3.12 3.13; do
    platforms=(--platform "manylinux2014_$machine")
    for glibc in 17 24 26 27 28 31 34; do platforms+=(--platform "manylinux_2_${glibc}_$machine"); done
    download --dest "$work/wheels" --no-deps --python-version "$python" "${platforms[@]}" --requirement "$work/versions"
  done
done
{ echo "# Written by pin.sh; edit requirements.in."; list "$work/wheels"; } > requirements.txt
