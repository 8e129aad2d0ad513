# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver's control node, sysfs and sensors tell what the model's firmware told the driver.
# drivers: intree intree-mended
# kernels: 7.2
# asics: gaudi
# seconds: 90
. ./lib.sh

[ -x /hlrt/bin/intree-info ] || fail "intree-info is not built"
load_intree
number=0
for address in $(accelerators); do
	for sysfs in /sys/class/accel/accel[0-9]*/device; do
		[ "$(basename "$(readlink -f $sysfs)")" != "$address" ] || break
	done
	minor=$(basename "$(dirname "$sysfs")")
	intree-info "/dev/accel/accel_controlD${minor#accel}" "$sysfs" "$address" "$number"
	number=$((number + 1))
done
rmmod habanalabs
