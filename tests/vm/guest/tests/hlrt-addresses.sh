# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Which addresses an importing chip uses for another one's memory: the BAR's, or behind an IOMMU others, beside which accesses fault.
# drivers: hlrt
# devices: 2
# control: yes
# seconds: 60
# allow: DMAR: (.*fault|DRHD: handling fault status)
. ./lib.sh

case $(uname -r) in
6.*) load hlrt p2p_unchecked=1 ;;
*) load hlrt ;;
esac
kind=bus
[ -z "$(ls /sys/class/iommu/ 2>/dev/null)" ] || kind=translated
second=$(accelerators | sed -n 2p)
read -r from to flags <<END
$(sed -n 5p "/sys/bus/pci/devices/$second/resource")
END
[ "$(count_log 'DMAR: .*fault')" -eq 0 ] || fail "there were faults before the test made any"
hlrt-p2p-matrix $kind /dev/ttyS2 "$from" "$to"
if [ $kind = translated ]; then
	usleep 200000
	[ "$(count_log 'DMAR: .*fault addr')" -gt 0 ] || fail "the kernel has seen no fault"
fi
rmmod hlrt
