#!/usr/bin/env bash
# Builds, serves, tests and measures the project.
#
#   ./build.sh serve [ADDRESS]   build, then serve the page (default localhost:8080)
#   ./build.sh test  [PART...]   all tests, or some: static native wasm browser webgpu peers train
#   ./build.sh build             the page into dist/, the program into .cache/bin/tcmoa
#   ./build.sh bench             time the network beside its own limits
#   ./build.sh bench peers       ... beside onnxruntime-web, on the same network
#   ./build.sh bench classical   ... beside enfuse, on exposures
#   ./build.sh bench gpu         time the WebGPU kernels beside the adapter's limits
#
# It needs Go and Node; what else is missing it installs itself: the pinned Go
# toolchain, npm packages by their lock files, and, as root on Debian, Chromium,
# the compiler of the WebAssembly kernels, and PyTorch for the trainer's tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export GOTOOLCHAIN=go1.27.3
# Native code uses the processor's vectors; WebAssembly has its own kernels.
native=(env GOEXPERIMENT=simd)
wasm=(env GOOS=js GOARCH=wasm)
bin=$PWD/.cache/bin
runner=$PWD/core/cpu/kernel/wasm/go_js_wasm_exec

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

# need COMMAND PACKAGE...: installs Debian packages where a command is missing.
need() {
	local command=$1
	shift
	command -v "$command" >/dev/null || install_packages "$command" "$@"
}

# install_packages WHAT PACKAGE...: WHAT is what is missing, for the reader.
install_packages() {
	local what=$1
	shift
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		die "$what is missing: install it (on Debian: apt-get install $*) and run this again"
	fi
	say "Installing $*"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
		die "$* could not be installed: install it by hand and run this again"
}

need_go() { command -v go >/dev/null || die "Go is missing: install any release since 1.21 from your distribution, the right toolchain is then fetched"; }

