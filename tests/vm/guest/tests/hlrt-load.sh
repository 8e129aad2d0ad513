# SPDX-License-Identifier: MIT OR GPL-2.0-only
# hlrt.ko comes up, makes its nodes, goes, and comes back; the first time with the waits that it has by itself.
# drivers: hlrt
# seconds: 240
. ./lib.sh

nodes() { ls -d /dev/hl[0-9]* /dev/accel/accel[0-9]* 2>/dev/null || true; }
has_nodes() { [ -n "$(nodes)" ]; }

quick=$model_waits model_waits=
for cycle in 1 2 3; do
	load hlrt
	model_waits=$quick
	wait_until 60 has_nodes || fail "cycle $cycle: no device node"
	echo "cycle $cycle: $(nodes | tr '\n' ' ')"
	rmmod hlrt || fail "cycle $cycle: rmmod"
	[ -z "$(nodes)" ] || fail "cycle $cycle: nodes left behind: $(nodes)"
done
