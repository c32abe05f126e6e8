#!/usr/bin/env bash
# Runs a Go test binary (GOOS=js GOARCH=wasm) under Node with WebGPU:
#
#	GOOS=js GOARCH=wasm go test -exec "$PWD/webgpu/exec/node.sh" ./webgpu/...
#
# navigator.gpu is Dawn, the implementation inside Chromium. Below it runs
# lavapipe (see lavapipe.sh); with TCMOA_ICD, the Vulkan driver of that ICD file.
# Once: npm ci in this folder.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
libraries=$("$here/lavapipe.sh")
export LD_LIBRARY_PATH=$libraries
export VK_DRIVER_FILES=${TCMOA_ICD:-$libraries/lvp_icd.json}
# Go's goroutines are deep recursion to V8.
exec node --stack-size=8192 "$here/run.mjs" "$@"
