# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by run: messages, ends, and what has to be undone at the end.

say() { printf '== %s\n' "$*"; }
die() { printf 'vm: %s\n' "$*" >&2; exit 1; }

# What is missing is no fault of the tests; in CI, where nobody would notice, it is.
skip() {
	printf 'SKIPPED: %s\n' "$*"
	[ "${CI:-}" != true ] || exit 1
	exit 77
}

# What ends the run unforeseen says where.
set -E
trap 'printf "vm: %s:%s: failed: %s\n" "${BASH_SOURCE[0]}" "$LINENO" "$BASH_COMMAND" >&2' ERR

undo=()
at_exit() { undo+=("$*"); }
run_undo() {
	local i
	trap '' INT TERM
	for ((i = ${#undo[@]} - 1; i >= 0; i--)); do
		eval "${undo[i]}" || true
	done
	undo=()
}
trap run_undo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Ends a process that this run started, and waits for it.
end_process() {
	local pid=$1
	kill "$pid" 2>/dev/null || return 0
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}

# need COMMAND PACKAGE
need() {
	command -v "$1" >/dev/null || skip "no $1 (package $2)"
}

# The first 12 digits of a hash over the contents of files and folders, and the names inside the folders.
hash_of() {
	local path
	for path in "$@"; do
		(cd "$(dirname "$path")" && find "$(basename "$path")" -type f -print0 | sort -z | xargs -0 sha256sum)
	done | sha256sum | cut -c1-12
}
