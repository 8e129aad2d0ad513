# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The in-tree driver's compute node cannot be opened: EINVAL, with a warning of the kernel's, and nothing else in the log.
# drivers: intree
# kernels: 7.2
# asics: gaudi
# seconds: 90
# allow: WARNING: drivers/gpu/drm/drm_file\.c:[0-9]+ at drm_open_helper
# allow: Call Trace:$
. ./lib.sh

load_intree
for node in /dev/accel/accel[0-9]*; do
	if answer=$( (: <"$node") 2>&1); then
		fail "$node was opened: the defect is mended; docs/intree.md and this test should say so"
	fi
	case $answer in
	*'Invalid argument') echo "$answer" ;;
	*) fail "not EINVAL: $answer" ;;
	esac
done
[ "$(count_log 'WARNING: .* at drm_open_helper')" -gt 0 ] || fail "the log does not say why"
rmmod habanalabs
