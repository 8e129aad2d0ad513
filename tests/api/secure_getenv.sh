#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# secure_getenv.sh BUILD: nothing that a set-uid program may load reads the environment by getenv().
set -euo pipefail
build=$1
fail=0
for object in "$build"/lib/libhlrt.so.1 "$build"/lib/libhlsim.so.1 "$build"/lib/hlrt/*.so; do
	if nm -D --undefined-only "$object" | grep -E ' getenv(@|$)' >/dev/null; then
		echo "$object uses getenv()"
		fail=1
	fi
done
nm -D --undefined-only "$build/lib/libhlrt.so.1" | grep ' secure_getenv@' >/dev/null || { echo "no secure_getenv at all?"; fail=1; }
exit $fail
