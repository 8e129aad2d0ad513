#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# headers.sh SOURCE CC: every public header compiles alone, as C11 and as C++17, without a warning.
set -euo pipefail
source=$1 cc=$2
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
mkdir "$staged/hlrt"
cp "$source"/include/hlrt/*.h "$source"/providers/*/gaudi.h "$staged/hlrt/"
for header in "$staged"/hlrt/*.h; do
	name=hlrt/$(basename "$header")
	echo "$name"
	echo "#include <$name>" | "$cc" -x c -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$staged" -
	echo "#include <$name>" | g++ -x c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$staged" -
done
