# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The conformance program, unchanged, on a real kernel: no capability is missing, no case is skipped but those named; nothing is leaked.
# drivers: hlrt
# devices: 2
# seconds: 240
. ./lib.sh

[ -x /hlrt/bin/hlrt-conformance ] || skip "hlrt-conformance is not built"
kernel=$(uname -r | cut -d. -f1,2)
required=$(awk -v kernel="$kernel" -v chip="$(asic)" '$1 == kernel && $2 == chip { print $3 }' capabilities)
[ -n "$required" ] || fail "the file capabilities has no line for $(asic) on Linux $kernel"
# Where the kernel cannot judge a path the test vouches for it: hlrt-topology is about refusals.
case $kernel in
6.*) load hlrt p2p_unchecked=1 ;;
*) load hlrt ;;
esac
holdings_note
hlrt-conformance --require "$required" --skips skipped
holdings_compare
rmmod hlrt
