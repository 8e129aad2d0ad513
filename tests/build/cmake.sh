#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# cmake.sh SOURCE PREFIX WORK CC: a project that finds the installed tree by find_package(hlrt).
source "$(dirname "$0")/common.sh"
every_symbol hlrt.h >"$WORK/every.c"
every_symbol sim.h >"$WORK/every-sim.c"

configure() { # log version components
	rm -rf "$WORK/project"
	cmake -S "$here/consumer" -B "$WORK/project" -G Ninja -DCMAKE_C_COMPILER="$CC" -DCMAKE_PREFIX_PATH="$PREFIX" \
		-DPROGRAMS="$here" -DEVERY="$WORK" -DWANTED_VERSION="$2" -DWANTED_COMPONENTS="$3" >"$WORK/$1.log" 2>&1
}

! configure version 9.0 "" || die "version 9.0 was found"
grep -q 'version: 0' "$WORK/version.log" || die "the refusal does not name the version that is there"
! configure component 0.1 no_such_component || die "a component that does not exist was found"
grep -q no_such_component "$WORK/component.log" || die "the refusal does not name the component"

configure project 0.1 sim || { cat "$WORK/project.log"; exit 1; }
ninja -C "$WORK/project" --quiet
cd "$WORK/project"
expect_gaudi ./shared
expect_gaudi ./with-sim-shared
expect_gaudi ./with-sim-static
./every-shared
./every-static
./every-sim
! needs_library libhlrt static || die "the static program needs libhlrt.so"
ln -sf "$lib/libhlsim.so.1" .
expect_gaudi ./static
