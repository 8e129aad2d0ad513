# SPDX-License-Identifier: MIT OR GPL-2.0-only
# hlrt.ko and the in-tree driver, a device each, are asked the same, call by call, and answer the same but for what is listed.
# drivers: intree-mended
# kernels: 7.2
# devices: 2
# seconds: 150
# allow: (habanalabs [0-9a-f:.]+|accel accel(_controlD)?[0-9]+): .*
. ./lib.sh

[ -x /hlrt/bin/uapi-differences ] || fail "uapi-differences is not built"
load_both
uapi-differences "$(asic)" "$(node "$OURS")" "$(control_node "$OURS")" "$(node "$THEIRS")" "$(control_node "$THEIRS")" differences
unload_both
