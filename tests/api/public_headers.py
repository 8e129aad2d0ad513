# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""What the public headers say: functions, their errors, structures, constants. Names that end in _ are not for use."""
import re

DOCUMENTED = r"/\*((?:[^*]|\*(?!/))*)\*/\n((?:[^/\n][^\n]*\n)+)"
FUNCTION = r"^([a-z][\w\s*]*?\b(hl(?:rt|sim)_\w+)\([^;{]*?\))\s*[;{]"


def documented(text):
    """Each function whose comment lists errors: {name: set of errnos}."""
    found = {}
    for comment, code in re.findall(DOCUMENTED, text):
        function = re.search(r"\b(hl(?:rt|sim)_\w+)\(", code)
        if not function or "typedef" in code or "Errors:" not in comment:
            continue
        errors = comment[comment.index("Errors:"):]
        errors = re.sub(r"\([^)]*\)", "", errors)  # explanations in brackets may name other errnos
        found[function.group(1)] = set(re.findall(r"\bE[A-Z0-9]{2,}\b", errors))
    return found


def since(text):
    """Each function whose comment tells the version that brought it: {name: version}."""
    found = {}
    for comment, code in re.findall(DOCUMENTED, text):
        function = re.search(r"\b(hl(?:rt|sim)_\w+)\(", code)
        version = re.search(r"Since (\d+\.\d+)", comment)
        if function and version and "typedef" not in code:
            found[function.group(1)] = version.group(1)
    return found


def normal(code):
    """One blank between words and none beside punctuation, so that line breaks do not matter."""
    code = re.sub(r"/\*.*?\*/", "", code, flags=re.S)
    return re.sub(r"\s*([(){},;*])\s*", r"\1", re.sub(r"\s+", " ", code)).strip()


def declarations(text):
    """Each function, inline ones too: {name: its declaration, normal}."""
    found = {}
    for declaration, name in re.findall(FUNCTION, text, re.M):
        if not name.endswith("_"):
            found[name] = normal(declaration.replace("static inline ", "") + ";")
    return found


def structures(text):
    """Each structure that has members: {name: its definition, normal}."""
    return {name: normal(code) for code, name in re.findall(r"^(struct (\w+) \{\n.*?^\};)", text, re.M | re.S)}


def constants(text):
    """Macros and enumerators, but include guards."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    found = set(re.findall(r"^#define (HL(?:RT|SIM)_\w+)[ (]", text, re.M))
    for body in re.findall(r"^enum \{(.*?)\}", text, re.M | re.S):
        found |= set(re.findall(r"\b(HL(?:RT|SIM)_\w+)", body))
    return {name for name in found if not name.endswith("_")}
