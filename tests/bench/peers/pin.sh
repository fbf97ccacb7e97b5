#!/usr/bin/env bash
# Writes FOLDER/requirements.txt: what FOLDER/requirements.in needs under Python 3.11 on
# this machine, each by version and by the hash of its wheel. Usage: pin.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/$1"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" --disable-pip-version-check install --quiet --dry-run --ignore-installed --only-binary :all: \
  --report "$work/report.json" --requirement requirements.in
"$work/venv/bin/python" - "$work/report.json" > requirements.txt <<'PY'
import json, sys

print("# Written by pin.sh; edit requirements.in.")
for package in sorted(json.load(open(sys.argv[1]))["install"], key=lambda p: p["metadata"]["name"].lower()):
    name = package["metadata"]["name"].lower().replace("_", "-")
    print(f"{name}=={package['metadata']['version']} --hash=sha256:{package['download_info']['archive_info']['hashes']['sha256']}")
PY
