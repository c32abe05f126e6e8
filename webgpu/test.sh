#!/usr/bin/env bash
# Tests the WebGPU backend under Node, with Dawn on lavapipe:
#
#	webgpu/test.sh [ARGUMENTS OF go test...]
#
# The first run downloads Node packages and the driver, and compiles every
# kernel for a minute or two a variant; Mesa keeps them.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ -d webgpu/exec/node_modules ]] || npm --prefix webgpu/exec ci --no-audit --no-fund --ignore-scripts >&2
go test ./webgpu
GOOS=js GOARCH=wasm exec go test -timeout 60m -exec "$PWD/webgpu/exec/node.sh" "$@" ./webgpu
