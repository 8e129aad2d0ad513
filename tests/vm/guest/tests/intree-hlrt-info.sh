# SPDX-License-Identifier: MIT OR GPL-2.0-only
# hlrt-info and its --watch on the in-tree driver: what it is bound to, why it cannot be opened; devices that come and go by uevents.
# drivers: intree
# kernels: 7.2
# asics: gaudi
# seconds: 120
# allow: WARNING: drivers/gpu/drm/drm_file\.c:[0-9]+ at drm_open_helper
# allow: Call Trace:$
. ./lib.sh

[ -x /hlrt/bin/hlrt-info ] || skip "hlrt-info is not built"
hlrt-info --watch >/tmp/watched &
watcher=$!
for i in $(seq 300); do
	! ls -l /proc/$watcher/fd | grep -q eventpoll || break
	usleep 100000
done
load_intree
hlrt-info >/tmp/said
cat /tmp/said
grep -qE 'gaudi \[1da3:1000\], driver habanalabs, operational' /tmp/said || fail "does not name driver and state"
grep -q 'in-tree driver; since Linux 6.12 it lets nobody open its node (EINVAL)' /tmp/said || fail "does not say what is wrong with it"
hlrt-info -v | grep 'opening it failed: .*the in-tree habanalabs driver of this kernel cannot open its node; use hlrt.ko' ||
	fail "-v does not say why opening fails"
hlrt-info --buffers | grep 'buffers: cannot be told: there is no netlink family hlrt' || fail "buffers without hlrt.ko"
rmmod habanalabs
for i in $(seq 300); do
	[ "$(grep -cE 'added accel|removed accel' /tmp/watched)" -lt 2 ] || break
	usleep 100000
done
kill $watcher
cat /tmp/watched
grep -q 'added accel0 0000:' /tmp/watched || fail "its coming was not told"
grep -q 'removed accel0 0000:' /tmp/watched || fail "its going was not told"
