# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by run: one guest, its simulated devices, and QEMU's command line.

# topology NAME: sets CPU, IOMMU, PORTS, IMPORTER.
topology() {
	local line
	line=$(grep -E "^$1[[:space:]]" "$VM/topologies") || die "no topology '$1'; --list shows them"
	read -r _ CPU IOMMU PORTS IMPORTER _ <<<"$line"
}

# dram_of ASIC: what --dram says, or as much as a driver takes for granted.
dram_of() {
	[ -z "$DRAM" ] || { echo "$DRAM" && return; }
	case $DRIVER-$1 in
	intree*-gaudi) echo 32G ;;
	intree*-goya) echo 16G ;;
	*) echo 4G ;;
	esac
}

# start_devices COUNT: one hlsim each, listening; sets HLSIM_PIDS. The chips are those of ASICS, over and over,
# and what they ask for is in BOOTS.
start_devices() {
	local i asic trace=() control=() deadline
	HLSIM_PIDS=()
	[ -x "$BUILD/bin/hlsim" ] || die "no $BUILD/bin/hlsim: build the project first"
	for ((i = 0; i < $1; i++)); do
		[ -z "$TRACE" ] || trace=(--trace "$LOGS/device$i.trace")
		[ "$CONTROL" = no ] || control=(--control "$RUN/control$i")
		asic=${ASICS[i % ${#ASICS[@]}]}
		"$BUILD/bin/hlsim" --asic "$asic" --socket "$RUN/device$i" --dram "$(dram_of "$asic")" --module-id "$i" --once \
			--boot "${BOOTS[i % ${#BOOTS[@]}]}" "${trace[@]}" "${control[@]}" "${HLSIM_OPTIONS[@]}" >"$LOGS/device$i.log" 2>&1 &
		HLSIM_PIDS+=($!)
		at_exit "end_process $!"
	done
	deadline=$((SECONDS + 10))
	for ((i = 0; i < $1; i++)); do
		until [ -S "$RUN/device$i" ]; do
			kill -0 "${HLSIM_PIDS[i]}" 2>/dev/null || die "hlsim: $(cat "$LOGS/device$i.log")"
			[ "$SECONDS" -lt "$deadline" ] || die "hlsim does not listen after 10 s"
			sleep 0.02
		done
	done
}

# device_arguments COUNT IMPORTERS: QEMU's arguments for ports and devices, into QEMU_ARGS.
device_arguments() {
	local i bus importer
	if [ "$PORTS" = switch ]; then
		QEMU_ARGS+=(-device pcie-root-port,id=rp0,chassis=1 -device x3130-upstream,bus=rp0,id=up)
	fi
	for ((i = 0; i < $1; i++)); do
		add_port "$i"
		bus=$PORT
		QEMU_ARGS+=(-device "{\"driver\":\"vfio-user-pci\",\"id\":\"accel$i\",\"bus\":\"$bus\",\"rombar\":0,
			\"socket\":{\"type\":\"unix\",\"path\":\"$RUN/device$i\"}}")
	done
	case $IMPORTER in
	edu) importer=edu,dma_mask=0xffffffffffffffff ;;
	testdev) importer=pci-testdev ;;
	*) return 0 ;;
	esac
	for ((i = $1; i < $1 + $2; i++)); do
		add_port "$i"
		QEMU_ARGS+=(-device "$importer,bus=$PORT")
	done
}

# add_port NUMBER: a port of the topology's kind; sets PORT to the name of its bus.
add_port() {
	PORT=port$1
	case $PORTS in
	switch) QEMU_ARGS+=(-device "xio3130-downstream,bus=up,id=$PORT,chassis=$((2 + $1)),slot=$1") ;;
	bridges)
		QEMU_ARGS+=(-device "pxb-pcie,bus=pcie.0,id=bridge$1,bus_nr=$((32 * (1 + $1)))"
			-device "pcie-root-port,bus=bridge$1,id=$PORT,chassis=$((1 + $1)),slot=$1")
		;;
	*) QEMU_ARGS+=(-device "pcie-root-port,id=$PORT,chassis=$((1 + $1)),slot=$1") ;;
	esac
}

