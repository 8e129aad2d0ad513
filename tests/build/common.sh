# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced: SOURCE, PREFIX, WORK and CC of the test's arguments; what the consumers of the installed tree share.
set -euo pipefail
SOURCE=$1 PREFIX=$2 WORK=$3 CC=$4
here=$SOURCE/tests/build
lib=$(dirname "$(find "$PREFIX" -name libhlrt.so.1)")
export PKG_CONFIG_PATH=$lib/pkgconfig
warnings=(-Wall -Wextra -Wpedantic -Werror)
mkdir -p "$WORK"

die() { echo "$*"; exit 1; }

# run PROGRAM: on the simulator, without help for the dynamic linker beyond what the linked file says itself.
expect_gaudi() {
	local said
	said=$(env -u LD_LIBRARY_PATH HLRT_SIM=gaudi "$@") || die "$1 failed"
	[ "$said" = gaudi ] || die "$1 says '$said' instead of 'gaudi'"
}

needs_library() { readelf -d "$2" | grep NEEDED | grep -q "\[$1"; }

# A program that refers to every function of a header, so that the linker has to find each of them.
every_symbol() { # header...
	local header f
	for header in "$@"; do echo "#include <hlrt/$header>"; done
	echo "typedef void (*any_fn)(void);"
	echo "any_fn volatile every[] = {"
	for header in "$@"; do
		"$SOURCE/tests/api/declared.sh" "$PREFIX/include/hlrt/$header" | while read -r f; do echo "	(any_fn)$f,"; done
	done
	echo "};"
	echo "int main(void) { return !every[0]; }"
}
