# SPDX-License-Identifier: MIT OR GPL-2.0-only
# A fence outlives its context, and hlrt.ko's functions outlive the fence: no unloading before it is let go.
# drivers: hlrt
# seconds: 180
. ./lib.sh

[ -x /hlrt/bin/hlrt-hold-fence ] || skip "hlrt-hold-fence is not built"
load hlrt
mkfifo /tmp/go
hlrt-hold-fence </tmp/go >/tmp/said 2>&1 &
holder=$!
exec 3>/tmp/go
wait_until 60 grep -q holding /tmp/said || fail "it does not hold a fence: $(cat /tmp/said)"
! rmmod hlrt 2>/dev/null || fail "hlrt.ko goes from under a fence"
echo "module users while the fence is held: $(cat /sys/module/hlrt/refcnt)"
exec 3>&-
wait $holder || fail "the holder failed: $(cat /tmp/said)"
rmmod hlrt || fail "hlrt.ko cannot be unloaded after the fence has gone"
load hlrt
rmmod hlrt
