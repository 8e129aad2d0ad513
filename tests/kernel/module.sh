#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# module.sh SOURCE WORK: hlrt.ko builds with W=1 and not one warning, and sparse, which looks at each file on the way
# with endianness checks, has nothing to say about ours.
. "$(dirname "$0")/common.sh"
command -v sparse >/dev/null || skip "sparse is not installed"
headers=$(kernel_headers)
stage module
make -C "$WORK/module/kernel" KDIR="$headers" W=1 C=2 CF=-D__CHECK_ENDIAN__ -j"$(nproc)" >"$WORK/module.log" 2>&1 ||
	{ cat "$WORK/module.log"; exit 1; }
checked=$(grep -c '^  CHECK' "$WORK/module.log" || true)
[ "$checked" -gt 0 ] || { echo "sparse has not run"; exit 1; }
# Findings inside the kernel's own headers are not ours. A module built without the kernel's vmlinux has no BTF.
if grep -iE 'warning|error' "$WORK/module.log" | grep -vE 'Skipping BTF generation|^/usr/(src|lib)/linux'; then
	exit 1
fi
test -s "$WORK/module/kernel/hlrt.ko"
echo "hlrt.ko: no warning of the compiler, none of sparse in $checked files, against $(basename "$headers")"
