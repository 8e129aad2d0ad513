#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# checkpatch.sh SOURCE WORK: the kernel's own style checker, strict. What is suppressed stands with its reason in
# kernel/.checkpatch.conf, which checkpatch reads by itself; 10 suppressions at most.
. "$(dirname "$0")/common.sh"
script=$WORK/scripts/checkpatch.pl
if [ ! -x "$script" ]; then
	archive=$(find /usr/src -maxdepth 1 -name 'linux-source-*.tar.xz' | sort -V | tail -n 1)
	[ -n "$archive" ] || skip "no kernel source (package linux-source-6.1)"
	mkdir -p "$WORK/scripts"
	tar -C "$WORK/scripts" --strip-components=2 --wildcards -xf "$archive" '*/scripts/checkpatch.pl' \
		'*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch'
fi
stage checkpatch
cd "$WORK/checkpatch/kernel"
suppressions=$(grep -c '^--ignore' .checkpatch.conf)
[ "$suppressions" -le 10 ] || { echo "$suppressions suppressions, 10 allowed"; exit 1; }
find . -name '*.[ch]' -print0 | xargs -0 "$script" --root="$WORK/checkpatch" --terse --no-summary -f
echo "checkpatch: nothing, with $suppressions suppressions"
