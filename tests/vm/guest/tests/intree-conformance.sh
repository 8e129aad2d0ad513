# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The conformance program on the in-tree driver: all that skipped-intree does not name passes, and nothing else is skipped.
# drivers: intree-mended
# kernels: 7.2
# devices: 2
# seconds: 240
# allow: (habanalabs [0-9a-f:.]+|accel accel(_controlD)?[0-9]+): .*
. ./lib.sh

[ -x /hlrt/bin/hlrt-conformance ] || skip "hlrt-conformance is not built"
load_intree
hlrt-conformance --skips skipped-intree
rmmod habanalabs
