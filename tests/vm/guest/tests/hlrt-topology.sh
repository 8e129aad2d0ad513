# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Each line of the file paths for this topology and kernel: memory goes from one device to the other, or the refusal has its reason.
# drivers: hlrt
# devices: 2
# seconds: 120
. ./lib.sh

load hlrt
parameters=/sys/module/hlrt/parameters

# try PARAMETER VERDICT REASON
try() {
	echo N >$parameters/p2p_own_check
	echo N >$parameters/p2p_unchecked
	[ "$1" = - ] || echo Y >"$parameters/$1"
	if hlrt-p2p-matrix -1 1M >/tmp/said 2>&1; then
		verdict=allowed
	else
		verdict=refused
	fi
	echo "$1: $verdict"
	[ "$verdict" = "$2" ] || fail "$1 gives $verdict, not $2: $(cat /tmp/said)"
	[ "$verdict" = allowed ] || grep -qF "$3" /tmp/said || fail "the reason is not '$3': $(cat /tmp/said)"
}

tried=0
while read -r topology kernels parameter verdict reason; do
	[ "$topology" = "$(cmdline topology)" ] || continue
	case ",$kernels," in
	*,"$(uname -r | cut -d. -f1,2)",*) ;;
	*) continue ;;
	esac
	try "$parameter" "$verdict" "$reason"
	tried=$((tried + 1))
done </tests/paths
[ "$tried" -gt 0 ] || fail "the file paths has no line for $(cmdline topology) on Linux $(uname -r)"
rmmod hlrt
