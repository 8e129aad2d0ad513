# SPDX-License-Identifier: MIT OR GPL-2.0-only
# An accelerator is unplugged while importers hold exports of it.
# drivers: hlrt
# asics: gaudi
# devices: 2
# importer: edu
# last: yes
# control: yes
# seconds: 120
. ./lib.sh

parameters="reset_wait_ms=100 halt_wait_ms=10 revoke_timeout_ms=500"
case $(uname -r) in
6.*) parameters="$parameters p2p_unchecked=1" ;;
esac
load hlrt $parameters
load hli
export UNPLUG=". ./lib.sh; monitor 'device_del accel0'"
hlrt-lifetimes --cycles 1 $(accelerators) unplug
rmmod hli
rmmod hlrt
