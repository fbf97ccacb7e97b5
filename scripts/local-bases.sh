#!/usr/bin/env bash
# Makes stand-ins for the images that inference/Dockerfile builds on, once, from
# Debian's packages and this machine's Go, and prints the options by which
# scripts/image.sh takes them. It is for machines that reach no container
# registry, tests among them; nothing made of them is for publishing. Usage:
#
#   scripts/image.sh $(scripts/local-bases.sh)
#
# Needs root, debootstrap and runc.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/buildkit.sh

suite=bookworm # as inference/Dockerfile's bases
go=$(go env GOROOT)
key=$(cat scripts/bases/Dockerfile "$go/VERSION" scripts/local-bases.sh | sha256sum | cut -c1-16)
dir=$cache/bases/$key

if [ ! -f "$dir/options" ]; then
  command -v debootstrap >/dev/null || fail "debootstrap is needed, install it first"
  rm -rf "$dir" && mkdir -p "$dir/context"
  work=$(mktemp -d)
  trap 'stop_buildkit; rm -rf "$work"' EXIT
  echo "local-bases: making base images of Debian $suite (minutes, once)" >&2
  debootstrap --variant=minbase "$suite" "$work/root" >"$work/log" 2>&1 || { tail -5 "$work/log" >&2; fail "debootstrap failed"; }
  tar -C "$work/root" -cf "$dir/context/debian.tar" --exclude='./var/cache/apt/archives/*.deb' --exclude='./dev/*' .
  rm -rf "$work/root"
  BUILDKIT_ROOT=$work/buildkit start_buildkit "$work" # a root that goes, as the layouts stay
  for base in build runtime; do
    # Uncompressed, as only this machine reads it.
    "$buildctl" build --progress plain --frontend dockerfile.v0 --local "context=$dir/context" --local dockerfile=scripts/bases \
      --local "go=$go" --opt context:go=local:go --local certificates=/etc/ssl/certs --opt context:certificates=local:certificates \
      --opt "target=$base" --output "type=oci,tar=false,dest=$dir/$base,compression=uncompressed" \
      --metadata-file "$work/$base.json" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; fail "the $base base could not be built"; }
    digest=$(sed -n 's/.*"containerimage.digest": "\(sha256:[0-9a-f]*\)".*/\1/p' "$work/$base.json")
    echo "--oci-layout $base=$dir/$base --opt context:local-$base=oci-layout://$base@$digest" >>"$work/options"
  done
  echo "--opt build-arg:GO_IMAGE=local-build --opt build-arg:NODE_IMAGE=local-build --opt build-arg:BASE=local-runtime" >>"$work/options"
  rm -rf "$dir/context"
  mv "$work/options" "$dir/options" # last, so with it the bases are whole
fi
cat "$dir/options"
