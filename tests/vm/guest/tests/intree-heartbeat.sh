# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver's heartbeat finds the device alive for three minutes, and its events and sensors work.
# drivers: intree
# kernels: 7.2
# seconds: 280
. ./lib.sh

load_intree
end=$(($(seconds_up) + 180))
while [ "$(seconds_up)" -lt "$end" ]; do
	for device in /sys/class/accel/accel[0-9]*/device; do
		[ "$(cat $device/status)" = Operational ] || fail "$device: $(cat $device/status)"
	done
	sleep 5
done
rmmod habanalabs
