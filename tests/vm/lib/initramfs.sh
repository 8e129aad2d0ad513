# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by run: the guest's file system, made anew for each boot; it is small.

# add_modules ROOT RELEASE NAME...: modules with what they need, and the order to load them in /modules/NAME.
add_modules() {
	local root=$1 release=$2 name line path dir
	shift 2
	dir=$root/lib/modules/$release
	mkdir -p "$TREE/modules"
	for name in "$@"; do
		line=$(grep -E "/${name//[-_]/[-_]}\.ko(\.[a-z]+)?:" "$dir/modules.dep") ||
			die "Linux $release has no module $name"
		# "module: dependencies", each before what it is needed by when read from the end.
		for path in $(tr ' ' '\n' <<<"${line/:/}" | tac); do
			add_module "$root" "$dir/$path" "$name"
		done
	done
}

# add_module ROOT FILE ORDER
add_module() {
	local base
	base=$(basename "$2")
	base=${base%.xz}
	case $2 in
	*.xz) "$BUSYBOX" xz -dc "$2" >"$TREE/modules/$base" ;;
	*) cp "$2" "$TREE/modules/$base" ;;
	esac
	echo "$base" >>"$TREE/modules/$3"
}

# add_built_module ROOT RELEASE FILE NAME: a module of our own building, after those that it names as its needs.
add_built_module() {
	local root=$1 release=$2 file=$3 name=$4 need
	mkdir -p "$TREE/modules"
	for need in $(tr '\0' '\n' <"$file" | sed -n 's/^depends=//p' | tr ',' ' '); do
		add_modules "$root" "$release" "$need"
		cat "$TREE/modules/$need" >>"$TREE/modules/$name"
	done
	cp "$file" "$TREE/modules/$name.ko"
	echo "$name.ko" >>"$TREE/modules/$name"
}

# The build tree's programs and libraries as they lie there, and the C library that they were built with.
add_programs() {
	local program library
	mkdir -p "$TREE/hlrt/bin"
	for program in hlrt-bench hlrt-info monitor-check monitor-random hlrt-faults hlrt-hold-fence hlrt-lifetimes hlrt-p2p-matrix hlrt-conformance dmabuf-cpu dmabuf-threads p2p hello-device share-fd; do
		[ ! -x "$BUILD/bin/$program" ] || cp "$BUILD/bin/$program" "$TREE/hlrt/bin/"
	done
	for program in hli-check dmabuf-bench uapi-differences driver-bench; do
		[ ! -x "$BUILD/tests/$program" ] || cp "$BUILD/tests/$program" "$TREE/hlrt/bin/"
	done
	if [ -d "$BUILD/lib" ]; then
		(cd "$BUILD" && find lib \( -name '*.so*' -o -name '*.driver' \) \( -type f -o -type l \) -print0 |
			xargs -0r cp -a --parents -t "$TREE/hlrt")
	fi
	for library in $(needed_libraries); do
		cp -L --parents "$library" "$TREE/"
	done
}

# The libraries outside of the build tree that its programs and libraries name, the loader with them.
needed_libraries() {
	find "$TREE/hlrt" -type f \( -perm -u+x -o -name '*.so*' \) -exec ldd {} \; 2>/dev/null |
		sed -nE 's/^\s*(.* => )?(\/[^ ]+) \(0x.*/\2/p' | grep -vF -e "$BUILD/" -e "$TREE/" | sort -u || true
}

# What the drivers load onto the chip: boot loader, firmware, a TPC kernel; made up, and such as the models take.
add_firmware() {
	local asic folder
	[ -x "$BUILD/bin/hlsim" ] || die "no $BUILD/bin/hlsim: build the project first"
	for asic in "${ASICS[@]}"; do
		folder=$TREE/lib/firmware/habanalabs/$asic
		mkdir -p "$folder"
		"$BUILD/bin/hlsim" --asic "$asic" --write-firmware "$folder"
	done
}

# make_initramfs ROOT RELEASE FILE TEST...
make_initramfs() {
	local root=$1 release=$2 file=$3 test
	shift 3
	TREE=$RUN/tree
	mkdir -p "$TREE"/{bin,dev,proc,sys,tmp,etc,lib,tests}
	cp "$BUSYBOX" "$TREE/bin/busybox"
	for test in sh mount insmod stty; do
		ln -s busybox "$TREE/bin/$test"
	done
	cp "$VM/guest/init" "$TREE/init"
	cp "$VM"/guest/lib.sh "$VM"/{capabilities,paths,skipped,skipped-intree,differences} "$TREE/tests/"
	for test in "$@"; do
		cp "$VM/guest/tests/$test.sh" "$TREE/tests/"
		echo "$test $(test_seconds "$test")" >>"$TREE/tests/list"
	done
	add_firmware
	case $DRIVER-$KERNEL in
	intree-7.2) add_modules "$root" "$release" habanalabs ;;
	intree-*) add_built_module "$root" "$release" "$INTREE_MODULE" habanalabs ;;
	esac
	case $DRIVER in
	hlrt | intree-mended)
		add_built_module "$root" "$release" "$HLRT_MODULE" hlrt
		add_built_module "$root" "$release" "$IMPORTER_MODULE" hli
		;;
	esac
	add_programs
	if [[ $DRIVER == intree* && -x $BUILD/tests/intree-info ]]; then
		mkdir -p "$TREE/hlrt/bin"
		cp "$BUILD/tests/intree-info" "$TREE/hlrt/bin/"
	fi
	(cd "$TREE" && find . -print0 | "$BUSYBOX" cpio -0 -o -H newc 2>/dev/null) >"$file"
	rm -rf "$TREE"
}
