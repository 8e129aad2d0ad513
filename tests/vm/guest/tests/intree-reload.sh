# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver can be put in and taken out, again and again.
# drivers: intree intree-mended
# kernels: 6.1 7.2
# cycles: yes
# seconds: 300
. ./lib.sh

# What the driver loses at each load has shown within five.
count=$(cycles)
[ "$count" -ge 5 ] || count=5
for cycle in $(seq "$count"); do
	load_intree $cycle
	rmmod habanalabs || fail "cycle $cycle: rmmod"
	echo "cycle $cycle done, $(seconds_up) s up"
done
