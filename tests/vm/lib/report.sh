# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by run: follows a guest's results, line by line, and judges them.
#
# The guest writes on its second serial port
#   @@hlrt begin TEST
#   whatever the test prints
#   @@hlrt log TEST
#   the kernel's messages since the last log, each with its priority: <6>[ 1.2] text
#   @@hlrt end TEST STATUS
# and at last @@hlrt done. What happened until the first test is the test "boot".

# bad_lines TEST <LOG: prints what the rules object to.
bad_lines() {
	local bad allow
	bad=$(sed -n 's/^bad //p' "$VM/kernel-log.rules" | paste -sd'|')
	allow=$(
		sed -n 's/^allow //p' "$VM/kernel-log.rules"
		[ "$1" = boot ] || sed -n 's/^# allow: //p' "$VM/guest/tests/$1.sh"
	)
	grep -E "^<[0-3]>|$bad" | grep -vE "$(paste -sd'|' <<<"$allow")" || true
}

# judge TEST STATUS SECONDS: prints one line, and what is wrong below it.
judge() {
	local name=$1 status=$2 bad verdict=ok why=
	bad=$(bad_lines "$name" <"$LOGS/$name.klog")
	case $status in
	0) ;;
	77) verdict=skip ;;
	124 | 137 | 143) verdict=FAIL why="ran out of time" ;;
	*) verdict=FAIL why="exit status $status" ;;
	esac
	if [ -n "$bad" ]; then
		verdict=FAIL
		why="${why:+$why; }the kernel log has errors"
	fi
	printf '%-4s %s %s (%d s)%s\n' "$verdict" "$SETTING" "$name" "$3" "${why:+: $why}"
	case $verdict in
	ok) passed=$((passed + 1)) ;;
	skip) skipped=$((skipped + 1)) ;;
	FAIL)
		failed=$((failed + 1))
		tail -n 15 "$LOGS/$name.out" | sed 's/^/     | /'
		[ -z "$bad" ] || head -n 15 <<<"$bad" | sed 's/^/     # /'
		;;
	esac
}

# The guest broke off: no test of it can be trusted to have ended.
broken_off() {
	failed=$((failed + 1))
	printf 'FAIL %s %s: the guest %s\n' "$SETTING" "${1:-boot}" "$2"
	[ ! -s "$LOGS/${1:-boot}.out" ] || tail -n 10 "$LOGS/${1:-boot}.out" | sed 's/^/     | /'
	tail -n 25 "$LOGS/console.log" 2>/dev/null | tr -d '\r' | sed 's/^/     # /'
}

# next_line FD SECONDS: the guest's next line, into line. Fails when none comes in time or the guest has ended.
# Reads for a second at a time: only in between does bash take notice of a child's end.
next_line() {
	local part='' deadline=$((SECONDS + $2)) alive=1
	while true; do
		if IFS= read -r -t 1 -u "$1" line; then
			line=$part$line
			return 0
		fi
		part+=$line
		# One more read after its end: its last lines may be on their way.
		[ -n "$alive" ] || return 1
		kill -0 "$QEMU_PID" 2>/dev/null || alive=
		[ "$SECONDS" -lt "$deadline" ] || return 1
	done
}

# follow FD: reads results until the guest is done; a test may take its time and half a minute more.
follow() {
	local fd=$1 line name=boot status started=$SECONDS sink limit word
	limit=$(boot_seconds)
	passed=0 failed=0 skipped=0
	sink=$LOGS/boot.out
	: >"$sink"
	while true; do
		if ! next_line "$fd" "$limit"; then
			broken_off "$name" "$(kill -0 "$QEMU_PID" 2>/dev/null && echo "says nothing for $limit s" || echo ended)"
			return
		fi
		line=${line%$'\r'}
		if [[ $line != @@hlrt\ * ]]; then
			printf '%s\n' "$line" >>"$sink"
			[[ -z $CYCLES || $sink != *.out || ! $line =~ cycle\ [0-9]+\ of ]] || say "$line"
			continue
		fi
		read -r _ word name status <<<"$line"
		case $word in
		begin)
			sink=$LOGS/$name.out
			started=$SECONDS
			[ "$name" = boot ] || limit=$(($(test_seconds "$name") + 30))
			: >"$sink"
			;;
		log)
			sink=$LOGS/$name.klog
			: >"$sink"
			;;
		end) judge "$name" "$status" $((SECONDS - started)) ;;
		done) return ;;
		esac
	done
}
