# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by run: root folders with what the guests are made of. Their recipe is this file: a change of it makes them
# anew. QEMU is taken from forky for all kernels; a root's compilers build modules for its kernel.

# root_name KERNEL
root_name() {
	case $1 in
	6.1) echo bookworm ;;
	6.12) echo trixie ;;
	7.2) echo forky ;;
	debug) echo debug ;;
	esac
}

root_suite() { if [ "$1" = debug ]; then echo forky; else echo "$1"; fi; }

root_packages() {
	case $1 in
	forky) echo make,kmod,linux-headers-amd64,qemu-system-x86,seabios,busybox-static ;;
	debug) echo make,kmod,gcc,libc6-dev,flex,bison,bc,libelf-dev,libssl-dev,perl,xz-utils,linux-source-7.2 ;;
	*) echo make,kmod,linux-headers-amd64 ;;
	esac
}

# Runs inside the root. The kernel is unpacked, not installed: nothing here needs its initramfs tools and boot loader.
# Since 7.x linux-image is made of linux-binary and linux-modules. Older packages have /lib, which is a link here.
unpack_kernel='set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd /var/cache/apt/archives
depends() { apt-cache depends "$1" | sed -n "s/.*Depends: \(linux-\(image\|binary\|modules\)-[^ ]*\)$/\1/p"; }
image=$(depends linux-image-amd64)
parts=$(depends "$image")
apt-get -qq -o APT::Sandbox::User=root download $image $parts
for deb in linux-image-*.deb linux-binary-*.deb linux-modules-*.deb; do
	[ ! -e "$deb" ] || dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C /
done
release=${image#linux-image-}
depmod "$release"
[ -e "/boot/vmlinuz-$release" ] || ln -s "../lib/modules/$release/vmlinuz" "/boot/vmlinuz-$release"
echo "$release" >/hlrt-kernel-release
rm -f linux-*.deb'

# Also runs inside the root: 7.2 from Debian's source, with what finds drivers' faults, by debug.config. The tree stays, for modules.
build_debug_kernel='set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd /usr/src
tar -xf linux-source-7.2.tar.xz
rm linux-source-7.2.tar.xz
cd linux-source-7.2
make -s tinyconfig
./scripts/kconfig/merge_config.sh -m .config ../debug.config
make -s olddefconfig
lost=
while read -r line; do
	case $line in
	CONFIG_*=n) ! grep -q "^${line%n}" .config || lost="$lost $line" ;;
	CONFIG_*) grep -qxF "$line" .config || lost="$lost $line" ;;
	esac
done <../debug.config
[ -z "$lost" ] || { echo "debug.config: kconfig does not take$lost"; exit 1; }
make -s -j"$(nproc)" bzImage modules
make -s modules_install
release=$(make -s kernelrelease)
cp arch/x86/boot/bzImage "/boot/vmlinuz-$release"
ln -s linux-source-7.2 "/usr/src/linux-headers-$release"
find . -name "*.o" ! -path "./scripts/*" ! -path "./tools/*" -delete
echo "$release" >/hlrt-kernel-release'

# make_root NAME FOLDER LOG
make_root() {
	local name=$1 suite folder=$2 log=$3 mirror security options=() hook=$unpack_kernel
	suite=$(root_suite "$name")
	need mmdebstrap mmdebstrap
	[ "$(id -u)" = 0 ] ||
		skip "root folders are made by root (or as a user in HLRT_VM_CACHE, once root has filled it)"
	mirror=$(debian_mirror)
	security=$(security_mirror "$suite")
	mapfile -t options < <(proxy_options)
	if [ "$name" = debug ]; then
		hook=$build_debug_kernel
		options+=(--customize-hook="copy-in '$VM/debug.config' /usr/src")
	fi
	HOOK=$hook mmdebstrap --mode=root --variant=apt --components=main \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
		--dpkgopt='force-unsafe-io' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		"${options[@]}" --include="$(root_packages "$name")" \
		--customize-hook='chroot "$1" sh -c "$HOOK"' \
		"$suite" "$folder" "deb $mirror $suite main" \
		${security:+"deb $security $suite-security main"} >"$log" 2>&1
}

# vm_root NAME: makes it if it is not there, sets ROOT to its folder.
vm_root() {
	local name=$1 key new lock started recipe=("$VM/lib/roots.sh") minutes="a minute"
	if [ "$name" = debug ]; then
		recipe+=("$VM/debug.config")
		minutes="half an hour: it compiles a kernel"
	fi
	key=$(hash_of "${recipe[@]}")
	ROOT=$CACHE/$name-$key
	[ ! -e "$ROOT/hlrt-kernel-release" ] || return 0
	mkdir -p "$CACHE"
	exec {lock}>"$CACHE/$name.lock"
	flock -w 5400 "$lock" || die "another run has held $CACHE/$name.lock for 90 minutes"
	if [ ! -e "$ROOT/hlrt-kernel-release" ]; then
		say "making the root folder $name in $CACHE (once; about $minutes)"
		started=$SECONDS
		new=$CACHE/new-$name
		rm -rf --one-file-system "$new" "$CACHE/$name"-????????????
		make_root "$name" "$new" "$CACHE/$name.log" || {
			tail -n 20 "$CACHE/$name.log" >&2
			die "mmdebstrap failed, see $CACHE/$name.log"
		}
		mv "$new" "$ROOT"
		say "root folder $name with Linux $(cat "$ROOT/hlrt-kernel-release"): $((SECONDS - started)) s"
	fi
	exec {lock}>&-
}

# from_root ROOT PROGRAM ARGUMENT...: a program of another distribution, by its own loader; needs no chroot.
from_root() {
	local root=$1 program=$2
	shift 2
	"$root/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root$program" "$@"
}
