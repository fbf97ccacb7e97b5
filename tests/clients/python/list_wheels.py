"""Prints what a folder of wheels has, as pip's requirements with hashes."""

import hashlib
import pathlib
import sys

hashes = {}
for wheel in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    name, version = wheel.name.split("-")[:2]
    pin = f"{name.lower().replace('_', '-')}=={version}"
    hashes.setdefault(pin, []).append(hashlib.sha256(wheel.read_bytes()).hexdigest())
for pin, digests in sorted(hashes.items()):
    print(pin, *(f"--hash=sha256:{digest}" for digest in digests))
