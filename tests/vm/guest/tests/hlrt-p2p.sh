# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Memory goes from one device to the other by dma-buf. Not on 6.1: its kernel is built without PCI_P2PDMA.
# drivers: hlrt
# kernels: 7.2
# devices: 2
# seconds: 120
. ./lib.sh

[ -x /hlrt/bin/p2p ] || skip "p2p is not built"
load hlrt
usleep 500000
p2p
rmmod hlrt
