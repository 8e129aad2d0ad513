#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# paths_documented.sh [DOCUMENT]: the table of the file paths; or the document shows it, and every topology is in it.
set -eu
here=$(dirname "$0")

table() {
	echo "| topology | kernel | parameter | outcome |"
	echo "|---|---|---|---|"
	grep -v '^#' "$here/paths" | while read -r topology kernels parameter verdict reason; do
		[ "$parameter" = - ] || parameter="\`$parameter\`"
		[ -z "$reason" ] || reason=": \"$reason\""
		echo "| $topology | $kernels | $parameter | $verdict$reason |"
	done
}

if [ $# -eq 0 ]; then
	table
	exit
fi
table | while IFS= read -r row; do
	grep -qxF -e "$row" "$1" || { echo "$1 lacks: $row"; exit 1; }
done
grep -v '^#' "$here/topologies" | while read -r topology rest; do
	grep -q "^$topology " "$here/paths" || { echo "no line in paths for $topology: $rest"; exit 1; }
done
