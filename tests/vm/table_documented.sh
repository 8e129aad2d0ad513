#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# table_documented.sh PROGRAM DOCUMENT: the document shows the table that PROGRAM goes by, row by row.
set -eu
rows=$("$1" --table | grep -c .)
[ "$rows" -gt 2 ] || { echo "$1 --table says nothing"; exit 1; }
"$1" --table | grep . | while IFS= read -r row; do
	grep -qxF -e "$row" "$2" || { echo "$2 lacks: $row"; exit 1; }
done