# kvm_works RELEASE: boots the kernel to its first program under KVM, once for each boot of this machine. That /dev/kvm
# can be opened says little: nested or emulated, it may lack instructions that a kernel uses.
kvm_works() {
	local release=$1 verdict tree=$RUN/trial
	verdict=$CACHE/kvm-$(cat /proc/sys/kernel/random/boot_id)-$release-$CPU
	if [ ! -e "$verdict" ]; then
		mkdir -p "$tree/dev" "$CACHE"
		cp "$BUSYBOX" "$tree/busybox"
		printf '#!/busybox sh\n/busybox poweroff -f\n' >"$tree/init"
		chmod +x "$tree/init"
		(cd "$tree" && find . -print0 | "$BUSYBOX" cpio -0 -o -H newc 2>/dev/null) >"$RUN/trial.cpio"
		QEMU_ARGS=(-L "$QEMU_ROOT/usr/share/qemu" -L "$QEMU_ROOT/usr/share/seabios" -M q35 -accel kvm
			-cpu "$CPU" -m 512M -nodefaults -no-user-config -display none -no-reboot
			-kernel "$ROOT/boot/vmlinuz-$release" -initrd "$RUN/trial.cpio" -append "panic=-1 quiet")
		rm -f "$CACHE"/kvm-*-"$release-$CPU"
		if [ -w /dev/kvm ] && (exec_qemu 15) >"$CACHE/kvm-trial.log" 2>&1 </dev/null; then
			echo yes >"$verdict"
		else
			echo no >"$verdict"
		fi
	fi
	[ "$(cat "$verdict")" = yes ]
}

acceleration() {
	if [ "$ACCEL" = auto ]; then
		if kvm_works "$RELEASE"; then ACCEL=kvm; else ACCEL=tcg; fi
	fi
	case $ACCEL in
	kvm) ACCEL_ARGS=(-accel kvm,kernel-irqchip=split) ;;
	tcg) ACCEL_ARGS=(-accel tcg) ;;
	esac
}

# qemu_arguments KERNEL INITRAMFS DEVICES IMPORTERS
qemu_arguments() {
	local append="console=ttyS0 panic=-1 oops=panic log_buf_len=4M hlrt.asic=$ASIC hlrt.topology=$TOPOLOGY" memory=2G
	# On a busy machine QEMU's timer comes too late for the kernel's look whether it comes at all.
	append+=' no_timer_check'
	# Who allocated what, for guest/lib.sh's driver_holdings; the driver has no caches of its own. It makes allocations slow.
	if grep -q holdings_ $(printf "$VM/guest/tests/%s.sh " "${TESTS[@]}"); then append+=' slub_debug=U,kmalloc-*'; fi
	# Detours against speculation, which emulation does not do.
	[ "$ACCEL" != tcg ] || append+=' mitigations=off'
	QEMU_ARGS=(-L "$QEMU_ROOT/usr/share/qemu" -L "$QEMU_ROOT/usr/share/seabios" -M q35,memory-backend=ram
		"${ACCEL_ARGS[@]}")
	# KASAN alone takes an eighth of the memory.
	if [ "$KERNEL" = debug ]; then memory=4G; fi
	QEMU_ARGS+=(-cpu "$CPU" -smp 2 -m "$memory" -object "memory-backend-memfd,id=ram,size=$memory,share=on"
		-nodefaults -no-user-config -display none -no-reboot)
	if [ "$IOMMU" = intel ]; then
		QEMU_ARGS+=(-device "intel-iommu,intremap=on,caching-mode=on")
		append+=' intel_iommu=on iommu=nopt iommu.passthrough=0 iommu.strict=1'
	fi
	[ -z "$CYCLES" ] || append+=" hlrt.cycles=$CYCLES"
	device_arguments "$3" "$4"
	if [ -n "$SHELL_MODE" ]; then
		QEMU_ARGS+=(-chardev stdio,id=console,mux=on,signal=off -mon console -serial chardev:console)
		append+=' hlrt.shell'
	else
		QEMU_ARGS+=(-serial "file:$LOGS/console.log")
		append+=' quiet'
	fi
	QEMU_ARGS+=(-serial "file:$LOGS/results.log")
	[ "$CONTROL" = no ] || control_arguments
	QEMU_ARGS+=(-kernel "$1" -initrd "$2" -append "$append")
}

# What a test with "# control: yes" has: its third serial port is the first device's control socket (faults), its fourth
# is QEMU's monitor (to unplug a device); with "# control: pair" the second device's.
control_arguments() {
	QEMU_ARGS+=(-chardev "socket,id=control,path=$RUN/control0" -serial chardev:control)
	if [ "$CONTROL" = pair ]; then
		QEMU_ARGS+=(-chardev "socket,id=control1,path=$RUN/control1" -serial chardev:control1)
		return
	fi
	QEMU_ARGS+=(-monitor "unix:$RUN/monitor,server=on,wait=off"
		-chardev "socket,id=unplug,path=$RUN/monitor" -serial chardev:unplug)
}

# The whole of QEMU, bounded; it replaces the shell that calls it.
exec_qemu() {
	export QEMU_MODULE_DIR=$QEMU_ROOT/usr/lib/x86_64-linux-gnu/qemu
	exec timeout -k 5 "$1" "$QEMU_ROOT/lib64/ld-linux-x86-64.so.2" \
		--library-path "$QEMU_ROOT/usr/lib/x86_64-linux-gnu" \
		"$QEMU_ROOT/usr/bin/qemu-system-x86_64" "${QEMU_ARGS[@]}"
}
