# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver's heartbeat finds the device alive for three minutes, and its events and sensors work.
# drivers: intree intree-mended
# kernels: 6.1 7.2
# seconds: 280
. ./lib.sh

load_intree
end=$(($(seconds_up) + 180))
while [ "$(seconds_up)" -lt "$end" ]; do
	seen=0
	for status in /sys/class/accel/accel[0-9]*/device/status /sys/class/habanalabs/hl[0-9]*/status; do
		[ -e $status ] || continue
		[ "$(cat $status)" = Operational ] || fail "$status: $(cat $status)"
		seen=$((seen + 1))
	done
	[ $seen -eq "$(accelerators | wc -l)" ] || fail "$seen devices tell their status"
	sleep 5
done
rmmod habanalabs
