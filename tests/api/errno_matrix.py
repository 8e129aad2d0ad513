#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""Every errno that the public headers document has a case that provokes it, and no case claims an undocumented one.

Cases are named function/ERRNO/what: those of hlrt-conformance, and those that need a driver which misbehaves,
marked in the library's unit tests by a comment "errno-case: function/ERRNO/what".
"""
import argparse
import pathlib
import re
import subprocess
import sys

import public_headers

parser = argparse.ArgumentParser()
parser.add_argument("--header", required=True, nargs="+")
parser.add_argument("--cases", required=True)
parser.add_argument("--units", required=True, nargs="+")
args = parser.parse_args()

text = "\n".join(pathlib.Path(header).read_text() for header in args.header)
documented = public_headers.documented(text)
undocumented = sorted(set(public_headers.declarations(text)) - set(documented))

cases = subprocess.run([args.cases, "--list"], check=True, capture_output=True, text=True).stdout.split()
for unit in sorted(unit for folder in args.units for unit in pathlib.Path(folder).glob("*.c")):
    cases += re.findall(r"errno-case: (\S+)", unit.read_text())
covered = {}
for case in cases:
    parts = case.split("/")
    if parts[0].startswith(("hlrt_", "hlsim_")) and parts[1] != "ok":
        covered.setdefault(parts[0], set()).add(parts[1])

failed = 0
for function in undocumented:
    print(f"{function}: no 'Errors:' in its comment")
    failed = 1
for function, errnos in sorted(documented.items()):
    missing = errnos - covered.get(function, set())
    extra = covered.get(function, set()) - errnos
    print(f"{function:28} {' '.join(sorted(errnos)) or '-'}")
    for errno in sorted(missing):
        print(f"  no case provokes {errno}")
        failed = 1
    for errno in sorted(extra):
        print(f"  {errno} has a case but is not documented")
        failed = 1
print(f"{len(documented)} functions, {sum(map(len, documented.values()))} errors")
sys.exit(failed or not documented)
