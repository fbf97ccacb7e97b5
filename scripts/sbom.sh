#!/usr/bin/env bash
# Lists what is in an image: Go modules, Debian's packages, ONNX Runtime. The
# list is CycloneDX JSON, made by Syft of tools/sbom; it must have at least one
# component of each kind, and ONNX Runtime in the version that is pinned.
# Usage: scripts/sbom.sh LAYOUT OUTPUT
set -euo pipefail
layout=$(realpath "$1") output=$(realpath -m "$2")
cd "$(dirname "$0")/.."

bin=${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint/sbom
mkdir -p "$bin"
CGO_ENABLED=0 go build -C tools/sbom -o "$bin/" github.com/anchore/syft/cmd/syft
# Lists that are in the image aren't read unless that is asked for.
SYFT_CHECK_FOR_APP_UPDATE=false "$bin/syft" scan --quiet "oci-dir:$layout" --select-catalogers +sbom-cataloger \
  --source-name "$(basename "$layout")" --output "cyclonedx-json=$output"

wanted=('pkg:golang/' 'pkg:deb/')
case "$(basename "$layout")" in
  scorer-cuda*) wanted+=("onnxruntime-gpu@$(sed -n 's/^onnxruntime-gpu==\([0-9.]*\) .*/\1/p' inference/cuda12-requirements.txt)") ;;
  scorer-*) wanted+=("onnxruntime-node@$(sed -n 's/^version=//p' scripts/fetch-onnxruntime.sh)") ;;
esac
for purl in "${wanted[@]}"; do
  grep -q "\"purl\": *\"[^\"]*$purl" "$output" || { echo "sbom: $output lists nothing like $purl" >&2; exit 1; }
done
echo "$output: $(grep -o '"purl": *"' "$output" | wc -l) components"
