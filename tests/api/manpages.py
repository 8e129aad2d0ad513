#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""The manual says what the sources say: nothing undocumented, nothing stale, and no page that a formatter complains of.

Compared are declarations, errors, versions, structures and constants of the public headers; the driver's parameters, attributes and
extensions, netlink and uevents; environment variables; hlrt-info's and hlsim's options; HLRT_SIM's options and fault knobs; the programs that are installed.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import public_headers
import roff

parser = argparse.ArgumentParser()
parser.add_argument("--source", required=True, type=pathlib.Path)
parser.add_argument("--build", required=True, type=pathlib.Path)
parser.add_argument("--mandir", required=True, help="below the prefix of an installation")
parser.add_argument("--cc", required=True)
args = parser.parse_args()

SECTIONS_OF_3 = ["NAME", "SYNOPSIS", "DESCRIPTION", "RETURN VALUE", "ERRORS", "THREADS", "VERSION", "SEE ALSO"]
# Pages that are about neither a program nor a function, and where what they are about is made.
SUBJECTS = {
    "hlrt.4": "kernel/hlrt_drv.c",
    "hlrt.driver.5": "libhlrt/provider_load.c",
    "libhlrt.7": "include/hlrt/hlrt.h",
    "hlrt-sim.7": "sim/spec.c",
}
failed, missing_tools = 0, []


def complain(where, what):
    global failed
    print(f"{where}: {what}")
    failed += 1


def compare(where, what, wanted, got):
    wanted, got = set(wanted), set(got)
    for name in sorted(wanted - got):
        complain(where, f"{what} {name} is not documented")
    for name in sorted(got - wanted):
        complain(where, f"{what} {name} is documented and does not exist")


def read(*patterns):
    """The text of all files below the source that match."""
    paths = [path for pattern in patterns for path in sorted(args.source.glob(pattern))]
    return "\n".join(path.read_text() for path in paths)


def public_header_paths():
    found = sorted(args.source.glob("include/hlrt/*.h"))
    return found + [path for path in sorted(args.source.glob("providers/*/*.h")) if path.stem == path.parent.name]


header_texts = {f"hlrt/{path.name}": path.read_text() for path in public_header_paths()}
headers = "\n".join(header_texts.values())
declared = public_headers.declarations(headers)
pages = {path.name: roff.Page(path) for path in sorted((args.source / "man").glob("*.[1-8]"))}
written = {name: page for name, page in pages.items() if not page.link}


def check_titles():
    version = ".".join(re.search(rf"HLRT_VERSION_{part} (\d+)", headers).group(1) for part in ("MAJOR", "MINOR"))
    for name, page in written.items():
        if page.title[:2] != [page.name, page.section]:
            complain(name, f".TH names {' '.join(page.title[:2])}")
        if page.title[3:] != [f"libhlrt {version}", "libhlrt manual"]:
            complain(name, f".TH is not of libhlrt {version}")
        if page.names()[0] != page.name:
            complain(name, f"NAME begins with {page.names()[0]}")
        wanted = SECTIONS_OF_3 if page.section == "3" else ["NAME", "SYNOPSIS", "DESCRIPTION", "SEE ALSO"]
        if [section for section in page.sections if section in wanted] != wanted:
            complain(name, f"its sections are not {', '.join(wanted)}, in this order")


def check_subjects():
    compare("man", "page", SUBJECTS, (name for name, page in pages.items() if page.section not in "13"))
    for name, source in SUBJECTS.items():
        if not (args.source / source).exists():
            complain(name, f"{source} is gone")


def check_links():
    for name, page in pages.items():
        if not page.link:
            continue
        target = pathlib.PurePath(page.link)
        if target.parent.name != f"man{page.section}" or target.name not in written:
            complain(name, f"links to {page.link}, which is not there")
        elif page.name not in written[target.name].names():
            complain(name, f"links to {target.name}, whose NAME is silent about it")


def statements(page):
    text = re.sub(r"^#.*$", "", page.text("SYNOPSIS"), flags=re.M)
    return {public_headers.normal(code + ";") for code in text.split(";") if code.strip()}


def check_functions():
    compare("man3", "function", declared, {page.name for page in pages.values() if page.section == "3"})
    known = public_headers.normal(headers)
    for name, page in written.items():
        if page.section != "3":
            continue
        found = statements(page)
        for function in page.names():
            if declared.get(function) not in found:
                complain(name, f"SYNOPSIS lacks '{declared.get(function, function)}'")
            for header, text in header_texts.items():
                if function in public_headers.declarations(text) and f"#include <{header}>" not in page.text("SYNOPSIS"):
                    complain(name, f"SYNOPSIS does not include <{header}>")
            if f"{function}.3" not in pages:
                complain(name, f"NAME has {function}, which has neither page nor link")
        for code in found - {declared.get(function) for function in page.names()}:
            if not code.startswith("typedef ") or code not in known:
                complain(name, f"SYNOPSIS has '{code}'")


