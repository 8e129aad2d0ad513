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

# The models are back from a reset at once; a test that empties this waits as long as for silicon.
model_waits="reset_wait_ms=100 halt_wait_ms=10"

# load NAME [PARAMETER=VALUE...]: a module with all it needs; what is loaded already stays.
load() {
	local file name=$1
	shift
	while read -r file; do
		[ ! -d "/sys/module/$(basename "$file" .ko | tr - _)" ] || continue
		case $file in
		hlrt.ko) insmod "/modules/$file" $model_waits "$@" || fail "insmod $file $*" ;;
		"$name.ko") insmod "/modules/$file" "$@" || fail "insmod $file $*" ;;
		*) insmod "/modules/$file" || fail "insmod $file" ;;
		esac
	done <"/modules/$name"
}

seconds_up() { cut -d. -f1 /proc/uptime; }

# wait_until SECONDS COMMAND...: tried again until it succeeds; fails when that takes too long.
wait_until() {
	local end=$(($(seconds_up) + $1))
	shift
	until "$@"; do
		[ "$(seconds_up)" -lt "$end" ] || return 1
		usleep 100000
	done
}

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

# One device for each driver: OURS has hlrt.ko, THEIRS the in-tree driver; PCI addresses.
load_both() {
	OURS=$(accelerators | sed -n 1p)
	THEIRS=$(accelerators | sed -n 2p)
	echo hlrt >"/sys/bus/pci/devices/$OURS/driver_override"
	echo habanalabs >"/sys/bus/pci/devices/$THEIRS/driver_override"
	load habanalabs
	load hlrt
	wait_log 60 'Successfully added device' 'is NOT usable|Failed to initialize accel' || fail "not brought up:
$(dmesg | grep -i habanalabs | tail -n 8)"
}

unload_both() {
	local device
	rmmod hlrt
	rmmod habanalabs
	for device in $(accelerators); do
		echo >"/sys/bus/pci/devices/$device/driver_override"
	done
}

# node ADDRESS, control_node ADDRESS
node() { echo "/dev/accel/$(basename "$(echo "/sys/bus/pci/devices/$1/accel/"accel[0-9]*)")"; }
control_node() { node "$1" | sed 's|/accel\([0-9]*\)$|/accel_controlD\1|'; }

# cmdline NAME: what the guest's command line says of it.
cmdline() { sed -n "s/.*hlrt\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }

# asic [N]: which chip the Nth device is, or the first.
asic() { cmdline asic | awk -F, -v n="${1:-1}" '{ print $((n - 1) % NF + 1) }'; }

# How often what is repeated is repeated: run --soak says so, else 3 times.
cycles() { sed -n 's/.*hlrt\.cycles=\([0-9]*\).*/\1/p' /proc/cmdline | grep . || echo 3; }

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

slab_holdings() {
	[ -n "$(ls /sys/kernel/debug/slab/*/alloc_traces 2>/dev/null)" ] || fail "no allocation traces in debugfs"
	cat /sys/kernel/debug/slab/*/alloc_traces 2>/dev/null | sed -nE 's/^ *([0-9]+) ([^ ]+) \[hlrt\].*/slab \2 \1/p' |
		awk '{ sum[$2] += $3 } END { for (i in sum) print "slab", i, sum[i] }'
}

# What hlrt.ko holds, a line for each place in its code that allocates: slab objects, virtual ranges, dma-bufs, pinned pages. Needs slub_debug=U.
# KASAN keeps what was freed for a while, in its slab: there the test kmemleak finds what is lost.
driver_holdings() {
	[ -e /sys/kernel/debug/kmemleak ] || slab_holdings
	sed -nE 's/.* ([0-9]+) ([^ ]+) \[hlrt\].*/vmalloc \2 \1/p' /proc/vmallocinfo
	sed -nE 's/^Total ([0-9]+) objects.*/dmabufs \1/p' /sys/kernel/debug/dma_buf/bufinfo
	awk '$1 == "nr_foll_pin_acquired" { a = $2 } $1 == "nr_foll_pin_released" { r = $2 } END { print "pinned", a - r }' /proc/vmstat
}

# What was freed before is gone by then: kfree_rcu() collects for five seconds, and then waits for a grace period.
holdings_note() {
	local end=$(($(seconds_up) + 40))
	driver_holdings | sort >/tmp/before
	while sleep 6 && driver_holdings | sort >/tmp/after && ! cmp -s /tmp/before /tmp/after; do
		[ "$(seconds_up)" -lt "$end" ] || fail "what the driver holds goes on changing"
		mv /tmp/after /tmp/before
	done
	[ -e /sys/kernel/debug/kmemleak ] || grep -q '^slab ' /tmp/before || fail "the driver seems to hold nothing: this test would find no leak"
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
