#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# symbols.sh BUILD HEADER: libhlrt.so exports what the public header declares, at HLRT_1.0, and one private node; a
# plug-in exports its registration and nothing else; libhlsim what <hlrt/sim.h> declares, at HLSIM_1.0, and its table.
set -euo pipefail
build=$1 header=$2
fail=0

exported() { nm -D --defined-only --with-symbol-versions "$1" | awk '$2 != "A" {print $3}' | sort; }

expect() { # what, wanted, got
	if [ "$2" != "$3" ]; then
		echo "$1 differs:"
		diff <(echo "$2") <(echo "$3") || true
		fail=1
	fi
}

declared=$("$(dirname "$0")/declared.sh" "$header" | sed 's/$/@@HLRT_1.0/')
lib=$(exported "$build/lib/libhlrt.so.1")
expect "public interface" "$declared" "$(grep '@@HLRT_1\.0$' <<<"$lib")"
private=$(grep -v '@@HLRT_1\.0$' <<<"$lib" || true)
if grep -qv '@@HLRT_PRIVATE_1$' <<<"$private"; then
	echo "symbols outside HLRT_1.0 and HLRT_PRIVATE_1:"
	grep -v '@@HLRT_PRIVATE_1$' <<<"$private"
	fail=1
fi

for plugin in "$build"/lib/hlrt/lib*-hlrtp1.so; do
	expect "$plugin" "hlrt_provider_v1" "$(exported "$plugin" | sed 's/@.*//')"
done
sim=$("$(dirname "$0")/declared.sh" "$(dirname "$header")/sim.h" | sed 's/$/@@HLSIM_1.0/')
got=$(exported "$build/lib/libhlsim.so.1")
expect "libhlsim" "$sim" "$(grep '@@HLSIM_1\.0$' <<<"$got")"
expect "libhlsim's private part" hlsim_sys_v1 "$(grep -v '@@HLSIM_1\.0$' <<<"$got" | sed 's/@.*//')"

if nm -D --undefined-only "$build/lib/libhlsim.so.1" | grep -q 'hlrt_'; then
	echo "libhlsim links libhlrt"
	fail=1
fi
exit $fail
