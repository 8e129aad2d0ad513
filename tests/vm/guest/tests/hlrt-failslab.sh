# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Each allocation that the driver makes for a program fails once: the program is told -ENOMEM, and nothing is leaked.
# drivers: hlrt
# kernels: debug
# devices: 2
# last: yes
# seconds: 240
# allow: Call Trace:|DMA-API: cacheline tracking ENOMEM, dma-debug disabled|kmemleak: Cannot allocate a scan area
. ./lib.sh

[ -x /hlrt/bin/hlrt-faults ] || skip "hlrt-faults is not built"
load hlrt
hello-device
holdings_note
# Not what the kernel allocates in other places: only what has a function of the driver's on its stack.
text=$(sed -n 's/^hlrt .* Live \(0x[0-9a-f]*\).*/\1/p' /proc/modules)
size=$(sed -n 's/^hlrt \([0-9]*\) .*/\1/p' /proc/modules)
for kind in failslab fail_page_alloc; do
	(
		cd /sys/kernel/debug/$kind
		echo 0 >verbose
		echo N >ignore-gfp-wait
		[ ! -e min-order ] || echo 0 >min-order
		echo "$text" >require-start
		printf '0x%x\n' $((text + size)) >require-end
	)
done
hlrt-faults --fail-nth
holdings_compare
rmmod hlrt
