# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The conformance program, unchanged, on a real kernel.
# drivers: hlrt
# kernels: 6.1 7.2
# devices: 2
# seconds: 240
. ./lib.sh

[ -x /hlrt/bin/hlrt-conformance ] || skip "hlrt-conformance is not built"
load hlrt
usleep 500000
hlrt-conformance
rmmod hlrt
