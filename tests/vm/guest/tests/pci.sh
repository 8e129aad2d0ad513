# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The devices are there, with the identity, BARs and IOMMU domain that the drivers expect.
# drivers: intree intree-mended hlrt
# seconds: 20
. ./lib.sh

[ -n "$(accelerators)" ] || fail "no device of vendor 1da3"
n=0
for address in $(accelerators); do
	n=$((n + 1))
	case $(asic $n) in
	gaudi) expected=0x1000 ;;
	goya) expected=0x0001 ;;
	*) fail "no such chip: $(asic $n)" ;;
	esac
	device=/sys/bus/pci/devices/$address
	[ "$(cat $device/device)" = $expected ] || fail "$address: device $(cat $device/device)"
	bars=$(awk '$1 != "0x0000000000000000" && NR <= 6 { printf " %d", NR - 1 }' $device/resource)
	[ "$bars" = " 0 2 4" ] || fail "$address: BARs$bars"
	group=none
	[ ! -e $device/iommu_group/type ] || group=$(cat $device/iommu_group/type)
	echo "$address: IOMMU group type $group"
	sed -n '1p;3p;5p' $device/resource
	if grep -q intel_iommu=on /proc/cmdline; then
		[ "$group" = DMA ] || fail "$address is not translated: group type $group"
	fi
done
