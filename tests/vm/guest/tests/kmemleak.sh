# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Nothing is lost that the kernel has allocated since it began; run puts this test behind all others.
# drivers: hlrt
# kernels: debug
# last: yes
# seconds: 120
. ./lib.sh

# Objects count as lost from their sixth second on, and when two scans have found them the same.
sleep 6
for scan in 1 2; do
	echo scan >/sys/kernel/debug/kmemleak
done
cat /sys/kernel/debug/kmemleak >/tmp/lost
cat /tmp/lost
[ ! -s /tmp/lost ] || fail "$(grep -c '^unreferenced' /tmp/lost) objects are not referenced any more"
