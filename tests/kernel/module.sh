#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# module.sh SOURCE WORK: hlrt.ko builds with W=1 and not one warning.
. "$(dirname "$0")/common.sh"
headers=$(kernel_headers)
stage module
make -C "$WORK/module/kernel" KDIR="$headers" W=1 -j"$(nproc)" >"$WORK/module.log" 2>&1 || { cat "$WORK/module.log"; exit 1; }
# A module built without the kernel's own vmlinux cannot carry BTF; make says so.
if grep -iE 'warning|error' "$WORK/module.log" | grep -v 'Skipping BTF generation'; then
	exit 1
fi
modinfo=$(command -v modinfo || echo /sbin/modinfo)
if [ -x "$modinfo" ]; then
	"$modinfo" "$WORK/module/kernel/hlrt.ko"
fi
test -s "$WORK/module/kernel/hlrt.ko"
