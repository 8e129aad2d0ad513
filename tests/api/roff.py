# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""Reads man(7) pages, as far as those of man/ go."""
import re
import shlex

ALTERNATING = {"BI", "BR", "IB", "IR", "RB", "RI"}


def unescape(text):
    text = re.sub(r"\\f[BIRP]|\\&", "", text)
    return text.replace("\\-", "-").replace("\\e", "\\")


def words(arguments):
    lexer = shlex.shlex(arguments, posix=True)
    lexer.whitespace_split, lexer.quotes, lexer.escape, lexer.commenters = True, '"', "", ""
    return list(lexer)


def plain(line):
    """A line's text without fonts; None where a macro prints nothing."""
    if not line.startswith("."):
        return unescape(line)
    macro, _, arguments = line[1:].partition(" ")
    if macro in ALTERNATING:
        return unescape("".join(words(arguments)))
    return unescape(" ".join(words(arguments))) if macro in ("B", "I") else None


class Page:
    """sections: {heading: lines}. link: the page that a .so request names, and then there is nothing else."""

    def __init__(self, path):
        self.path, self.link, self.sections, self.title = path, None, {}, []
        self.name, self.section = path.name.rsplit(".", 1)
        heading = None
        for line in path.read_text().splitlines():
            if line.startswith(".so "):
                self.link = line[4:]
            elif line.startswith(".TH "):
                self.title = [unescape(word) for word in words(line[4:])]
            elif line.startswith(".SH "):
                heading = line[4:].strip('"')
                self.sections[heading] = []
            elif heading:
                self.sections[heading].append(line)

    def text(self, heading=None):
        lines = self.sections.get(heading, []) if heading else sum(self.sections.values(), [])
        return "\n".join(text for text in map(plain, lines) if text is not None)

    def names(self):
        return re.split(r",\s*", re.split(r" -\s", self.text("NAME"))[0])

    def terms(self, heading):
        """What stands before each item of a section's lists."""
        lines = self.sections.get(heading, [])
        return [plain(term) for macro, term in zip(lines, lines[1:]) if macro == ".TP"]

    def subsections(self, heading):
        """[(title, terms)], the first of title "": what comes before any .SS."""
        found, terms = [("", [])], self.sections.get(heading, [])
        for line, after in zip(terms, terms[1:] + [""]):
            if line.startswith(".SS "):
                found.append((unescape(line[4:].strip('"')), []))
            elif line == ".TP":
                found[-1][1].append(plain(after))
        return found

    def examples(self):
        """The contents of each .EX."""
        source = "\n".join(sum(self.sections.values(), []))
        return [unescape(code) for code in re.findall(r"^\.EX\n(.*?)^\.EE", source, re.M | re.S)]
