# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Each pair of chips, each as exporter and as importer, reading and writing 4 KiB to 16 MiB at random places, one pair 1 GiB: every byte.
# drivers: hlrt
# kernels: 7.2
# devices: 2
# cycles: yes
# seconds: 300
. ./lib.sh

# 1 GiB takes half a minute, on a busy machine more than the driver's own limit.
load hlrt cs_timeout_ms=300000
hlrt-p2p-matrix 4K 64K 1M 16M
case $(cycles) in
3) hlrt-p2p-matrix -1 1G ;;
*) hlrt-p2p-matrix 1G ;;
esac
rmmod hlrt
