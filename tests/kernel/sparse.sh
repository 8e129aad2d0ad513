#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# sparse.sh SOURCE WORK: sparse, with endianness checks, has nothing to say about our files.
. "$(dirname "$0")/common.sh"
command -v sparse >/dev/null || skip "sparse is not installed"
headers=$(kernel_headers)
stage sparse
make -C "$WORK/sparse/kernel" KDIR="$headers" C=2 CF="-D__CHECK_ENDIAN__" -j"$(nproc)" >"$WORK/sparse.log" 2>&1 || { cat "$WORK/sparse.log"; exit 1; }
# Findings inside the kernel's own headers are not ours.
if grep -E '(warning|error):' "$WORK/sparse.log" | grep -F "$WORK/sparse/"; then
	exit 1
fi
echo "sparse: nothing"
