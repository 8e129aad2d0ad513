#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# run.sh SOURCE WORK SIMULATOR CC: a third provider, from a folder outside of providers/, added to a build by one variable. It
# serves the simulated Gaudis; then each of the three locks keeps one of another generation out, with both numbers named.
set -euo pipefail
source=$1 work=$2 simulator=$3 cc=$4
rm -rf "$work"
mkdir -p "$work"

die() { echo "$*"; exit 1; }

build() { # source build target...
	cmake -S "$1" -B "$2" -G Ninja -DHLRT_SIM=OFF -DHLRT_UTILS=OFF -DHLRT_TESTS=OFF -DCMAKE_INSTALL_PREFIX="$work/nowhere" \
		-DCMAKE_C_COMPILER="$cc" -DHLRT_EXTRA_PROVIDERS="$1/tests/provider/tiny" >"$2.log" 2>&1 ||
		{ cat "$2.log"; exit 1; }
	ninja -C "$2" --quiet "${@:3}"
}

build "$source" "$work/build" hlrt hlrt_static hlrt_providers hello-device p2p
cd "$work/build"
plugins=lib/hlrt
export HLRT_SIM='gaudi*2'
ln -s "$simulator" lib/

# ---- it is used ----
nm -g lib/libhlrt.a 2>/dev/null | grep -q ' T hlrt_provider_tiny$' || die "the static library's table lacks it"
mkdir aside
mv $plugins/gaudi.driver aside/ # which claims the same chip
bin/hello-device | tee hello.log
grep -q ' tiny ' hello.log || die "hello-device runs on another provider"
bin/p2p --size 4M

# ---- the locks ----
mv $plugins/libtiny-hlrtp1.so aside/
refused() { # lock, what the text names beside this library's number
	! bin/hello-device >refused.log 2>&1 || die "$1: not refused"
	grep -q "$2" refused.log && grep -q "private ABI 1" refused.log || die "$1: $(cat refused.log)"
	echo "$1: refused"
	rm -f $plugins/libtiny-*
}

# All of the other generation: the headers, the library and the provider.
mkdir "$work/other"
cp -r "$source"/{CMakeLists.txt,cmake,include,libhlrt,man,providers,examples,utils} "$work/other/"
mkdir -p "$work/other/tests"
cp -r "$source/tests/provider" "$work/other/tests/"
sed -i 's/^#define HLRT_PROVIDER_ABI 1$/#define HLRT_PROVIDER_ABI 2/' "$work/other/libhlrt/provider.h"
sed -i 's/^HLRT_PRIVATE_1 /HLRT_PRIVATE_2 /' "$work/other/libhlrt/libhlrt.map"
build "$work/other" "$work/other-build" hlrt_provider_tiny
other=$work/other-build/$plugins/libtiny-hlrtp2.so

cp "$other" $plugins/
refused "file name" "libtiny-hlrtp2.so has private ABI 2"

echo 'const void *hlrt_provider_v2(void); const void *hlrt_provider_v2(void) { return 0; }' >v2.c
"$cc" -shared -fPIC -o $plugins/libtiny-hlrtp1.so v2.c
refused "registration symbol" "hlrt_provider_v2 (private ABI 2)"

cp "$other" $plugins/libtiny-hlrtp1.so
refused "symbol version" HLRT_PRIVATE_2

mv aside/libtiny-hlrtp1.so $plugins/
bin/hello-device >/dev/null || die "its own provider is refused as well"