def errors_of(page):
    """{function: errnos} as the page has them: one list for all its functions, or a subsection for some of them each."""
    found = {}
    for title, terms in page.subsections("ERRORS"):
        if title and not title.endswith("()"):
            continue  # about all calls
        of = re.findall(r"(\w+)\(\)", title) if title else page.names()
        if title or terms or len(page.subsections("ERRORS")) == 1:
            found.update({function: terms for function in of})
    return found


def check_errors():
    documented, since = public_headers.documented(headers), public_headers.since(headers)
    for name, page in written.items():
        if page.section != "3":
            continue
        errors = errors_of(page)
        compare(name, "ERRORS of function", page.names(), errors)
        for function in page.names():
            compare(name, f"{function}()'s error", documented.get(function, set()), errors.get(function, []))
            if page.text("VERSION") != f"Since libhlrt {since.get(function, '0.1')}.":
                complain(name, f"VERSION does not say 'Since libhlrt {since.get(function, '0.1')}.'")


def check_structures():
    wanted, got = public_headers.structures(headers), set()
    for name, page in written.items():
        for code in page.examples():
            struct = re.match(r"struct (\w+) \{\n", code)
            if not struct:
                continue
            got.add(struct.group(1))
            if public_headers.normal(code) != wanted.get(struct.group(1)):
                complain(name, f"struct {struct.group(1)} is not as in the header")
    compare("man", "struct", wanted, got)


def check_words():
    """Constants and references; whatever looks like a name of ours is one."""
    everything = "\n".join(page.text() for page in written.values())
    source = headers + read("include/abi/*.h", "kernel/announce.c", "libhlrt/*.c")
    for name in sorted(public_headers.constants(headers)):
        if not name.startswith("HLRT_VERSION_") and not re.search(rf"\b{name}\b", everything):
            complain("man", f"constant {name} is not documented")
    for name, page in written.items():
        for word in sorted(set(re.findall(r"\b(?:hlrt|hlsim|HLRT|HLSIM)_\w+", page.text()))):
            if not re.search(rf"\b{word}\b", source + " hlrt_ext"):
                complain(name, f"{word} does not exist")
        for ours, section in set(re.findall(r"\b((?:lib)?hl[\w.-]+)\((\d)\)", page.text())):
            if f"{ours}.{section}" not in pages:
                complain(name, f"refers to {ours}({section}), which is not there")


def check_parameters():
    source, wanted = read("kernel/*.c", "kernel/*/*.c"), {}
    for name, variable, mode in re.findall(r"^module_param_named\((\w+), (\w+), \w+, (0\d+)\)", source, re.M):
        default = re.search(rf"^(?:unsigned int|bool) {variable}(?: = (\w+))?;", source, re.M).group(1) or "N"
        wanted[f"{name} (default {default}{', writable' if int(mode, 8) & 0o200 else ''})"] = name
    if len(wanted) != len(re.findall(r"^module_param\w*\(", source, re.M)):
        complain("kernel", "has a module parameter that is not of the form module_param_named(name, variable, type, mode)")
    compare("hlrt.4", "parameter", wanted, pages["hlrt.4"].terms("MODULE PARAMETERS"))


def split_terms(page, heading):
    return [name for term in page.terms(heading) for name in term.split(", ")]


def check_driver():
    page = pages["hlrt.4"]
    attributes = re.findall(r"^static DEVICE_ATTR_\w+\((\w+)\)", read("kernel/*.c"), re.M)
    compare("hlrt.4", "attribute", attributes, split_terms(page, "SYSFS ATTRIBUTES"))
    extensions = re.findall(r"^#define (HLRT_EXT_\w+) _IO", read("include/abi/hlrt_ext.h"), re.M)
    families = re.findall(r"^#define HLABI_ACCEL_(\w+) _IO", read("include/abi/hlabi.h"), re.M)
    handled = [name for name in families if f"HLABI_ACCEL_{name}," in read("kernel/ioctl.c")]
    compare("hlrt.4", "ioctl", extensions + handled, split_terms(page, "IOCTLS"))


def check_announcements():
    page, netlink = pages["hlrt.4"], read("include/abi/hlrt_netlink.h")
    groups = re.findall(r'^#define HLRT_NL_GROUP_\w+ "(\w+)"', netlink, re.M)
    commands = re.findall(r"^\t(HLRT_NL_(?:GET_BUFFERS|BUFFER|\w+_EVENT)) = ", netlink, re.M)
    compare("hlrt.4", "netlink command or group", groups + commands, page.terms("GENERIC NETLINK"))
    variables = re.findall(r'"(HLRT_[A-Z]+)[="]', read("kernel/announce.c"))
    compare("hlrt.4", "uevent variable", variables, page.terms("UEVENTS"))


