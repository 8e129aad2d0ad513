# SPDX-License-Identifier: MIT OR GPL-2.0-only
# A third-party device with a DMA engine of its own (QEMU's edu) reads and writes an accelerator's memory by dma-buf.
# drivers: hlrt
# kernels: 7.2
# importer: edu
# seconds: 200
# allow: DMAR: (.*fault|DRHD: handling fault status)
. ./lib.sh

[ -x /hlrt/bin/hli-check ] || fail "hli-check is not built"
load hlrt
load hli
hli-check move 4096 65536 262144
if [ -n "$(ls /sys/class/iommu/ 2>/dev/null)" ]; then
	[ "$(count_log 'DMAR: .*fault')" -eq 0 ] || fail "there were faults before the test made any"
	hli-check translated
	usleep 200000
	[ "$(count_log 'DMAR: .*fault addr')" -ge 2 ] || fail "an access beside the mapping did not fault"
fi
hli-check revoked
rmmod hli
rmmod hlrt
