# SPDX-License-Identifier: MIT OR GPL-2.0-only
# What the PCI core does to idle devices: a function reset, sleep, an error of the bus, a new binding. Afterwards they work.
# drivers: hlrt
# devices: 2
# control: yes
# seconds: 300
# allow: pcieport [0-9a-f:.]+: (AER|PCIe Bus Error| +device| +\[)
. ./lib.sh

[ -x /hlrt/bin/hello-device ] || skip "hello-device is not built"
load hlrt boot_timeout_ms=5000 cpu_timeout_ms=5000 reset_wait_ms=100 halt_wait_ms=10
first=$(accelerators | head -n 1)
device=/sys/bus/pci/devices/$first

status() { cat "$(dirname "$(find "$device/" -name hard_reset | head -n 1)")/status"; }
is_operational() { [ "$(status)" = operational ]; }

# works EVENT LOG: the first device has gone through it, as the log says, and copies.
works() {
	wait_log 60 "hlrt $first: $2" || fail "$1: the kernel log does not say: $2"
	wait_until 60 is_operational || fail "after $1 the device is $(status)"
	hello-device >/tmp/out 2>&1 || fail "after $1: $(cat /tmp/out)"
	echo "$1: works"
}

works start "GAUDI|GOYA"
echo flr >"$device/reset_method"
echo 1 >"$device/reset"
works FLR "reset: the PCI function is being reset"

# As far as the devices: what the machine does then is not the driver's.
echo 0 >/sys/module/suspend/parameters/pm_test_delay
echo devices >/sys/power/pm_test
echo freeze >/sys/power/state
works sleep "reset: the system goes to sleep"

# A fatal one is no use here: QEMU's ports do not come back from the reset of their link.
monitor "pcie_aer_inject_error port0 COMP_TIME"
works "bus error" "reset: an error on the PCI bus"

echo "$first" >/sys/bus/pci/drivers/hlrt/unbind
echo "$first" >/sys/bus/pci/drivers/hlrt/bind
works rebinding "GAUDI|GOYA"
rmmod hlrt
