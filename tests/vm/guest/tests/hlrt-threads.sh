# SPDX-License-Identifier: MIT OR GPL-2.0-only
# 30 threads export, import, map and write one buffer while another revokes; 15 threads do so with buffers of their own.
# drivers: hlrt
# devices: 2
# seconds: 120
. ./lib.sh

[ -x /hlrt/bin/dmabuf-threads ] || skip "dmabuf-threads is not built"
load hlrt p2p_unchecked=1
holdings_note
dmabuf-threads --rounds 4 --mmap
holdings_compare
rmmod hlrt
