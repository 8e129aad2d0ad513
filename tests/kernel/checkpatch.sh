#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# checkpatch.sh SOURCE WORK: the kernel's own style checker; what is suppressed stands with its reason in checkpatch.ignore.
. "$(dirname "$0")/common.sh"
script=$WORK/scripts/checkpatch.pl
if [ ! -x "$script" ]; then
	archive=$(find /usr/src -maxdepth 1 -name 'linux-source-*.tar.xz' | sort -V | tail -n 1)
	[ -n "$archive" ] || skip "no kernel source (package linux-source-6.1)"
	mkdir -p "$WORK/scripts"
	tar -C "$WORK/scripts" --strip-components=2 --wildcards -xf "$archive" '*/scripts/checkpatch.pl' \
		'*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch'
fi
ignore=$(grep -v '^#' "$SOURCE/tests/kernel/checkpatch.ignore" | awk 'NF {print $1}' | paste -sd,)
count=$(tr ',' '\n' <<<"$ignore" | grep -c .)
[ "$count" -le 10 ] || { echo "$count suppressions, 10 allowed"; exit 1; }
cd "$SOURCE"
find kernel -name '*.[ch]' -print0 | xargs -0 "$script" --no-tree --terse --strict --no-summary --max-line-length=100 \
	--ignore "$ignore" -f && echo "checkpatch: nothing"
