#!/usr/bin/env bash
# Runs a Python test against the programs that Bazel built, from the top of the runfiles.
set -euo pipefail
exec python3 -B "$1"