need_node() {
	command -v node >/dev/null && command -v npm >/dev/null || die "Node is missing: install Node 20 or newer, with npm"
	[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || die "Node $(node --version) is too old: install Node 20 or newer"
}

# Tests find the browser in CHROMIUM.
need_chromium() {
	for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
		if [ -n "$name" ] && command -v "$name" >/dev/null; then
			CHROMIUM=$(command -v "$name")
			export CHROMIUM
			return
		fi
	done
	need chromium chromium
	CHROMIUM=$(command -v chromium)
	export CHROMIUM
}

# npm_packages FOLDER: its packages, as the lock file has them.
npm_packages() {
	if [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]; then
		say "Installing the npm packages of $1"
		(cd "$1" && npm ci --silent --no-audit --no-fund)
		touch "$1/node_modules/.package-lock.json"
	fi
}

program() {
	need_go
	mkdir -p "$bin"
	"${native[@]}" go build -trimpath -o "$bin/tcmoa" ./cmd/tcmoa
	ln -sfn "$PWD/site/model" "$bin/model" # the program looks beside itself for the shipped model
}

# assemble makes dist/, the site. A file that has not changed keeps its time, so
# that its compressed siblings stay current; the folder itself stays, because a
# server may be holding it open.
assemble() {
	program
	say "Building the page"
	rm -rf dist.new
	cp -r site dist.new
	for name in engine measure page; do
		"${wasm[@]}" go build -trimpath -ldflags='-s -w' -o "dist.new/$name.wasm" "./wasm/$name"
	done
	cp "$(go env GOROOT)/lib/wasm/wasm_exec.js" core/cpu/kernel/wasm/kernels{.js,.wasm,-relaxed.wasm} webgpu/replay.js dist.new/
	"$bin/tcmoa" record --task mef -o dist.new/example dist.new/samples/mef-armchair-{a,b}.jpg # index.html shows it
	service_worker dist.new
	local file sibling
	(cd dist.new && find . -type f) | while read -r file; do
		cmp -s "dist.new/$file" "dist/$file" || continue
		for sibling in "$file" "$file.br" "$file.gz"; do
			[ ! -e "dist/$sibling" ] || cp -p "dist/$sibling" "dist.new/$sibling"
		done
	done
	mkdir -p dist
	rm -rf dist/*
	mv dist.new/* dist/
	rmdir dist.new
}

# service_worker FOLDER puts the list of the shell's files, and their sums, into
# a site's service worker. The shell is all but the model, which the engine
# stores, and what the page never asks for.
service_worker() {
	local file sum
	{
		printf 'const shell = {\n'
		(cd "$1" && find . -type f ! -path './model/*' ! -name sw.js ! -name '*.d.ts' ! -name '*.md' ! -name '*.py' ! -name '*.sh') |
			sed 's|^\./||' | LC_ALL=C sort | while read -r file; do
			sum=$(sha256sum <"$1/$file")
			printf '  "%s": "%s",\n' "$file" "${sum%% *}"
		done
		printf '};\n\n'
		cat site/sw.js
	} >"$1/sw.js"
}

build() {
	assemble
	"$bin/tcmoa" pack dist
}

serve() {
	build
	exec "$bin/tcmoa" serve --addr "${1:-localhost:8080}" dist
}

test_static() {
	need_go
	say "Format, vet, and the kernels' bytes"
	local unformatted
	unformatted=$(gofmt -l bench cmd core internal metrics quant wasm webgpu)
	[ -z "$unformatted" ] || die "gofmt would change: $unformatted"
	"${native[@]}" go vet ./...
	"${wasm[@]}" go vet ./core/... ./quant ./quant/safetensors ./wasm/... ./webgpu/... ./bench/...
	# Where a processor could round a product and a sum as one, nothing may: all
	# programs are to make the same picture.
	local fused
	fused=$(GOARCH=arm64 go build -gcflags='tcmoa/core/...=-S' ./core/cpu 2>&1 | grep -E '\sFN?M(ADD|SUB)[SD]\s' | grep -oE '[a-z_0-9]+\.go:[0-9]+' | sort -u || true)
	[ -z "$fused" ] || die "multiplies and adds in one step: convert the product to its own type at" $fused
	need clang-19 clang-19
	need wasm-ld-19 lld-19
	core/cpu/kernel/wasm/build.sh --check
}

test_native() {
	need_go
	say "Go tests, native"
	"${native[@]}" go test ./...
	need gcc gcc libc6-dev # the race detector needs cgo
	say "Go tests, native: the scalar kernels, and the race detector"
	go test -short ./core/cpu/...
	"${native[@]}" go test -short -race ./core ./core/cpu ./quant ./metrics/... ./cmd/...
}

test_wasm() {
	need_go
	need_node
	say "Go tests, WebAssembly with relaxed SIMD"
	KERNELS=kernels-relaxed.wasm "${wasm[@]}" go test -exec="$runner" ./core/... ./quant ./quant/safetensors ./metrics/... ./wasm/...
	say "Go tests, WebAssembly without relaxed SIMD"
	KERNELS=kernels.wasm "${wasm[@]}" go test -short -exec="$runner" ./core/cpu/...
}

test_browser() {
	need_node
	need_chromium
	npm_packages test/browser
	assemble
	"${wasm[@]}" go test -c -o "$bin/webgpu.test.wasm" ./webgpu
	say "The page and the module in $("$CHROMIUM" --version)"
	# Two files at a time: each of them keeps about one processor busy.
	(cd test/browser && TCMOA="$bin/tcmoa" TCMOA_KERNEL_TESTS="$bin/webgpu.test.wasm" node --test --test-concurrency=2)
}

test_webgpu() {
	need_go
	need_node
	say "The WebGPU kernels"
	webgpu/test.sh
}

test_peers() {
	need_go
	need_node
	npm_packages bench/peers
	say "The network that benchmarks give to a peer"
	(cd bench/peers && node --test)
}

# Tests find a Python with what the trainer needs in PYTHON.
need_pytorch() {
	for name in "${PYTHON:-}" python3 /usr/bin/python3; do
		if [ -n "$name" ] && "$name" -c 'import torch, scipy, PIL, yaml' 2>/dev/null; then
			PYTHON=$name
			return
		fi
	done
	install_packages "PyTorch (or what the trainer needs beside it)" python3-torch python3-numpy python3-scipy python3-pil python3-yaml
	PYTHON=/usr/bin/python3
}

test_train() {
	need_pytorch
	say "The trainer"
	(cd train && OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 "$PYTHON" -m unittest discover -s tests -t .)
}

run_tests() {
	[ $# -gt 0 ] || set -- static native wasm browser webgpu peers train
	for part in "$@"; do
		case $part in
		static | native | wasm | browser | webgpu | peers | train) "test_$part" ;;
		*) die "unknown part of the tests: $part (there are static, native, wasm, browser, webgpu, peers, train)" ;;
		esac
	done
	say "All tests passed"
}

bench_peers() {
	need_node
	need_chromium
	npm_packages test/browser
	npm_packages bench/peers
	assemble
	"${native[@]}" go build -trimpath -o "$bin/onnx" ./bench/peers/onnx
	"${wasm[@]}" go build -trimpath -ldflags='-s -w' -o "$bin/forward.wasm" ./bench/forward
	node bench/peers/run.mjs "$bin" "$@"
}

bench_gpu() {
	need_node
	need_chromium
	npm_packages test/browser
	"${wasm[@]}" go build -trimpath -ldflags='-s -w' -o "$bin/gpu.wasm" ./bench/gpu
	node bench/gpu/run.mjs "$bin" "$@"
}

bench_classical() {
	need_node
	need enfuse enfuse
	program
	node bench/classical/run.mjs "$bin" "$@"
}

bench_forward() {
	need_node
	need_chromium
	npm_packages test/browser
	program
	"${native[@]}" go build -trimpath -o "$bin/forward" ./bench/forward
	"${wasm[@]}" go build -trimpath -ldflags='-s -w' -o "$bin/forward.wasm" ./bench/forward
	node bench/forward/run.mjs "$bin" "$@"
}

bench() {
	case ${1-} in
	peers | classical | gpu) "bench_$1" "${@:2}" ;;
	*) bench_forward "$@" ;;
	esac
}

case ${1-} in
build | serve | bench)
	"$@"
	;;
test)
	shift
	run_tests "$@"
	;;
*)
	sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"
	[ $# -eq 0 ] || exit 2
	;;
esac
