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

# hlrt_module ROOT RELEASE: sets MODULE to hlrt.ko, built when its sources or its kernel have changed.
hlrt_module() {
	local root=$1 release=$2 key stage log lock
	key=$(hash_of "$SOURCE/kernel" "$SOURCE/include" "$VM/lib/module.sh")
	MODULE=$CACHE/hlrt-$release-$key.ko
	[ ! -e "$MODULE" ] || return 0
	[ "$(id -u)" = 0 ] || skip "building hlrt.ko in a root folder needs root"
	exec {lock}>"$CACHE/module-$release.lock"
	flock -w 600 "$lock" || die "another run has held $CACHE/module-$release.lock for 10 minutes"
	if [ ! -e "$MODULE" ]; then
		say "building hlrt.ko for Linux $release"
		stage=$root/tmp/hlrt
		log=$CACHE/module-$release.log
		rm -rf "$stage" "$CACHE/hlrt-$release"-????????????.ko
		mkdir -p "$stage"
		cp -r "$SOURCE/kernel" "$SOURCE/include" "$stage/"
		in_root_with_proc "$root" timeout 600 make -s -C /tmp/hlrt/kernel \
			KDIR="/usr/src/linux-headers-$release" -j"$(nproc)" >"$log" 2>&1 || {
			tail -n 30 "$log" >&2
			die "hlrt.ko does not build for Linux $release, see $log"
		}
		cp "$stage/kernel/hlrt.ko" "$MODULE.new"
		mv "$MODULE.new" "$MODULE"
		rm -rf "$stage"
	fi
	exec {lock}>&-
}

# kernel_source ROOT FILE: Debian's sources of the kernel, as the package linux-source-6.1 has them, into FILE.
kernel_source() {
	local root=$1 file=$2 options=()
	if [ -e /usr/src/linux-source-6.1.tar.xz ]; then
		cp /usr/src/linux-source-6.1.tar.xz "$file"
		return
	fi
	mapfile -t options < <(proxy_options)
	options=("${options[@]/#--aptopt=/-o}") # mmdebstrap's way of writing them, into apt-get's
	options=("${options[@]/ /=}")
	options=("${options[@]//\"/}")
	chroot "$root" sh -c 'cd /tmp && apt-get -qq "$@" update && apt-get -qq "$@" download linux-source-6.1' sh \
		-o APT::Sandbox::User=root "${options[@]}" || return
	dpkg-deb --fsys-tarfile "$root"/tmp/linux-source-6.1_*.deb | tar -xO ./usr/src/linux-source-6.1.tar.xz >"$file"
	rm -f "$root"/tmp/linux-source-6.1_*.deb
}

# intree_module ROOT RELEASE: sets MODULE to habanalabs.ko of the kernel's own sources, which Debian's 6.1 comes without.
intree_module() {
	local root=$1 release=$2 stage=$1/tmp/intree log=$CACHE/intree-$2.log lock
	MODULE=$CACHE/habanalabs-$release.ko
	[ ! -e "$MODULE" ] || return 0
	[ "$(id -u)" = 0 ] || skip "building habanalabs.ko in a root folder needs root"
	exec {lock}>"$CACHE/module-$release.lock"
	flock -w 600 "$lock" || die "another run has held $CACHE/module-$release.lock for 10 minutes"
	if [ ! -e "$MODULE" ]; then
		say "building the in-tree driver for Linux $release (once; about two minutes)"
		rm -rf "$stage"
		mkdir -p "$stage"
		kernel_source "$root" "$stage/source.tar.xz" || skip "no package linux-source-6.1"
		tar -xJf "$stage/source.tar.xz" -C "$stage" --strip-components=3 --wildcards '*/drivers/misc/habanalabs'
		rm "$stage/source.tar.xz"
		in_root_with_proc "$root" timeout 900 make -s -C "/usr/src/linux-headers-$release" \
			M=/tmp/intree/habanalabs CONFIG_HABANA_AI=m -j"$(nproc)" >"$log" 2>&1 || {
			tail -n 30 "$log" >&2
			die "the in-tree driver does not build for Linux $release, see $log"
		}
		chroot "$root" strip --strip-debug /tmp/intree/habanalabs/habanalabs.ko
		cp "$stage/habanalabs/habanalabs.ko" "$MODULE.new"
		mv "$MODULE.new" "$MODULE"
		rm -rf "$stage"
	fi
	exec {lock}>&-
}
