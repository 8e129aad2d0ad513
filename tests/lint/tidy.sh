#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# tidy.sh SOURCE BUILD: clang-tidy on the library, the providers, the model and the examples.
set -euo pipefail
cd "$1"
build=$2
tool=$(command -v clang-tidy-14 || command -v clang-tidy || true)
if [ -z "$tool" ]; then
	echo "SKIPPED: clang-tidy is not installed"
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi
find libhlrt providers sim/model examples utils -name '*.c' -print0 |
	xargs -0 -P "$(nproc)" -n 6 "$tool" --quiet -p "$build" >"$build/tidy.log" 2>&1 && { echo "tidy: nothing"; exit 0; }
grep -E 'error:|warning:' "$build/tidy.log" | sort -u | head -n 60
exit 1
