# SPDX-License-Identifier: MIT OR GPL-2.0-only
# hlrt.ko against the in-tree driver on the same model, in turns: times, and register accesses. Ratios are printed and judged.
# drivers: intree-mended
# kernels: 7.2
# devices: 2
# control: pair
# seconds: 150
. ./lib.sh

[ -x /hlrt/bin/driver-bench ] || fail "driver-bench is not built"
load_both
load hli
for affinity in /proc/irq/[0-9]*/smp_affinity; do
	echo 1 >"$affinity" 2>/dev/null || true
done
driver-bench "$(node "$OURS")" /dev/ttyS2 "$(node "$THEIRS")" /dev/ttyS3
rmmod hli
unload_both
