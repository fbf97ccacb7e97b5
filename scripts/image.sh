#!/usr/bin/env bash
# Builds one image of inference/Dockerfile so that one commit gives one digest,
# and prints that digest. Usage:
#
#   scripts/image.sh [--load] [--target scorer-cpu] [--out build/image] [BUILDCTL OPTION...]
#
# The image is an OCI layout in OUT/TARGET; --load also gives it to Docker as
# TARGET:VERSION. What follows is passed to buildctl, as
# `--opt build-arg:BASE=...` for another base.
#
# BuildKit is the one of tools/image: its version decides how layers are packed,
# and so the digest. BUILDKIT_HOST names a daemon to use; without, one is started
# for the build alone, which needs root and runc.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/buildkit.sh

target=scorer-cpu out=build/image load=
while [ $# -gt 0 ]; do
  case "$1" in
    --load) load=yes; shift ;;
    --target) target=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    *) break ;;
  esac
done

revision=$(git rev-parse HEAD 2>/dev/null) || fail "the version comes from git, and this is not a git checkout"
epoch=$(git log -1 --format=%ct)
version=${VERSION:-$(git describe --tags --exact-match --match 'v*' 2>/dev/null || echo "devel-${revision:0:12}")}
version=${version#v}
if [ -n "$(git status --porcelain -- go.mod go.sum LICENSE inference scripts/fetch-onnxruntime.sh)" ]; then
  echo "image: what goes into the image is not committed, so it is marked as dirty" >&2
  version=$version-dirty
fi
source=${SOURCE:-} # not the checkout's remote: the digest must not depend on who clones from where

work=$(mktemp -d)
trap 'stop_buildkit; rm -rf "$work"' EXIT
start_buildkit "$work"

rm -rf "${out:?}/$target" && mkdir -p "$out"
build() { # OUTPUT BUILDCTL OPTION...
  local output=$1
  shift
  "$buildctl" build --progress plain --frontend dockerfile.v0 \
    --local context=. --local dockerfile=inference \
    --opt "target=$target" --opt platform=linux/amd64 \
    --opt "build-arg:SOURCE_DATE_EPOCH=$epoch" \
    --opt "build-arg:VERSION=$version" --opt "build-arg:REVISION=$revision" \
    --opt "build-arg:CREATED=$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)" --opt "build-arg:SOURCE=$source" \
    --output "$output,rewrite-timestamp=true,oci-mediatypes=true" "$@" >&2
}
build "type=oci,tar=false,dest=$out/$target" "$@"
if [ -n "$load" ]; then
  # From the cache. Two outputs of one build share an index, so it is two builds.
  build "type=docker,name=$target:$version,dest=$work/image.tar" "$@"
  docker load --quiet --input "$work/image.tar" >&2
fi
grep -o '"digest":"sha256:[0-9a-f]*"' "$out/$target/index.json" | head -1 | cut -d'"' -f4
