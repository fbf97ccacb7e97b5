# shellcheck shell=bash
# Sourced by the scripts that build images: `start_buildkit WORK` builds BuildKit
# of tools/image, starts its daemon for the calling script's life unless
# BUILDKIT_HOST names one, and sets $buildctl. WORK is a folder for its socket.

fail() { echo "$(basename "$0" .sh): $*" >&2; exit 1; }

cache=${XDG_CACHE_HOME:-$HOME/.cache}/azure-nlp-endpoint
buildctl=$cache/buildkit/bin/buildctl
buildkitd=

stop_buildkit() {
  if [ -n "$buildkitd" ]; then
    kill "$buildkitd" 2>/dev/null || true
    wait "$buildkitd" 2>/dev/null || true
  fi
}

start_buildkit() {
  local bin log=$1/buildkitd.log
  bin=$(dirname "$buildctl")
  mkdir -p "$bin"
  CGO_ENABLED=0 go build -C tools/image -o "$bin/" github.com/moby/buildkit/cmd/buildctl github.com/moby/buildkit/cmd/buildkitd
  [ -z "${BUILDKIT_HOST:-}" ] || return 0
  [ "$(id -u)" = 0 ] || fail "BuildKit needs root here: name a running daemon in BUILDKIT_HOST, as docker-container://NAME"
  command -v runc >/dev/null || fail "BuildKit needs runc: install it, or name a running daemon in BUILDKIT_HOST"
  export BUILDKIT_HOST=unix://$1/buildkitd.sock
  # The host's network, so that a machine without bridges can fetch too.
  "$bin/buildkitd" --addr "$BUILDKIT_HOST" --root "${BUILDKIT_ROOT:-$cache/buildkit/root}" \
    --oci-worker-net=host --containerd-worker=false >"$log" 2>&1 &
  buildkitd=$!
  for _ in $(seq 150); do
    if "$buildctl" debug workers >/dev/null 2>&1; then return 0; fi
    kill -0 "$buildkitd" 2>/dev/null || break
    sleep 0.1
  done
  tail -5 "$log" >&2
  fail "BuildKit's daemon did not start"
}
