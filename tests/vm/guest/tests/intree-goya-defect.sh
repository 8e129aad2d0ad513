# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver of Linux 7.2 gives up on every Goya before it has touched the chip, for a size that it never sets.
# drivers: intree
# kernels: 7.2
# asics: goya
# seconds: 60
# allow: habanalabs 0000:[0-9a-f:.]+: (Failed to add memory to page gen pool|Failed to initialize MMU S/W structures)
# allow: habanalabs 0000:[0-9a-f:.]+: Fatal error during habanalabs device init
# allow: habanalabs: Failed to initialize accel[0-9]+. Device .* is NOT usable!
# allow: Call Trace:$
. ./lib.sh

load habanalabs
wait_log 30 'is NOT usable!' || fail "the defect is mended; docs/intree.md and tests/vm/CMakeLists.txt should say so"
dmesg | grep -q 'vmalloc error: size [0-9]*, exceeds total pages' || fail "it gave up for another reason"
dmesg | grep -q 'Failed to add memory to page gen pool' || fail "it gave up elsewhere"
rmmod habanalabs
