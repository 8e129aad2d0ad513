# SPDX-License-Identifier: MIT OR GPL-2.0-only
# hlrt.ko against the in-tree driver on the same model, in turns. Times are printed, and judged by who reads them; register accesses hold.
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
driver-bench "$(node "$OURS")" /dev/ttyS2 "$(node "$THEIRS")" /dev/ttyS3 >/tmp/figures || true
cat /tmp/figures
[ "$(grep -c '\.time .* ratio' /tmp/figures)" -eq 5 ] || fail "not all times were taken"
[ "$(grep -c '\.registers .* holds' /tmp/figures)" -eq 5 ] || fail "the driver accesses more registers than the bound allows"
rmmod hli
unload_both
