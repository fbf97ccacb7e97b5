#!/usr/bin/env bash
# Looks for known vulnerabilities in the code that the modules reach, and fails
# if there are any:
#   scripts/vulnerabilities.sh GOVULNCHECK [--required] [MODULE...]
# GOVULNCHECK is the version to run, as PACKAGE@VERSION; MODULE is a folder, by
# default those of what is built here. Where Go's vulnerability database
# (GOVULNDB names another one) can't be reached it says so and succeeds, or fails
# with --required.
set -euo pipefail

govulncheck=${1:?the version of govulncheck is needed, as PACKAGE@VERSION}
shift
required=
if [ "${1:-}" = --required ]; then
  required=yes
  shift
fi
cd "$(dirname "$0")/.."
modules=("$@")
[ $# -gt 0 ] || modules=(. tools/bootstrap)
db=${GOVULNDB:-https://vuln.go.dev}

if ! reason=$(curl -fsS --max-time 20 --output /dev/null "$db/index/modules.json" 2>&1); then
  echo "vulnerabilities: $db can't be reached ($reason), so known vulnerabilities were not looked for" >&2
  [ -z "$required" ]
  exit
fi
for module in "${modules[@]}"; do
  (cd "$module" && go run "$govulncheck" -db "$db" ./...)
done
