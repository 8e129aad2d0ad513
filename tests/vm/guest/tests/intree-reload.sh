# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver can be put in and taken out, five times.
# drivers: intree intree-mended
# kernels: 6.1 7.2
# seconds: 240
. ./lib.sh

for cycle in 1 2 3 4 5; do
	load_intree $cycle
	rmmod habanalabs || fail "cycle $cycle: rmmod"
	echo "cycle $cycle done, $(seconds_up) s up"
done
