#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# Builds, tries and tests libhlrt, from a machine with nothing installed on.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
BUILD=${HLRT_BUILD_DIR:-$here/build}

usage() {
	cat <<-END
	usage: ./build.sh [build|demo|test|clean]

	  build   compile everything into build/ (the default)
	  demo    build, then move memory from one simulated Gaudi to another; ends with "demo: PASS"
	  test    build, then run every test; ends with ctest's summary
	  clean   remove build/

	Missing packages are installed with apt or dnf, through sudo when not root.
	Environment: HLRT_BUILD_DIR (default ./build), HLRT_NO_INSTALL=1 (only say what is missing),
	HLRT_SIM (demo: the devices, default gaudi*2).
	END
}

say() { printf '== %s\n' "$*"; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_apt() {
	local missing=() found=() p
	for p in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	[ -z "${HLRT_NO_INSTALL:-}" ] || die "missing packages: ${missing[*]}"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
	# A suite may lack one (clang-format-14 outside bookworm): the tests that want it say so themselves.
	for p in "${missing[@]}"; do
		apt-cache show "$p" >/dev/null 2>&1 || { say "this system has no package $p"; continue; }
		found+=("$p")
	done
	missing=("${found[@]}")
	say "installing ${missing[*]}"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 \
		install --no-install-recommends "${missing[@]}" >/dev/null
}

install_dnf() {
	local missing=() p
	for p in "$@"; do
		rpm -q --whatprovides "$p" >/dev/null 2>&1 || missing+=("$p")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	[ -z "${HLRT_NO_INSTALL:-}" ] || die "missing packages: ${missing[*]}"
	say "installing ${missing[*]}"
	as_root dnf -q -y install "${missing[@]}"
}

# What each command needs: $1 is build or test.
install_packages() {
	if command -v apt-get >/dev/null; then
		local packages=(gcc libc6-dev cmake ninja-build pkg-config linux-libc-dev
				libnl-3-dev libnl-genl-3-dev)
		if [ "$1" = test ]; then
			packages+=(libcmocka-dev binutils g++ python3 python3-jsonschema make sparse perl xz-utils
				   clang-format-14 clang-tidy-14 mmdebstrap debian-archive-keyring mount
				   gcc-aarch64-linux-gnu libc6-dev-arm64-cross linux-libc-dev-arm64-cross
				   musl-tools valgrind strace groff-base mandoc)
			# The newest headers and source of the distribution's own kernel.
			packages+=("linux-headers-$(dpkg --print-architecture)" linux-source)
		fi
		install_apt "${packages[@]}"
	elif command -v dnf >/dev/null; then
		local packages=(gcc cmake ninja-build pkgconf-pkg-config kernel-headers libnl3-devel)
		[ "$1" = test ] && packages+=(libcmocka-devel binutils gcc-c++ python3 python3-jsonschema make sparse perl xz
					      clang-tools-extra kernel-devel gcc-aarch64-linux-gnu
					      musl-gcc musl-devel valgrind strace groff-base mandoc man-db)
		install_dnf "${packages[@]}"
	else
		say "neither apt nor dnf found: assuming that what is needed is installed"
	fi
}

# $1: build folder; further arguments go to CMake
configure_and_build() {
	local dir=$1
	shift
	cmake -S "$here" -B "$dir" -G Ninja "$@" >"$dir.configure.log" 2>&1 ||
		{ cat "$dir.configure.log" >&2; die "configuration failed"; }
	ninja -C "$dir" --quiet
}

build() {
	install_packages build
	mkdir -p "$(dirname "$BUILD")"
	say "building in $BUILD"
	configure_and_build "$BUILD" -DHLRT_TESTS=OFF
}

demo() {
	build
	export HLRT_SIM=${HLRT_SIM-gaudi*2}
	say "hello-device (HLRT_SIM='$HLRT_SIM')"
	"$BUILD/bin/hello-device" || demo_failed
	say "share-fd"
	"$BUILD/bin/share-fd" || demo_failed
	say "p2p"
	"$BUILD/bin/p2p" || demo_failed
	echo "demo: PASS"
}

demo_failed() {
	echo "demo: FAIL" >&2
	exit 1
}

run_tests() {
	install_packages test
	mkdir -p "$(dirname "$BUILD")"
	say "building in $BUILD"
	configure_and_build "$BUILD" -DHLRT_TESTS=ON
	say "testing"
	# Two more than processors: two guests do nothing but wait for three minutes, the others do it half of their time.
	ctest --test-dir "$BUILD" --output-on-failure -j "$(($(nproc) + 2))"
}

case "${1:-build}" in
build) build ;;
demo) demo ;;
test) run_tests ;;
clean) rm -rf "$BUILD" "$BUILD".configure.log ;;
-h | --help | help) usage ;;
*)
	usage >&2
	exit 2
	;;
esac
