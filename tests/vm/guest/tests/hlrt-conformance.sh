# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The conformance program, unchanged, on a real kernel; the driver then holds what it held before.
# drivers: hlrt
# devices: 2
# seconds: 240
. ./lib.sh

[ -x /hlrt/bin/hlrt-conformance ] || skip "hlrt-conformance is not built"
load hlrt
usleep 500000
driver_holdings | sort >/tmp/before
grep -q '^slab ' /tmp/before || fail "the driver seems to hold nothing: this test would find no leak"
hlrt-conformance
# What is freed after a grace period or by a work item.
sleep 1
driver_holdings | sort >/tmp/after
echo "held before: $(wc -l </tmp/before) places: $(head -n 3 /tmp/before | tr '\n' ';')"
diff -u /tmp/before /tmp/after || fail "the driver holds more or less than before"
rmmod hlrt
