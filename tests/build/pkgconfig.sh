#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# pkgconfig.sh SOURCE PREFIX WORK CC: programs made with what pkg-config says, shared and static.
source "$(dirname "$0")/common.sh"
cflags=$(pkg-config --cflags libhlrt)

compile() { # output input [flag...]
	local out=$1 in=$2
	shift 2
	"$CC" -std=c11 "${warnings[@]}" $cflags -o "$WORK/$out" "$in" "$@"
}
# The static form of pkg-config's answer. The linker prefers the shared library by that name: the archive is named whole.
static_libs() { pkg-config --static --libs "$@" | sed 's/-lhlrt\b/-l:libhlrt.a/'; }

compile shared "$here/program.c" $(pkg-config --libs libhlrt) "-Wl,-rpath,$lib"
needs_library libhlrt.so.1 "$WORK/shared" || die "the shared program does not need libhlrt.so.1"
expect_gaudi "$WORK/shared"

# No plug-in is opened; the simulator is looked for beside the program, since there is no library to be beside of.
compile static "$here/program.c" $(static_libs libhlrt)
! needs_library libhlrt "$WORK/static" || die "the static program needs libhlrt.so"
ln -sf "$lib/libhlsim.so.1" "$WORK/"
expect_gaudi "$WORK/static"
HLRT_SIM=gaudi HLRT_LOG=info "$WORK/static" 2>"$WORK/static.log" >/dev/null
! grep -E 'reading .*\.driver|hlrtp' "$WORK/static.log" || die "the static program loads plug-ins"
rm "$WORK/libhlsim.so.1"

# Without any shared library there is no simulator, but the program starts and says that this machine has no device.
compile all-static "$here/program.c" -static $(pkg-config --static --libs libhlrt) 2>/dev/null || die "does not link with -static"
! HLRT_SYSFS_ROOT=/nonexistent HLRT_SIM='' "$WORK/all-static" 2>"$WORK/all-static.log" || die "a device without a machine"
grep -q '^no device:' "$WORK/all-static.log" || die "the program linked with -static does not run"

# A simulator that the program brings along is the one that is used.
mkdir -p "$WORK/elsewhere"
for form in shared static; do
	libs=$(pkg-config --libs libhlrt libhlsim)
	[ $form = shared ] || libs=$(static_libs libhlrt libhlsim)
	compile elsewhere/with-sim "$here/with-sim.c" $libs "-Wl,-rpath,$lib"
	expect_gaudi "$WORK/elsewhere/with-sim"
done

every_symbol hlrt.h >"$WORK/every.c"
compile every-shared "$WORK/every.c" $(pkg-config --libs libhlrt) "-Wl,-rpath,$lib" && "$WORK/every-shared"
compile every-static "$WORK/every.c" $(static_libs libhlrt) && "$WORK/every-static"
every_symbol sim.h >"$WORK/every-sim.c"
compile every-sim "$WORK/every-sim.c" $(pkg-config --libs libhlsim) "-Wl,-rpath,$lib" && "$WORK/every-sim"

version=$(printf '#include <hlrt/hlrt.h>\nHLRT_VERSION_MAJOR.HLRT_VERSION_MINOR.HLRT_VERSION_PATCH\n' |
	"$CC" -E -P $cflags - | tail -n 1 | tr -d ' ')
for package in libhlrt libhlsim; do
	[ "$(pkg-config --modversion $package)" = "$version" ] || die "$package.pc and hlrt.h differ in version"
done
providerdir=$(pkg-config --variable=providerdir libhlrt)
[ -f "$providerdir/gaudi.driver" ] || die "providerdir '$providerdir' has no providers"
