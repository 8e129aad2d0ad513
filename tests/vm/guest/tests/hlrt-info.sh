# SPDX-License-Identifier: MIT OR GPL-2.0-only
# What hlrt-info says in each state of a device, and what it advises.
# drivers: hlrt
# devices: 2
# control: yes
# seconds: 120
# allow: hlrt [0-9a-f:.]+: (device does not come back from reset|boot CPU (is not ready|does not))
. ./lib.sh

[ -x /hlrt/bin/hlrt-info ] || skip "hlrt-info is not built"
first=$(accelerators | head -n 1)

# says STATE PATTERN COMMAND...: all words of its answer on one line, to be searched across lines.
says() {
	local state=$1 pattern=$2
	shift 2
	"$@" >/tmp/said 2>&1 || true
	tr '\n\t' '  ' </tmp/said | tr -s ' ' | grep -qE "$pattern" || fail "$state: not '$pattern' but: $(cat /tmp/said)"
	echo "$state: $(grep -m 1 "$first" /tmp/said || head -n 1 /tmp/said)"
}

fault() {
	local answer
	exec 3<>/dev/ttyS2
	stty -F /dev/ttyS2 raw -echo
	echo "fault $1 $2" >&3
	read -r -t 10 answer <&3 || fail "no answer to fault $1"
	exec 3>&-
	[ "$answer" = ok ] || fail "fault $1 $2: $answer"
}

# becomes STATUS
becomes() {
	for i in $(seq 600); do
		[ "$(cat "$(dirname "$attribute")/status")" != "$1" ] || return 0
		usleep 100000
	done
	fail "the device is $(cat "$(dirname "$attribute")/status"), not $1"
}

says "no module" "$first: \[1da3:[0-9a-f]{4}\] is no device: no driver is bound to it what to do: load one: modprobe hlrt" hlrt-info
! hlrt-info >/dev/null || fail "no device, and exit status 0"

load hlrt boot_timeout_ms=2000 cpu_timeout_ms=2000
usleep 500000
attribute=$(find "/sys/bus/pci/devices/$first/" -name hard_reset | head -n 1)
hlrt-info >/dev/null || fail "two devices, and exit status $?"
says "works" "$first (gaudi|goya) \[1da3:[0-9a-f]{4}\], driver hlrt, operational( |$)" hlrt-info
says "works, asked itself" "dram_size [0-9]+ bytes.* capabilities export export-subrange import" hlrt-info -v

echo "$first" >/sys/bus/pci/drivers/hlrt/unbind
says "not bound" "$first: .* no driver is bound to it, though hlrt is loaded what to do: .*/hlrt/bind" hlrt-info
echo "$first" >/sys/bus/pci/drivers/hlrt/bind
attribute=$(find "/sys/bus/pci/devices/$first/" -name hard_reset | head -n 1)

chmod 600 /dev/accel/accel[0-9]* /dev/hl[0-9]* 2>/dev/null || true
says "no permission" "$first .* cannot be opened: EACCES: no permission for /dev/.* what to do: ask the administrator" \
	monitor-check as 1000 hlrt-info

rm -f /tmp/held
monitor-check hold /tmp/held &
holder=$!
for i in $(seq 600); do
	[ ! -e /tmp/held ] || break
	usleep 100000
done
says "busy" "cannot be opened: EBUSY: in use: open: pid $holder \(monitor-check\) what to do: wait for that process" hlrt-info
rm /tmp/held
wait $holder

says "no /sys" "^no device: there is no list of PCI devices in /sys what to do: in a container, mount it" monitor-check in no-sys hlrt-info

echo 4000 >/sys/module/hlrt/parameters/reset_wait_ms
echo 1 >"$attribute"
becomes "in reset"
says "in reset" "$first .* driver hlrt, in reset note: opening it waits" hlrt-info
becomes operational
echo 100 >/sys/module/hlrt/parameters/reset_wait_ms

fault boot-fail 1
echo 1 >"$attribute"
becomes disabled
says "disabled" "$first .*, disabled cannot be opened: ENODEV: the device is disabled; .* write 1 to hard_reset" hlrt-info
fault boot-fail 0
echo 1 >"$attribute"
becomes operational
rmmod hlrt
