#!/bin/sh
# Makes everything anew: about fifteen minutes on two cores, four of them training.
# README.md says what must be installed; HUB_ERA names the folder of the old
# transformers, PYTHON the interpreter.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
"$python" versions.py
"$python" make_tokenizers.py
"$python" train_bundled.py
"$python" make_goldens.py
"$python" make_exports.py
"$python" make_real_size.py
"$python" verify.py
