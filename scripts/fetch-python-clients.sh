#!/usr/bin/env bash
# Installs the Python clients that tests/clients calls into a virtual
# environment, once, and prints its interpreter. They come from PyPI;
# tests/clients/python/requirements.txt pins each by content. CLIENTS_CACHE
# names the folder to keep them in.
set -euo pipefail

pins=$(cd "$(dirname "$0")/../tests/clients/python" && pwd)/requirements.txt
sum=$(sha256sum "$pins" | cut -c 1-16)
dir=${CLIENTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/clients}/python-$sum

# The environment gets its name last, so with it the packages are whole.
if [ -x "$dir/bin/python" ]; then
  echo "$dir/bin/python"
  exit 0
fi
suits='import ensurepip, sys; sys.exit(sys.platform != "linux" or not (3, 11) <= sys.version_info[:2] <= (3, 13))'
python=
for name in python3 python3.11 python3.12 python3.13; do
  if "$name" -c "$suits" 2>/dev/null; then
    python=$name
    break
  fi
done
if [ -z "$python" ]; then
  echo "fetch-python-clients: Python 3.11, 3.12 or 3.13 for Linux with its venv is needed: apt-get install python3-venv" >&2
  exit 1
fi

mkdir -p "$(dirname "$dir")"
work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "fetch-python-clients: installing the clients and what they need (about 120 MB)" >&2
"$python" -m venv "$work"
if ! "$work/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all: --no-deps --no-compile --requirement "$pins" >&2; then
  echo "fetch-python-clients: pip could not install what $pins pins; is its registry reachable?" >&2
  exit 1
fi
# Another process may have been faster; its folder has the same content.
mv -T "$work" "$dir" 2>/dev/null || [ -x "$dir/bin/python" ]
echo "$dir/bin/python"
