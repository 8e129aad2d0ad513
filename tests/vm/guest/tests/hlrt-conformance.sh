# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The conformance program, unchanged, on a real kernel; the driver then holds what it held before.
# drivers: hlrt
# devices: 2
# seconds: 240
. ./lib.sh

[ -x /hlrt/bin/hlrt-conformance ] || skip "hlrt-conformance is not built"
load hlrt
usleep 500000
holdings_note
hlrt-conformance
holdings_compare
rmmod hlrt
