# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Events and the table of buffers: right through random steps, overruns told, nothing of others shown to users and namespaces.
# drivers: hlrt
# devices: 2
# importer: testdev edu
# seconds: 240
# cycles: yes
. ./lib.sh

[ -x /hlrt/bin/monitor-random ] || skip "monitor-random is not built"
case $(uname -r) in
6.*) load hlrt p2p_unchecked=1 revoke_timeout_ms=500 ;;
*) load hlrt revoke_timeout_ms=500 ;;
esac
load hli
usleep 500000
first=$(accelerators | head -n 1)
chmod 666 /dev/accel/accel[0-9]* /dev/hl[0-9]* 2>/dev/null || true

wait_file() {
	for i in $(seq 600); do
		[ ! -e "$1" ] || return 0
		usleep 100000
	done
	fail "no $1 after a minute"
}

# Who stands where sees what.
says() { # PATTERN COMMAND...
	local pattern=$1
	shift
	"$@" >/tmp/said 2>&1 || true
	grep -qE "$pattern" /tmp/said || fail "$*: not '$pattern' but: $(cat /tmp/said)"
}
rm -f /tmp/held
monitor-check as 1000 monitor-check hold /tmp/held &
holder=$!
wait_file /tmp/held
name=$(cat /proc/$holder/comm)
says "buffer [0-9]+, 1048576 bytes at 0x[0-9a-f]+, pid $holder \($name\)" hlrt-info --buffers
says "buffer [0-9]+, .* pid $holder" monitor-check as 1000 hlrt-info --buffers
says "no exported buffer that you may see" monitor-check as 1001 hlrt-info --buffers
says "$first (gaudi|goya) .*" monitor-check as 1001 hlrt-info --buffers
says "of a process that is not visible here" monitor-check in pid hlrt-info --buffers
says "not the machine's own network namespace" monitor-check in net hlrt-info --buffers
says "$first (gaudi|goya) .*" monitor-check in net hlrt-info --buffers
monitor-check in net monitor-check elsewhere
monitor-check as 1001 monitor-check denied
rm /tmp/held
wait $holder || fail "who held the buffer failed"

# Events of devices are for everybody, in every network namespace of this user namespace.
attribute=$(find "/sys/bus/pci/devices/$first/" -name hard_reset | head -n 1)
rm -f /tmp/user /tmp/net
monitor-check as 1001 monitor-check hears /tmp/user reset-begin reset-end removed added &
user=$!
monitor-check in net monitor-check hears /tmp/net reset-begin reset-end removed added &
net=$!
wait_file /tmp/user
wait_file /tmp/net
echo 1 >"$attribute"
for i in $(seq 600); do
	[ "$(cat "$(dirname "$attribute")/hard_reset_cnt")" = 0 ] || [ "$(cat "$(dirname "$attribute")/status")" != operational ] || break
	usleep 100000
done
echo "$first" >/sys/bus/pci/drivers/hlrt/unbind
echo "$first" >/sys/bus/pci/drivers/hlrt/bind
wait $user || fail "a user did not hear it all"
wait $net || fail "a network namespace did not hear it all"

# shellcheck disable=SC2046
monitor-random $(($(cycles) * 50)) 7 $(accelerators | head -n 2)
monitor-check overrun "$first"
rmmod hli
rmmod hlrt

# What was taken away and came back is the last on its bus since: all of them once more, in their old order, for the tests that follow.
for device in $(accelerators); do
	echo 1 >"/sys/bus/pci/devices/$device/remove"
done
echo 1 >/sys/bus/pci/rescan
