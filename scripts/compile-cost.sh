#!/usr/bin/env bash
# Measures what `go build .` of the Pulumi program costs, cold (an empty build
# cache; the modules are there) and warm (one file of the program changed), and
# prints a table in Markdown. Needs GNU time. Usage: scripts/compile-cost.sh
set -euo pipefail
cd "$(dirname "$0")/.."

time_command="$(command -v gtime || echo /usr/bin/time)"
"$time_command" -f "" true 2>/dev/null || { echo "compile-cost: GNU time is needed (Debian: apt-get install time)" >&2; exit 1; }

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export GOCACHE="$work/cache" CGO_ENABLED=0
go mod download

measure() { # NAME COMMAND...: prints a row
	local name="$1"
	shift
	"$time_command" -o "$work/out" -f '%e %M' "$@"
	awk -v name="$name" '{printf "| %s | %.1f | %.2f |\n", name, $1, $2 / 1048576}' "$work/out"
}

echo "| \`go build .\`, $(go env GOVERSION), $(nproc) cores, no C compiler | seconds | peak memory of one process, GiB |"
echo "|---|---|---|"
measure "cold" go build -o "$work/program" .
measure "nothing changed" go build -o "$work/program" .
# A changed source of the deepest package of the program: infra is compiled and
# the program linked again. An overlay leaves the working tree alone.
source="$(pwd)/infra/deploy.go"
{ cat "$source"; echo "// compile-cost"; echo "var _ = \"$RANDOM\""; } > "$work/deploy.go"
printf '{"Replace": {"%s": "%s"}}' "$source" "$work/deploy.go" > "$work/overlay.json"
measure "one file of infra changed" go build -overlay "$work/overlay.json" -o "$work/program" .
