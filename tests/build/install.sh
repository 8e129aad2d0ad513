#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# install.sh SOURCE BUILD PREFIX: installs, moves the tree to PREFIX, and looks whether all of it is there. The name that it is
# installed by has a blank in it and exists no more afterwards.
set -euo pipefail
source=$1 build=$2 prefix=$3
staged="$prefix of before"
rm -rf "$prefix" "$staged"
cmake --install "$build" --prefix "$staged" >"$build/install.log" || { cat "$build/install.log"; exit 1; }
mv "$staged" "$prefix"

cd "$prefix"
fail=0
lib=$(dirname "$(find . -name libhlrt.so.1)")
wanted=(include/hlrt/{hlrt,sim}.h bin/{hlsim,hlrt-info} share/hlrt/hlrt-info.schema.json share/man/man{1/hlsim.1,3/hlrt_open.3,4/hlrt.4,5/hlrt.driver.5,7/libhlrt.7} "$lib"/libhlrt.{a,so} "$lib"/libhlsim.so{,.1} "$lib"/pkgconfig/lib{hlrt,hlsim}.pc
	"$lib"/cmake/hlrt/hlrt{Config,ConfigVersion,Targets,SimTargets}.cmake)
for provider in "$source"/providers/*/; do
	name=$(basename "$provider")
	wanted+=("include/hlrt/$name.h" "$lib/hlrt/$name.driver" "$lib/hlrt/lib$name-hlrtp1.so")
done
for file in "${wanted[@]}"; do
	[ -e "$file" ] || { echo "not installed: $file"; fail=1; }
done
# Private headers, and the folder that it was installed by first, have no business there.
unexpected=$(find include -name '*.h' | grep -vE '^include/hlrt/(hlrt|gaudi|goya|sim)\.h$' || true)
[ -z "$unexpected" ] || { echo "installed but not public: $unexpected"; fail=1; }
if grep -rlIF "$staged" .; then echo "these name the place of the installation"; fail=1; fi
HLRT_SIM=gaudi bin/hlrt-info >/dev/null || { echo "the installed hlrt-info does not run"; fail=1; }
exit $fail
