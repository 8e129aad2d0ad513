# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by run: modules for a guest's kernel, built with that kernel's own compiler in its root folder.

# in_root_with_proc ROOT COMMAND...: objtool reads /proc. In a mount namespace the mount is gone with the command; inside a
# chroot, whose root is no mount point, there can be no such namespace.
in_root_with_proc() {
	local root=$1 status=0
	shift
	if unshare --mount true 2>/dev/null; then
		unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$root" "$@"
		return
	fi
	mount -t proc proc "$root/proc" || return
	chroot "$root" "$@" || status=$?
	umount "$root/proc"
	return $status
}

# hlrt_modules ROOT RELEASE: sets HLRT_MODULE to hlrt.ko and IMPORTER_MODULE to the test importer hli.ko, built when their sources or
# their kernel have changed.
hlrt_modules() {
	local root=$1 release=$2 key folder stage log lock
	key=$(hash_of "$SOURCE/kernel" "$SOURCE/include" "$SOURCE/tests/kernel/importer" "$VM/lib/module.sh")
	folder=$CACHE/modules-$release-$key
	HLRT_MODULE=$folder/hlrt.ko
	IMPORTER_MODULE=$folder/hli.ko
	[ ! -e "$folder" ] || return 0
	[ "$(id -u)" = 0 ] || skip "building modules in a root folder needs root"
	exec {lock}>"$CACHE/modules-$release.lock"
	flock -w 600 "$lock" || die "another run has held $CACHE/modules-$release.lock for 10 minutes"
	if [ ! -e "$folder" ]; then
		say "building hlrt.ko and hli.ko for Linux $release"
		stage=$root/tmp/hlrt
		log=$CACHE/modules-$release.log
		rm -rf "$stage" "$CACHE/modules-$release"-????????????
		mkdir -p "$stage/tests/kernel"
		cp -r "$SOURCE/kernel" "$SOURCE/include" "$stage/"
		cp -r "$SOURCE/tests/kernel/importer" "$stage/tests/kernel/"
		: >"$log"
		build_module "$root" "$release" kernel
		build_module "$root" "$release" tests/kernel/importer
		mkdir -p "$folder.new"
		cp "$stage/kernel/hlrt.ko" "$stage/tests/kernel/importer/hli.ko" "$folder.new"
		mv "$folder.new" "$folder"
		rm -rf "$stage"
	fi
	exec {lock}>&-
}

# build_module ROOT RELEASE FOLDER, for hlrt_modules. Debug information makes a module ten times as large, and slow to load.
build_module() {
	in_root_with_proc "$1" timeout 600 make -s -C "/tmp/hlrt/$3" KDIR="/usr/src/linux-headers-$2" -j"$(nproc)" >>"$log" 2>&1 || {
		tail -n 30 "$log" >&2
		die "$3 does not build for Linux $2, see $log"
	}
	chroot "$1" find "/tmp/hlrt/$3" -name '*.ko' -exec x86_64-linux-gnu-strip --strip-debug {} +
}

# kernel_source ROOT PACKAGE FILE: Debian's sources of the kernel, as a package linux-source-X.Y has them, into FILE.
kernel_source() {
	local root=$1 package=$2 file=$3 options=()
	if [ -e "/usr/src/$package.tar.xz" ]; then
		cp "/usr/src/$package.tar.xz" "$file"
		return
	fi
	mapfile -t options < <(proxy_options)
	options=("${options[@]/#--aptopt=/-o}") # mmdebstrap's way of writing them, into apt-get's
	options=("${options[@]/ /=}")
	options=("${options[@]//\"/}")
	# shellcheck disable=SC2016
	chroot "$root" sh -c 'package=$1 && shift && cd /tmp && apt-get -qq "$@" update && apt-get -qq "$@" download "$package"' \
		sh "$package" -o APT::Sandbox::User=root "${options[@]}" || return
	chroot "$root" sh -c 'dpkg-deb --fsys-tarfile /tmp/"$1"_*.deb' sh "$package" |
		tar -xO "./usr/src/$package.tar.xz" >"$file" || return
	rm -f "$root/tmp/$package"_*.deb
}

# intree_recipe: where the kernel's sources have the driver, and what it is called there.
intree_recipe() {
	case $KERNEL in
	6.1) echo drivers/misc/habanalabs CONFIG_HABANA_AI ;;
	7.2) echo drivers/accel/habanalabs CONFIG_DRM_ACCEL_HABANALABS ;;
	esac
}

# mend_intree FOLDER: each file that intree-mends.sed names gains one line, or there is something else to be mended.
mend_intree() {
	local script=$VM/intree-mends.sed file
	while read -r file; do
		sed -f "$script" "$1/$file" >"$1/mended" || return
		[ "$(diff "$1/$file" "$1/mended" | grep -c '^[<>]')" -eq 1 ] || die "$script does not fit $file"
		mv "$1/mended" "$1/$file"
	done < <(sed -n 's/^# in: //p' "$script")
}

# intree_module ROOT RELEASE: sets INTREE_MODULE to habanalabs.ko of the kernel's own sources: Debian's 6.1 comes without, and
# that of 7.2 is in need of mending.
intree_module() {
	local root=$1 release=$2 stage=$1/tmp/intree log=$CACHE/$DRIVER-$2.log lock key package folder option
	key=$(hash_of "$VM/lib/module.sh" "$VM/intree-mends.sed")
	INTREE_MODULE=$CACHE/habanalabs-$DRIVER-$release-$key.ko
	[ ! -e "$INTREE_MODULE" ] || return 0
	[ "$(id -u)" = 0 ] || skip "building habanalabs.ko in a root folder needs root"
	exec {lock}>"$CACHE/module-$release.lock"
	flock -w 600 "$lock" || die "another run has held $CACHE/module-$release.lock for 10 minutes"
	if [ ! -e "$INTREE_MODULE" ]; then
		say "building the in-tree driver for Linux $release (once; about two minutes)"
		package=linux-source-$KERNEL
		read -r folder option < <(intree_recipe)
		rm -rf "$stage" "$CACHE/habanalabs-$DRIVER-$release"-????????????.ko
		mkdir -p "$stage"
		kernel_source "$root" "$package" "$stage/source.tar.xz" || skip "no package $package"
		tar -xJf "$stage/source.tar.xz" -C "$stage" --strip-components=3 --wildcards "*/$folder"
		rm "$stage/source.tar.xz"
		[ "$DRIVER" != intree-mended ] || mend_intree "$stage/habanalabs"
		in_root_with_proc "$root" timeout 900 make -s -C "/usr/src/linux-headers-$release" \
			M=/tmp/intree/habanalabs "$option=m" -j"$(nproc)" >"$log" 2>&1 || {
			tail -n 30 "$log" >&2
			die "the in-tree driver does not build for Linux $release, see $log"
		}
		chroot "$root" x86_64-linux-gnu-strip --strip-debug /tmp/intree/habanalabs/habanalabs.ko
		cp "$stage/habanalabs/habanalabs.ko" "$INTREE_MODULE.new"
		mv "$INTREE_MODULE.new" "$INTREE_MODULE"
		rm -rf "$stage"
	fi
	exec {lock}>&-
}
