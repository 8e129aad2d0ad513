# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Memory goes from one device to the other by dma-buf; where the kernel does not vouch for the path, only if the administrator says so.
# drivers: hlrt
# devices: 2
# seconds: 120
. ./lib.sh

[ -x /hlrt/bin/p2p ] || skip "p2p is not built"
load hlrt
usleep 500000
parameters=/sys/module/hlrt/parameters
# refused REASON: the copy is refused, and the kernel log has the reason.
refused() {
	! p2p || fail "a path that nobody vouches for was taken"
	dmesg | grep -qF "$1" || fail "the kernel log does not say: $1"
}
# Debian's kernels before 7.2 are built without PCI_P2PDMA: the driver refuses, or judges by itself, or is told.
case $(uname -r) in
6.*)
	refused "without PCI_P2PDMA and cannot check"
	echo 1 >$parameters/p2p_own_check
	if grep -qw hypervisor /proc/cpuinfo; then
		refused "this is a virtual machine"
		echo 1 >$parameters/p2p_unchecked
	fi
	;;
esac
p2p
rmmod hlrt
