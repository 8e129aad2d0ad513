# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Firmware that is missing, cut off or corrupt gives one line and leaves the device reset; with good files it starts again.
# drivers: hlrt
# cycles: yes
# seconds: 150
# allow: hlrt [0-9a-f:.]+: (no firmware file|firmware file .* is cut off|boot CPU does not take firmware file)
# allow: hlrt [0-9a-f:.]+: probe with driver hlrt failed with error
. ./lib.sh

firmware=/lib/firmware/habanalabs
devices=$(accelerators | wc -l)

lines() { dmesg -r | grep -E "$1" | tail -n +$(($2 + 1)) || true; }
count() { dmesg -r | grep -cE "$1" || true; }

# wait_for COUNT REGEX
wait_for() {
	local end=$(($(seconds_up) + 40))
	while [ "$(count "$2")" -lt "$1" ]; do
		[ "$(seconds_up)" -lt "$end" ] || fail "the kernel has said $(count "$2") and not $1 times: $2
$(dmesg | grep hlrt | tail -n 8)"
		usleep 100000
	done
}

up='hlrt [0-9a-f:.]+: .* MiB, module [0-9]+, is '
error='^<[0-3]> ?\[.*hlrt [0-9a-f:.]+: [^p]'

# starts_well: all devices come up without an error, and from reset.
starts_well() {
	local before errors
	before=$(count "$up") errors=$(count "$error")
	load hlrt
	wait_for $((before + devices)) "$up"
	rmmod hlrt
	[ "$(count "$error")" -eq "$errors" ] || fail "errors: $(lines "$error" "$errors")"
	[ "$(count 'has been in use')" -eq 0 ] || fail "a device was not left reset"
}

# fails WHAT: each device gives up with one line, which says WHAT and which file.
fails() {
	local before
	before=$(count "$error")
	load hlrt
	wait_for $((before + devices)) "$error"
	rmmod hlrt
	lines "$error" "$before"
	[ "$(count "$error")" -eq $((before + devices)) ] || fail "$1: more than one line for a device"
	[ "$(lines "$error" "$before" | grep -cE "$1.*habanalabs/.*\.itb|habanalabs/.*\.itb $1")" -eq "$devices" ] || fail "not what was expected: $1"
	[ -z "$(ls /dev/hl[0-9]* /dev/accel/accel[0-9]* 2>/dev/null)" ] || fail "$1: there are nodes"
}

for cycle in $(seq "$(cycles)"); do
	starts_well
	echo "cycle $cycle: $devices started"
done
cp -r $firmware /tmp/good
rm $firmware/*/*-fit.itb
fails "no firmware file"
for file in /tmp/good/*/*-fit.itb; do
	head -c 40000 $file >$firmware/${file#/tmp/good/}
done
fails "is cut off"
for file in /tmp/good/*/*-fit.itb; do
	cp $file $firmware/${file#/tmp/good/}
	printf 'other bytes' | dd of=$firmware/${file#/tmp/good/} bs=1 seek=30000 conv=notrunc 2>/dev/null
done
fails "does not take firmware file"
cp -r /tmp/good/* $firmware/
starts_well
