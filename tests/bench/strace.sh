#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# strace.sh HLRT_BENCH_NULL: another witness than the bench itself that the library adds no system call to the bare ones.
set -euo pipefail
program=$1
if ! command -v strace >/dev/null; then
	echo "SKIPPED: strace is not installed"
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# calls WHICH CYCLES ASIC: of the whole program
calls() {
	strace -f -o "$log" "$program" --once "$1" "$2" "$3" >/dev/null
	grep -cE '^[0-9]+ +[a-z_0-9]+\(' "$log"
}

# per_100_cycles WHICH ASIC: what more cycles cost more; what comes before and after them falls out.
per_100_cycles() { echo $(($(calls "$1" 300 "$2") - $(calls "$1" 200 "$2"))); }

# check ASIC CALLS: of 100 cycles by bare calls
check() {
	local library raw
	library=$(per_100_cycles library "$1")
	raw=$(per_100_cycles raw "$1")
	echo "$1: 100 cycles are $library system calls by the library, $raw by bare calls"
	[ "$raw" -eq "$2" ] && [ "$library" -eq "$raw" ]
}

check gaudi 400
# Where the kernel places memory it is mapped and unmapped as well.
check goya 600
