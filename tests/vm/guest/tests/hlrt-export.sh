# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Device memory in the hands of the CPU: mmap of a dma-buf's fd by programs, vmap by an importer; both end when it is revoked.
# drivers: hlrt
# seconds: 120
. ./lib.sh

[ -x /hlrt/bin/dmabuf-cpu ] || skip "dmabuf-cpu is not built"
load hlrt p2p_unchecked=1
device=/sys/bus/pci/devices/$(accelerators | head -n 1)

# ends COMMAND: a process that touches its mapping all the time gets SIGBUS by it.
ends() {
	rm -f /tmp/mapped
	dmabuf-cpu wait /tmp/mapped &
	wait_until 60 test -e /tmp/mapped || fail "nothing was mapped"
	eval "$1" || fail "$1"
	wait $! || fail "$1: the mapping has not ended as it should"
}

dmabuf-cpu data
[ "$(asic)" != goya ] || dmabuf-cpu pieces
dmabuf-cpu revoke
ends 'echo 1 >$(find $device/ -name hard_reset | head -n 1)'
dmabuf-cpu data
if [ -e /sys/bus/pci/drivers/hli ] || ls /sys/bus/pci/devices/*/device | xargs grep -q 0x0005; then
	# An importer without DMA, on the CPU's own way.
	load hli mode=pinned
	hli-check move 4096 65536 262144
	rmmod hli
fi
ends 'echo ${device##*/} >/sys/bus/pci/drivers/hlrt/unbind'
rmmod hlrt
