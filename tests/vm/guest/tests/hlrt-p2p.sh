# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Memory goes from one device to the other by dma-buf; where the kernel does not vouch for the path, only if the administrator says so.
# drivers: hlrt
# kernels: 6.1 7.2
# devices: 2
# seconds: 120
. ./lib.sh

[ -x /hlrt/bin/p2p ] || skip "p2p is not built"
load hlrt
usleep 500000
# Debian's 6.1 is built without PCI_P2PDMA.
case $(uname -r) in
6.1.*)
	! p2p || fail "a path that nobody vouches for was taken"
	echo 1 >/sys/module/hlrt/parameters/p2p_unchecked
	;;
esac
p2p
rmmod hlrt
