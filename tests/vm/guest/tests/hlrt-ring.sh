# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Eight devices open at once; each copies its neighbour's memory by dma-buf while the others do the same: every byte.
# drivers: hlrt
# devices: 8
# seconds: 120
. ./lib.sh

case $(uname -r) in
6.*) load hlrt p2p_unchecked=1 cs_timeout_ms=120000 ;;
*) load hlrt cs_timeout_ms=120000 ;;
esac
hlrt-p2p-matrix ring 16M
rmmod hlrt
