# SPDX-License-Identifier: MIT OR GPL-2.0-only
# hlrt.ko comes up, makes its nodes, goes, and comes back; the first time with the waits that it has by itself.
# drivers: hlrt
# seconds: 60
. ./lib.sh

nodes() { ls -d /dev/hl[0-9]* /dev/accel/accel[0-9]* 2>/dev/null || true; }

quick=$model_waits model_waits=
for cycle in 1 2 3; do
	load hlrt
	model_waits=$quick
	for i in $(seq 50); do
		[ -z "$(nodes)" ] || break
		usleep 200000
	done
	[ -n "$(nodes)" ] || fail "cycle $cycle: no device node after 10 s"
	echo "cycle $cycle: $(nodes | tr '\n' ' ')"
	rmmod hlrt || fail "cycle $cycle: rmmod"
	[ -z "$(nodes)" ] || fail "cycle $cycle: nodes left behind: $(nodes)"
done
