# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by run: root folders with what the guests are made of. Their recipe is this file: a change of it makes them
# anew. QEMU is taken from forky for both kernels; a root's compilers build modules for its kernel.

root_suite() {
	case $1 in
	6.1) echo bookworm ;;
	7.2) echo forky ;;
	esac
}

root_packages() {
	case $1 in
	bookworm) echo make,kmod,linux-headers-amd64 ;;
	forky) echo make,kmod,linux-headers-amd64,qemu-system-x86,seabios,busybox-static ;;
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

# make_root SUITE FOLDER LOG
make_root() {
	local suite=$1 folder=$2 log=$3 mirror security options=()
	need mmdebstrap mmdebstrap
	[ "$(id -u)" = 0 ] ||
		skip "root folders are made by root (or as a user in HLRT_VM_CACHE, once root has filled it)"
	mirror=$(debian_mirror)
	security=$(security_mirror "$suite")
	mapfile -t options < <(proxy_options)
	mmdebstrap --mode=root --variant=apt --components=main \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
		--dpkgopt='force-unsafe-io' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		"${options[@]}" --include="$(root_packages "$suite")" \
		--customize-hook='chroot "$1" sh -c "$UNPACK_KERNEL"' \
		"$suite" "$folder" "deb $mirror $suite main" \
		${security:+"deb $security $suite-security main"} >"$log" 2>&1
}

# vm_root SUITE: makes it if it is not there, sets ROOT to its folder.
vm_root() {
	local suite=$1 key new lock started
	key=$(hash_of "$VM/lib/roots.sh")
	ROOT=$CACHE/$suite-$key
	[ ! -e "$ROOT/hlrt-kernel-release" ] || return 0
	mkdir -p "$CACHE"
	exec {lock}>"$CACHE/$suite.lock"
	flock -w 900 "$lock" || die "another run has held $CACHE/$suite.lock for 15 minutes"
	if [ ! -e "$ROOT/hlrt-kernel-release" ]; then
		say "making a root folder of Debian $suite in $CACHE (once; about a minute)"
		started=$SECONDS
		new=$CACHE/new-$suite
		rm -rf --one-file-system "$new" "$CACHE/$suite"-????????????
		UNPACK_KERNEL=$unpack_kernel make_root "$suite" "$new" "$CACHE/$suite.log" || {
			tail -n 20 "$CACHE/$suite.log" >&2
			die "mmdebstrap failed, see $CACHE/$suite.log"
		}
		mv "$new" "$ROOT"
		say "Debian $suite with Linux $(cat "$ROOT/hlrt-kernel-release"): $((SECONDS - started)) s"
	fi
	exec {lock}>&-
}

# from_root ROOT PROGRAM ARGUMENT...: a program of another distribution, by its own loader; needs no chroot.
from_root() {
	local root=$1 program=$2
	shift 2
	"$root/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root$program" "$@"
}
