# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver brings the device up, and goes.
# drivers: intree intree-mended
# kernels: 6.1 7.2
# seconds: 90
. ./lib.sh

load_intree
dmesg | grep -i habanalabs
rmmod habanalabs
