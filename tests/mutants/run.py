#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""Plants the faults of mutants.ini one by one in a copy of the tree and expects the named test to fail.

A fault that no test notices, that does not compile, or whose line is not found exactly once is a failure; so is a named test
that fails without any fault.
"""
import argparse
import configparser
import os
import pathlib
import shutil
import subprocess
import sys
import time

here = pathlib.Path(__file__).resolve().parent
parser = argparse.ArgumentParser()
parser.add_argument("--source", type=pathlib.Path, required=True)
parser.add_argument("--work", type=pathlib.Path, required=True)
parser.add_argument("--generator", default="Ninja")
parser.add_argument("names", nargs="*", help="only these mutants")
args = parser.parse_args()

mutants = configparser.ConfigParser(interpolation=None, delimiters=(":",), comment_prefixes=("#",))
mutants.read(here / "mutants.ini")
names = args.names or mutants.sections()

tree, build = args.work / "tree", args.work / "build"
shutil.rmtree(tree, ignore_errors=True)
tree.mkdir(parents=True)
for part in ("CMakeLists.txt", "cmake", "include", "kernel", "libhlrt", "man", "providers", "sim", "tests", "examples", "utils"):
    source = args.source / part
    if source.is_dir():
        shutil.copytree(source, tree / part, copy_function=shutil.copy)  # new times: an old object may hold a fault
    else:
        shutil.copy(source, tree / part)


def make():
    return subprocess.run(["cmake", "--build", str(build)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def run(test):
    """Runs "program argument...", the program from build/bin or build/tests. What it printed if it failed, else None."""
    words = test.split()
    program = next(p for p in (build / "bin" / words[0], build / "tests" / words[0]) if p.exists())
    environment = dict(os.environ, HLRT_SIM="gaudi*2")
    try:
        done = subprocess.run([str(program)] + words[1:], env=environment, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except subprocess.TimeoutExpired:
        return "timed out"
    return None if done.returncode == 0 else f"exit status {done.returncode}\n{done.stdout}"


subprocess.run(["cmake", "-S", str(tree), "-B", str(build), "-G", args.generator, "-DHLRT_TESTS=ON", "-DHLRT_WERROR=OFF",
                "-DCMAKE_BUILD_TYPE=Debug"], check=True, stdout=subprocess.DEVNULL)
first = make()
if first.returncode:
    sys.exit(first.stdout[-3000:])

failed = 0
for test in sorted({mutants[name]["test"] for name in names}):
    complaint = run(test)
    if complaint:
        print(f"{test}: fails without any fault: {complaint}")
        failed += 1

for name in names:
    mutant = mutants[name]
    path = tree / mutant["file"]
    original = path.read_text()
    start = time.monotonic()
    if original.count(mutant["from"]) != 1:
        verdict = f"line found {original.count(mutant['from'])} times in {mutant['file']}"
    else:
        path.write_text(original.replace(mutant["from"], mutant["to"]))
        built = make()
        if built.returncode:
            verdict = "does not compile:\n" + built.stdout[-2000:]
        else:
            verdict = None if run(mutant["test"]) else "NOT CAUGHT"
        path.write_text(original)
    failed += verdict is not None
    print(f"{name:36} {verdict or 'caught'} by {mutant['test']} ({time.monotonic() - start:.1f} s)", flush=True)

print(f"{len(names)} mutants, {failed} failures")
sys.exit(failed != 0 or not names)
