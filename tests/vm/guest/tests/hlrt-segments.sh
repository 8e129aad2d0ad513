# SPDX-License-Identifier: MIT OR GPL-2.0-only
# 1 GiB of device memory in one piece reaches an importer in as few segments as it allows.
# drivers: hlrt
# asics: gaudi
# importer: edu testdev
# seconds: 60
. ./lib.sh

load hlrt
load hli
case $(uname -r) in
6.*) echo 1 >/sys/module/hlrt/parameters/p2p_unchecked ;;
esac
echo "an importer without a limit: 1 at most"
dmabuf-bench segments 1
rmmod hli
# What a driver has that sets nothing.
load hli max_segment=65536
echo "an importer that takes 64 KiB at a time: 16384 at most"
dmabuf-bench segments 16384
rmmod hli
rmmod hlrt
