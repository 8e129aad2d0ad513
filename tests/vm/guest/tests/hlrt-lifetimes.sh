# SPDX-License-Identifier: MIT OR GPL-2.0-only
# What goes away while importers hold an export takes nobody along, and nothing is left of it.
# drivers: hlrt
# devices: 2
# importer: edu
# importers: 5
# seconds: 600
# cycles: yes
# allow: hlrt [0-9a-f:.]+: (reset put off: importers keep|importers keep [0-9]+ mapping|cannot sleep: export)
# allow: PM: (.*(returns|error) -16|Some devices failed to suspend)
. ./lib.sh

parameters="reset_wait_ms=100 halt_wait_ms=10 revoke_timeout_ms=500"
case $(uname -r) in
6.*) parameters="$parameters p2p_unchecked=1" ;;
esac
export LOAD=". ./lib.sh; load hlrt $parameters"
load hlrt $parameters
load hli
# Some is allocated once and kept.
hlrt-lifetimes --cycles 1 $(accelerators) free
holdings_note
for event in free close kill kill-importer sessions reset flr suspend unbind remove rmmod; do
	hlrt-lifetimes --cycles "$(cycles)" $(accelerators) $event
	holdings_compare
done
