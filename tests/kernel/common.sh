# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced: kernel_headers, stage, skip. SOURCE and WORK are the first two arguments of the test.
set -euo pipefail
SOURCE=$1 WORK=$2

# Not there: a reason to skip for a user, a failure where nobody would notice.
skip() {
	echo "SKIPPED: $*"
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

# The newest installed kernel headers that can build modules.
kernel_headers() {
	local dir
	dir=$(find /usr/src -maxdepth 1 -name 'linux-headers-*-amd64' 2>/dev/null | sort -V | tail -n 1)
	[ -n "$dir" ] || dir=/lib/modules/$(uname -r)/build
	[ -d "$dir" ] || skip "no kernel headers (package linux-headers-amd64)"
	echo "$dir"
}

# A copy of what the module is built from: the source tree stays clean.
stage() {
	rm -rf "${WORK:?}/$1"
	mkdir -p "$WORK/$1"
	cp -r "$SOURCE/kernel" "$SOURCE/include" "$WORK/$1/"
}
