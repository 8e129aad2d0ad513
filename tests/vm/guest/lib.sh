# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by the tests in the guest.
set -eu

fail() {
	echo "FAILED: $*"
	exit 1
}

skip() {
	echo "SKIPPED: $*"
	exit 77
}

# load NAME [PARAMETER=VALUE...]: a module with all it needs; what is loaded already stays.
load() {
	local file name=$1
	shift
	while read -r file; do
		[ ! -d "/sys/module/$(basename "$file" .ko | tr - _)" ] || continue
		case $file in
		"$name.ko") insmod "/modules/$file" "$@" || fail "insmod $file $*" ;;
		*) insmod "/modules/$file" || fail "insmod $file" ;;
		esac
	done <"/modules/$name"
}

seconds_up() { cut -d. -f1 /proc/uptime; }

# wait_log SECONDS REGEX [GIVE_UP_REGEX]: until the kernel has said it, or something after which it never will.
wait_log() {
	local end=$(($(seconds_up) + $1))
	while ! dmesg | grep -qE "$2"; do
		[ "$(seconds_up)" -lt "$end" ] || return 1
		if [ -n "${3:-}" ] && dmesg | grep -qE "$3"; then
			return 1
		fi
		usleep 200000
	done
}

# How often the kernel has said it.
count_log() { dmesg | grep -cE "$1" || true; }

# The in-tree driver has brought all devices up, for the nth time in this log.
intree_is_up() {
	local want=$(($(accelerators | wc -l) * ${1:-1})) end=$(($(seconds_up) + 60))
	while [ "$(count_log 'Successfully added device')" -lt "$want" ]; do
		[ "$(seconds_up)" -lt "$end" ] || return 1
		[ "$(count_log 'is NOT usable|Failed to initialize accel')" -eq 0 ] || return 1
		usleep 200000
	done
}

load_intree() {
	load habanalabs
	intree_is_up "${1:-1}" || fail "not brought up; the kernel's last words on it:
$(dmesg | grep -i habanalabs | tail -n 8)"
}

# Which chip the devices are: the guest's command line says so.
asic() { sed -n 's/.*hlrt\.asic=\([a-z]*\).*/\1/p' /proc/cmdline; }

# The PCI functions that are accelerators, as addresses.
accelerators() {
	local device
	for device in /sys/bus/pci/devices/*; do
		[ "$(cat "$device/vendor")" != 0x1da3 ] || basename "$device"
	done
}

# monitor COMMAND: tells QEMU's monitor, in a test with "# control: yes". Its banner and prompts must not be echoed back to it
# as commands, so what may have been is ended by a newline first.
monitor() {
	exec 4<>/dev/ttyS3
	stty -F /dev/ttyS3 raw -echo
	printf '\n%s\n' "$1" >&4
	exec 4>&-
}

# What hlrt.ko holds, a line for each place in its code that allocates: slab objects, virtual ranges, pinned pages. Needs slub_debug=U.
driver_holdings() {
	[ -n "$(ls /sys/kernel/debug/slab/*/alloc_traces 2>/dev/null)" ] || fail "no allocation traces in debugfs"
	cat /sys/kernel/debug/slab/*/alloc_traces 2>/dev/null | sed -nE 's/^ *([0-9]+) ([^ ]+) \[hlrt\].*/slab \2 \1/p' |
		awk '{ sum[$2] += $3 } END { for (i in sum) print "slab", i, sum[i] }'
	sed -nE 's/.* ([0-9]+) ([^ ]+) \[hlrt\].*/vmalloc \2 \1/p' /proc/vmallocinfo
	awk '$1 == "nr_foll_pin_acquired" { a = $2 } $1 == "nr_foll_pin_released" { r = $2 } END { print "pinned", a - r }' /proc/vmstat
}

holdings_note() {
	driver_holdings | sort >/tmp/before
	grep -q '^slab ' /tmp/before || fail "the driver seems to hold nothing: this test would find no leak"
}

# The driver holds what it held at holdings_note. What is freed after a grace period may stay for some seconds.
holdings_compare() {
	local end=$(($(seconds_up) + 30))
	while driver_holdings | sort >/tmp/after && ! diff -u /tmp/before /tmp/after >/tmp/difference; do
		if [ "$(seconds_up)" -ge "$end" ]; then
			cat /tmp/difference
			fail "the driver holds more or less than before"
		fi
		sleep 1
	done
}
