#!/usr/bin/env bash
# Measures what `go build .` of the Pulumi program costs without a C compiler:
# cold (an empty build cache; the modules are there), with nothing changed, and
# with one file of infra changed. Prints a table in Markdown; memory is the sum
# of the resident sets of go and its children, sampled five times a second.
# Needs Linux. Usage: scripts/compile-cost.sh
set -euo pipefail
cd "$(dirname "$0")/.."

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
go mod download
export GOCACHE="$work/cache" CGO_ENABLED=0

measure() { # NAME COMMAND...: prints a row
	local name="$1" peak=0 now start end
	shift
	start="$(date +%s.%N)"
	setsid "$@" & # a session of its own, so that ps finds all of it
	local pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		now="$(ps -o rss= -s "$pid" | awk '{sum += $1} END {print sum + 0}')"
		[ "$now" -gt "$peak" ] && peak="$now"
		sleep 0.2
	done
	wait "$pid"
	end="$(date +%s.%N)"
	awk -v name="$name" -v start="$start" -v end="$end" -v peak="$peak" \
		'BEGIN {printf "| %s | %.1f | %.2f |\n", name, end - start, peak / 1048576}'
}

echo "| \`go build .\`, $(go env GOVERSION), $(nproc) cores, CGO_ENABLED=0 | seconds | peak memory, GiB |"
echo "|---|---|---|"
measure "cold" go build -o "$work/program" .
measure "nothing changed" go build -o "$work/program" .
# An overlay changes a file for the compiler and leaves the working tree alone.
{ cat infra/deploy.go; echo "var _ = \"compile-cost\""; } > "$work/deploy.go"
printf '{"Replace": {"%s": "%s"}}' "$(pwd)/infra/deploy.go" "$work/deploy.go" > "$work/overlay.json"
measure "one file of infra changed" go build -overlay "$work/overlay.json" -o "$work/program" .
