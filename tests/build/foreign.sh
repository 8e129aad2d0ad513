#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# foreign.sh SOURCE WORK NAME [run]: everything compiled by cmake/toolchain-NAME.cmake; with "run" the conformance program
# runs on the simulator. (Not for another processor: qemu-user lacks the mremap() by which the simulator shows a page twice.)
set -euo pipefail
source=$1 work=$2 name=$3 what=${4:-compile}
toolchain=$source/cmake/toolchain-$name.cmake

# Not there: a reason to skip for a user, a failure where nobody would notice.
skip() {
	echo "SKIPPED: $*"
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

compiler=$(sed -nE 's/^set\(CMAKE_C_COMPILER (.*)\)/\1/p' "$toolchain")
mkdir -p "$work/cmocka"
echo 'int main(void) { return 0; }' >"$work/try.c"
command -v "$compiler" >/dev/null || skip "no $compiler"
"$compiler" -o "$work/try" "$work/try.c" 2>"$work/try.log" || skip "$compiler makes no programs: $(tail -n 1 "$work/try.log")"

# cmocka's header is the same everywhere. There is no such library to link with: the unit tests are compiled only.
header=$(printf '#include <%s>\n' setjmp.h stdarg.h stddef.h stdint.h cmocka.h | cc -M -x c - | grep -o '[^ ]*/cmocka\.h')
cp "$header" "$work/cmocka/"
printf 'Name: cmocka\nDescription: the header alone\nVersion: %s\nCflags: -I%s\n' \
	"$(pkg-config --modversion cmocka)" "$work/cmocka" >"$work/cmocka/cmocka.pc"
export PKG_CONFIG_LIBDIR=$work/cmocka

build=$work/build
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$toolchain" -DHLRT_TESTS=ON >"$work/configure.log" 2>&1 ||
	{ cat "$work/configure.log"; exit 1; }
ninja -C "$build" -t targets all >"$work/targets"
objects=$(sed -nE 's/^(.*\.c\.o): C_COMPILER__.*/\1/p' "$work/targets")
linked=$(sed -nE 's/^((bin|lib)\/[^:]*): C_[A-Z_]*_LINKER__.*/\1/p' "$work/targets" | grep -v '^bin/test')
# shellcheck disable=SC2086 # one word for each file
ninja -C "$build" --quiet -k 0 $objects $linked
echo "$compiler: $(wc -w <<<"$objects") files compiled; linked:" $linked

[ "$what" != run ] || HLRT_SIM='gaudi*2' "$build/bin/hlrt-conformance"
