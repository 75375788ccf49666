#!/usr/bin/env bash
# Runs a Python check, tests/<part>/<check>.py, on the source tree that its runfile is a link to.
set -euo pipefail
check=$(readlink -f "$1")
exec python3 "$check" "$(dirname "$(dirname "$(dirname "$check")")")"
