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
findings=$(find libhlrt include/hlrt providers sim tests examples utils -name '*.[ch]' -print0 |
	xargs -0 "$tool" --dry-run 2>&1 | grep -F ': warning: ' || true)
if [ -n "$findings" ]; then
	echo "$findings" | cut -d: -f1 | sort | uniq -c
	echo "mend with: $tool -i FILE"
	exit 1
fi
echo "format: nothing"
