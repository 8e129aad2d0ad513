#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# format.sh SOURCE: user-space code is formatted as .clang-format says. (kernel/ is checkpatch's.)
set -euo pipefail
cd "$1"
tool=$(command -v clang-format-14 || true)
if [ -z "$tool" ]; then
	echo "SKIPPED: clang-format-14 is not installed (versions differ in what they make of one file)"
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi
find libhlrt include/hlrt providers sim tests examples -name '*.[ch]' -print0 |
	xargs -0 "$tool" --dry-run -Werror 2>&1 | grep -E 'error:' | head -n 40 && exit 1
echo "format: nothing"
