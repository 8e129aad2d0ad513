#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# tree.sh SOURCE: rules of the tree itself.
set -euo pipefail
cd "$1"
fail=0
complain() { echo "$*"; fail=1; }

sources=$(find CMakeLists.txt build.sh cmake kernel libhlrt include man providers sim tests examples utils -type f \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' -o -name CMakeLists.txt -o -name '*.cmake' -o -name Kbuild \))
for file in $sources; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: ' || complain "$file: no SPDX tag"
	if grep -nE '[[:space:]]+$' "$file" | head -n 3 | grep .; then complain "$file: white space at the end of a line"; fi
done
for file in $(grep -rlE '__KSHIM__|USERSPACE' kernel || true); do
	complain "$file: kernel/ knows of its second home"
done
# A layer names only what stands below it.
for file in $(grep -rlE '#include [<"](hlrt/|libhlrt/|\.\./libhlrt)' kernel sim/model sim/kshim || true); do
	complain "$file: includes the library"
done
for file in $(grep -rlE '#include [<"].*(kernel|kshim|linux/)' sim/model || true); do
	complain "$file: the model includes more than libc"
done
exit $fail