def check_environment():
    source = read(*(f"{folder}/**/*.c" for folder in ("libhlrt", "providers", "sim", "utils", "compat")))
    variables = re.findall(r"\bsecure_getenv\(\"(\w+)\"\)", source)
    compare("man", "environment variable", variables,
            [term for page in written.values() for term in page.terms("ENVIRONMENT")])


def check_info():
    options = re.findall(r'\{ "([\w-]+)", (?:required|no)_argument', read("utils/hlrt-info/main.c"))
    compare("hlrt-info.1", "option", (f"--{name}" for name in options),
            (term.split(", ")[-1] for term in pages["hlrt-info.1"].terms("OPTIONS")))


def check_simulator():
    options = re.findall(r'\{ "([\w-]+)", (?:required|no)_argument', read("sim/vfio-user/main.c"))
    compare("hlsim.1", "option", (f"--{name}" for name in options),
            (term.split(" ")[0] for term in pages["hlsim.1"].terms("OPTIONS")))
    table = re.search(r"options\[\] = \{\n(.*?)^\};", read("sim/spec.c"), re.M | re.S).group(1)
    compare("hlrt-sim.7", "option", re.findall(r'\{ "(\w+)"', table) + ["param.NAME"],
            (term.split("=")[0] for term in pages["hlrt-sim.7"].terms("OPTIONS")))
    knobs = re.findall(r'^\t\[HLSIM_\w+\] = \{ "([\w-]+)",', read("sim/fault.c"), re.M)
    compare("hlrt-sim.7", "knob", knobs, (term.split("=")[0] for term in pages["hlrt-sim.7"].terms("FAULTS")))


def check_programs():
    programs = []
    for path in args.source.glob("*/**/CMakeLists.txt"):
        text = path.read_text()
        for targets in re.findall(r"install\((?:TARGETS|PROGRAMS) ([^)]*?) DESTINATION \$\{CMAKE_INSTALL_BINDIR\}", text):
            for target in targets.split():
                name = re.search(rf"set_target_properties\({target} PROPERTIES OUTPUT_NAME (\S+?)\)", text)
                programs.append(name.group(1) if name else target)
    compare("man1", "program", programs, (page.name for page in pages.values() if page.section == "1"))


def check_examples():
    """Whole programs are compiled; the others leave out what they work on."""
    programs = [(name, code) for name, page in written.items() for code in page.examples() if "int main(" in code]
    for name, code in programs:
        compiled = subprocess.run([args.cc, "-x", "c", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                                   f"-I{args.source}/include", f"-I{args.build}/include", "-"], input=code,
                                  capture_output=True, text=True)
        if compiled.returncode:
            complain(name, f"its example does not compile:\n{compiled.stderr}")
    if not programs:
        complain("man", "no page has a whole program as an example")


def check_format(tool, *flags):
    """One run for each page, so that complaints can be told apart; both tools write them to where they like."""
    if not shutil.which(tool):
        missing_tools.append(tool)
        return
    for name, page in written.items():
        run = subprocess.run([tool, *flags, str(page.path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode or run.stdout.strip():
            complain(name, f"{tool}: {run.stdout.strip()}")


def check_installed():
    man = shutil.which("man") or shutil.which("mman")
    with tempfile.TemporaryDirectory() as prefix:
        run = subprocess.run(["cmake", f"-DCMAKE_INSTALL_PREFIX={prefix}", "-P", args.build / "man/cmake_install.cmake"],
                             capture_output=True, text=True, env={**os.environ, "DESTDIR": ""})
        if run.returncode:
            complain("installation", run.stderr.strip())
            return
        manual = pathlib.Path(prefix, args.mandir)
        for name in sorted(set(pages) ^ {path.name for path in manual.glob("man*/*")}):
            complain(name, "is installed or in the tree, not both")
        if not man:
            missing_tools.append("man")
            return
        for section in sorted({page.section for page in pages.values()}):
            names = [page.name for page in pages.values() if page.section == section]
            run = subprocess.run([man, "-M", str(manual), "-w", section, *names], capture_output=True, text=True)
            if run.returncode:
                complain(f"man{section}", f"{man} -M does not find all: {run.stderr.strip()}")


check_titles()
check_subjects()
check_links()
check_functions()
check_errors()
check_structures()
check_words()
check_parameters()
check_driver()
check_announcements()
check_environment()
check_info()
check_simulator()
check_programs()
check_examples()
check_format("groff", "-ww", "-z", "-man")
check_format("mandoc", "-Tlint", "-Wwarning")
check_installed()
print(f"{len(written)} pages, {len(pages) - len(written)} links, {len(declared)} functions, {failed} complaints")
if failed or not declared or not written:
    sys.exit(1)
if missing_tools:
    print(f"SKIPPED in part: not installed: {', '.join(missing_tools)} (packages groff-base and mandoc)")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)
