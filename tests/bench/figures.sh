#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# figures.sh HLRT_BENCH ASIC: a quick run on two simulated devices has every figure, as a table and as JSON, and the counts hold.
set -euo pipefail
bench=$1
export HLRT_SIM="$2*2"
counts="call_ratio.instructions call_ratio.extra_calls call_ratio.extra_calls_goya async_speedup.in_flight list_syscalls.accel
	list_syscalls.misc"
times="copy_vs_memcpy async_speedup"

fail() { echo "$*"; exit 1; }

table=$("$bench" --quick) || { echo "$table"; fail "a count is out of its bound"; }
echo "$table"
for figure in $times; do
	grep -qE "^$figure +[0-9.e+]+ ratio +[<>]= [0-9.]+ " <<<"$table" || fail "no line of $figure"
done
# A Goya hands out memory in pages of 2 MiB: it has no room for so many.
grep -qE "^alloc_scale +([0-9.e+]+ ratio|skipped: the device has room for [0-9]+ )" <<<"$table" || fail "no line of alloc_scale"
# What a real driver is needed for says so.
grep -q "^call_ratio.time .*skipped: .* real driver" <<<"$table" || fail "no line of call_ratio.time"
if grep -q "valgrind is not installed" <<<"$table"; then
	[ "${CI:-}" = true ] && exit 1
	exit 77
fi
for figure in $counts; do
	grep -qE "^$figure +.* holds" <<<"$table" || fail "$figure does not hold"
done
"$bench" --quick --json copy_vs_memcpy list_syscalls | python3 -c '
import json, sys
figures = {figure["name"]: figure for figure in json.load(sys.stdin)}
copy = figures["copy_vs_memcpy"]
assert copy["bound"] == ">= 0.8" and copy["value"] > 0 and len(copy["raw"]) == 2, copy
listing = figures["list_syscalls.accel"]
assert listing["holds"] and listing["value"] == sum(raw["value"] for raw in listing["raw"].values()), listing
'
"$bench" no-such-bench 2>/dev/null && fail "an unknown name is accepted"
exit 0
