#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# run.sh SOURCE BUILD SANITIZERS: builds the tree with these sanitizers and runs its tests; any report fails.
set -euo pipefail
source=$1 build=$2 sanitizers=$3
cmake -S "$source" -B "$build" -G Ninja -DHLRT_TESTS=ON -DHLRT_SANITIZE="$sanitizers" -DCMAKE_BUILD_TYPE=Debug \
	>"$build.configure.log" 2>&1 || { cat "$build.configure.log"; exit 1; }
ninja -C "$build" --quiet || { echo "the $sanitizers build failed"; exit 1; }
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
# ThreadSanitizer's fixed shadow does not always fit around what the kernel places at random.
fixed=()
[ "$sanitizers" != thread ] || ! setarch -R true 2>/dev/null || fixed=(setarch -R)
"${fixed[@]}" ctest --test-dir "$build" --output-on-failure -j "$(nproc)" --no-tests=error
