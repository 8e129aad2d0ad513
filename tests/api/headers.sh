#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# headers.sh SOURCE CC: every public header compiles alone, as C11 and as C++17, without a warning; by clang, too, where there
# is one.
set -euo pipefail
source=$1 cc=$2
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
mkdir "$staged/hlrt"
cp "$source"/include/hlrt/*.h "$staged/hlrt/"
for provider in "$source"/providers/*/; do
	header=$provider$(basename "$provider").h
	[ ! -f "$header" ] || cp "$header" "$staged/hlrt/"
done

alone() { # header compiler [flag...]
	echo "#include <$1>" | "${@:2}" -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$staged" -
}
clang=$(command -v clang || command -v clang-14 || true)
for header in "$staged"/hlrt/*.h; do
	name=hlrt/$(basename "$header")
	echo "$name"
	for c in "$cc" $clang; do alone "$name" "$c" -x c -std=c11; done
	for cxx in g++ $clang; do alone "$name" "$cxx" -x c++ -std=c++17; done
done
