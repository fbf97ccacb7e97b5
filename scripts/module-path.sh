#!/usr/bin/env bash
# Gives the Go module another path, for a repository that lies elsewhere:
#   scripts/module-path.sh github.com/OWNER/NAME
# It changes go.mod, the modules below it, and every import.
set -euo pipefail

new=${1:?the new path is needed, as github.com/OWNER/NAME}
[[ $new =~ ^[a-z0-9.-]+\.[a-z]+(/[A-Za-z0-9._~-]+)+$ ]] || { echo "module-path: $new is no path that go get could fetch" >&2; exit 1; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."
old=$(sed -n 's/^module //p' go.mod)

git ls-files -z -- '*go.mod' | xargs -0 sed -i -E "s|^module $old(/\|\$)|module $new\1|"
git ls-files -z -- '*.go' | xargs -0 sed -i -E "s#([\"=])$old/#\1$new/#g"
gofmt -w $(git ls-files -- '*.go' | xargs grep -l "$new/")
echo "module-path: $old is $new now; go build ./... should pass" >&2
