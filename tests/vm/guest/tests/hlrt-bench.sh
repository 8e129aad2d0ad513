# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The library against bare calls on a real kernel: no system call more. Times are printed, and judged by who reads them.
# drivers: hlrt
# seconds: 120
. ./lib.sh

[ -x /hlrt/bin/hlrt-bench ] || skip "hlrt-bench is not built"
load hlrt
hlrt-bench call_ratio >/tmp/figures || true
cat /tmp/figures
grep -q '^call_ratio.extra_calls .* holds' /tmp/figures || fail "the library makes system calls of its own"
grep -q '^call_ratio.time .* ratio' /tmp/figures || fail "no time was taken"
rmmod hlrt
