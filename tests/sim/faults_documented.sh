#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# faults_documented.sh HLRT_FAULTS HLSIM DOCUMENT: the document shows the table that is tested, and every knob is tested.
set -eu
"$1" --table | while IFS= read -r row; do
	grep -qxF -e "$row" "$3" || { echo "$3 lacks: $row"; exit 1; }
done
"$2" --help | sed -n '/^faults:/,$s/^  \([a-z-]*\) .*/\1/p' | while read -r knob; do
	"$1" --table | grep -q "^| \`$knob[\`=]" || { echo "no outcome for $knob"; exit 1; }
done
