#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# model_symbols.sh LIBRARY: the chip models know neither the driver nor the kernel twin; all they ask for is libc's.
set -euo pipefail

foreign=$(nm "$1" | awk 'NF == 2 && $1 == "U" { print $2 }' | grep -E '^(hlrt_|gaudi_|kshim_|hlsim_|dma_|pci_|k[mz]alloc$)' || true)
public=$(nm "$1" | awk 'NF == 3 && $2 ~ /^[TDBR]$/ && $3 !~ /^hlm_/ { print $3 }')
if [ -n "$foreign$public" ]; then
	echo "the model uses or offers what is not its own:" $foreign $public
	exit 1
fi
echo "model: nothing but its own and libc's"
