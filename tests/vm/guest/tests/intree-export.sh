# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver's exports: a third-party device with a DMA engine of its own (QEMU's edu) reads and writes them, every byte right.
# drivers: intree-mended
# kernels: 7.2
# asics: gaudi
# importer: edu
# seconds: 150
. ./lib.sh

[ -x /hlrt/bin/hli-check ] || fail "hli-check is not built"
load_intree
load hli
hli-check move 4096 65536
rmmod hli
rmmod habanalabs
