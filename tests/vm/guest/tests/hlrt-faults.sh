# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Each fault knob as a program sees it on a real kernel; what was disabled comes back; nothing is leaked; a device is unplugged.
# drivers: hlrt
# last: yes
# devices: 2
# control: yes
# seconds: 240
# allow: hlrt [0-9a-f:.]+: (DMA [0-9]+ error: cause|error on DMA [0-9]+: cause|submission [0-9]+ of pid [0-9]+ timed out|queue [0-9]+: completion [0-9]+ found)
# allow: hlrt [0-9a-f:.]+: (device does not come back from reset|boot CPU (is not ready|does not)|device is disabled until)
. ./lib.sh

control=/dev/ttyS2
first=$(accelerators | head -n 1)

# fault KNOB COUNT
fault() {
	local answer
	exec 3<>$control
	stty -F $control raw -echo
	echo "fault $1 $2" >&3
	read -r -t 10 answer <&3 || fail "no answer to fault $1"
	exec 3>&-
	[ "$answer" = ok ] || fail "fault $1 $2: $answer"
}

# The first device is reset by the administrator, and works.
bring_back() {
	local attribute
	attribute=$(find "/sys/bus/pci/devices/$first/" -name hard_reset | head -n 1)
	echo 1 >"$attribute"
	wait_until 60 grep -qx operational "$(dirname "$attribute")/status" || fail "it does not come back"
	hlrt-faults --control $control lose-irq
}

[ -x /hlrt/bin/hlrt-faults ] || skip "hlrt-faults is not built"
load hlrt cs_timeout_ms=1500 boot_timeout_ms=2000 cpu_timeout_ms=2000
hlrt-faults --control $control spurious-irq
holdings_note
hlrt-faults --control $control corrupt-dma dma-error scrub-fail hang-queue lose-irq iommu-fault late=100 late=10000 \
	corrupt-completion spurious-irq
for knob in boot-fail read-ones; do
	hlrt-faults --control $control $knob
	fault $knob 0
	bring_back
done
holdings_compare

# QEMU itself does not survive unplugging a vfio-user device with MSI-X (memory_region_del_subregion: assertion): there
# the kernel alone takes the device away.
case $(asic) in
goya) unplug="echo 1 >/sys/bus/pci/devices/$first/remove" ;;
*) unplug=". ./lib.sh; monitor 'device_del accel0'" ;;
esac
hlrt-faults --control $control --unplug "$unplug" vanish
[ ! -e "/sys/bus/pci/devices/$first" ] || fail "$first is still there"
rmmod hlrt
