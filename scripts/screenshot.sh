#!/usr/bin/env bash
# Takes the README's picture of the page at /, of the bundled models, in Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
go test -count=1 -run '^TestPageOfTheRealModels$' -artifacts -outputdir "$folder" ./tests/chatting
find "$folder" -name page-classify.png -exec cp {} docs/ \;
chmod 644 docs/page-classify.png
