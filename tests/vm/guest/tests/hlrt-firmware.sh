# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Firmware that is missing, cut off or corrupt gives one line and leaves the device reset; with good files it starts again.
# drivers: hlrt
# cycles: yes
# seconds: 150
# allow: hlrt [0-9a-f:.]+: (no firmware file|firmware file .* is cut off|boot CPU does not take firmware file)
# allow: hlrt [0-9a-f:.]+: (probe with driver hlrt failed with error|firmware: failed to load)
# allow: firmware_class: See https://wiki.debian.org/Firmware
. ./lib.sh

firmware=/lib/firmware/habanalabs
devices=$(accelerators | wc -l)

count() { dmesg -r | grep -cE "$1" || true; }

# The driver's errors; some lines about it are the kernel's own, and Debian's 6.1 adds some more.
errors() {
	dmesg -r | grep -E '^<[0-3]>.*hlrt [0-9a-f:.]+: ' |
		grep -vE 'probe with driver|: firmware: failed to load' || true
}
count_errors() { errors | wc -l; }

# wait_count N COMMAND...: until it prints N or more.
wait_count() {
	local want=$1 end=$(($(seconds_up) + 40))
	shift
	while [ "$("$@")" -lt "$want" ]; do
		[ "$(seconds_up)" -lt "$end" ] || fail "$* is $("$@") and not $want:
$(dmesg | grep hlrt | tail -n 8)"
		usleep 100000
	done
}

up='hlrt [0-9a-f:.]+: .* MiB, module [0-9]+, is '

# starts_well: all devices come up without an error, and from reset.
starts_well() {
	local before errors
	before=$(count "$up") errors=$(count_errors)
	load hlrt
	wait_count $((before + devices)) count "$up"
	rmmod hlrt
	[ "$(count_errors)" -eq "$errors" ] || fail "errors: $(errors | tail -n +$((errors + 1)))"
	[ "$(count 'has been in use')" -eq 0 ] || fail "a device was not left reset"
}

# fails WHAT: each device gives up with one line, which says WHAT and which file.
fails() {
	local before
	before=$(count_errors)
	load hlrt
	wait_count $((before + devices)) count_errors
	rmmod hlrt
	errors | tail -n +$((before + 1)) >/tmp/errors
	cat /tmp/errors
	[ "$(wc -l </tmp/errors)" -eq "$devices" ] || fail "$1: more than one line for a device"
	[ "$(grep -cE "$1.* habanalabs/.*\.itb| habanalabs/.*\.itb.* $1" /tmp/errors)" -eq "$devices" ] || fail "not what was expected: $1"
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
