# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by run: hlrt.ko for a guest's kernel, built with that kernel's own compiler in its root folder.

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
		# objtool reads /proc; the mount is gone with the namespace.
		timeout 600 unshare --mount sh -c 'mount -t proc proc "$1/proc" && exec chroot "$1" make -s \
			-C /tmp/hlrt/kernel KDIR="/usr/src/linux-headers-$2" -j"$(nproc)"' \
			sh "$root" "$release" >"$log" 2>&1 || {
			grep -E 'error|Error|warning' "$log" | head -n 30 >&2
			die "hlrt.ko does not build for Linux $release, see $log"
		}
		cp "$stage/kernel/hlrt.ko" "$MODULE.new"
		mv "$MODULE.new" "$MODULE"
		rm -rf "$stage"
	fi
	exec {lock}>&-
}
