# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Exports of device memory against the kernel's udmabuf. Times are printed, and judged by who reads them.
# drivers: hlrt
# kernels: 7.2
# asics: gaudi
# importer: edu testdev
# seconds: 120
. ./lib.sh

load hlrt
load hli
echo 1024 >/sys/module/udmabuf/parameters/size_limit_mb
dmabuf-bench times >/tmp/figures
cat /tmp/figures
for what in export_close attach_map_unmap_detach; do
	for size in 4KiB 2MiB 1GiB; do
		grep -q "^$what.$size .* ratio" /tmp/figures || fail "no time for $what, $size"
	done
done
rmmod hli
rmmod hlrt
