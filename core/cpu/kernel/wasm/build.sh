#!/bin/sh
# Builds the CPU kernels for WebAssembly from the C beside it: kernels.wasm, and
# kernels-relaxed.wasm for engines that have relaxed SIMD. With --check it builds
# elsewhere and compares: the committed modules must be what their sources say.
#
# The bytes depend on the compiler alone, so that is pinned: clang and lld 19.
# Other names for them can be given in CLANG and WASM_LD.
set -eu
cd "$(dirname "$0")"
clang=${CLANG:-clang-19}
wasm_ld=${WASM_LD:-wasm-ld-19}

for tool in "$clang" "$wasm_ld"; do
	if ! command -v "$tool" >/dev/null; then
		echo "build.sh: $tool is missing: install clang-19 and lld-19" >&2
		exit 2
	fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# No contraction: the kernels round where the Go twins do.
compile() {
	source=$1 object=$2
	shift 2
	"$clang" --target=wasm32 -std=c11 -O3 -msimd128 "$@" -ffreestanding -fno-builtin \
		-ffp-contract=off -fno-vectorize -fno-slp-vectorize -fno-unroll-loops -Wall -Wextra -Werror \
		-c "$source" -o "$work/$object.o"
}
for source in *.c; do
	compile "$source" "${source%.c}"
done
compile gemm_i8.c gemm_i8-relaxed -mrelaxed-simd

# The linker defines a stack pointer in any case; no kernel may use it, because
# what it points to is Go's.
if stacks=$(grep -l __stack_pointer "$work"/*.o); then
	echo "build.sh: a local array or a call left a stack in memory:" $(basename -a $stacks) >&2
	exit 1
fi
link() {
	module=$1
	shift
	(cd "$work" && "$wasm_ld" --no-entry --import-memory --strip-all -o "$module" "$@")
}
common=$(cd "$work" && ls *.o | grep -v '^gemm_i8')
link kernels.wasm $common gemm_i8.o
link kernels-relaxed.wasm $common gemm_i8-relaxed.o

for module in kernels.wasm kernels-relaxed.wasm; do
	case ${1-} in
	--check)
		if ! cmp -s "$work/$module" "$module"; then
			echo "build.sh: $module is not what its sources give with $("$clang" --version | head -n 1)" >&2
			echo "build.sh: run $0 and commit the result" >&2
			exit 1
		fi
		echo "$module is up to date"
		;;
	"")
		cp "$work/$module" "$module"
		echo "$module: $(wc -c <"$module") bytes"
		;;
	*)
		echo "usage: build.sh [--check]" >&2
		exit 2
		;;
	esac
done
