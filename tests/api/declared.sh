#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# declared.sh HEADER: the functions that a public header declares, one a line. (Inline ones and types of functions
# do not begin at the line's first column, or not with their name.)
set -euo pipefail
sed -nE 's/^[a-z].*[ *](hl(rt|sim)_[a-z_0-9]+)\(.*/\1/p' "$1" | sort -u
