"""On which line of a TOML text each value stands: the parser does not say it."""

from __future__ import annotations

import re
from collections.abc import Iterator

Where = tuple[str | int, ...]
_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_TOKENS = re.compile(
    r'''"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|\n|[\[\]{}]|[^"'#\n\[\]{}]+|.''',
    re.DOTALL,
)


def toml_lines(text: str) -> dict[Where, int]:
    """The line of each table and key of a well-formed text; what stands inside a value is on the line of the
    value's key."""
    lines: dict[Where, int] = {}
    arrays: dict[Where, int] = {}  # how many tables each array of tables has by now
    table: Where = ()
    for number, line in _statements(text):
        if line.startswith("[["):
            place = _placed(_key(line[2:]), arrays, whole=False)
            arrays[place] = arrays.get(place, -1) + 1
            table = (*place, arrays[place])
            lines.setdefault(place, number)
            lines[table] = number
        elif line.startswith("["):
            table = _placed(_key(line[1:]), arrays)
            lines.setdefault(table, number)
        else:
            where = table
            for part in _key(line):
                where = (*where, part)
                lines.setdefault(where, number)
    return lines


def _placed(parts: tuple[str, ...], arrays: dict[Where, int], whole: bool = True) -> Where:
    """A header's path with the number of the newest table in each array it goes through."""
    place: Where = ()
    for at, part in enumerate(parts):
        place = (*place, part)
        if place in arrays and (whole or at < len(parts) - 1):
            place = (*place, arrays[place])
    return place


def _key(text: str) -> tuple[str, ...]:
    """The parts of a dotted key at the start of a text."""
    parts: list[str] = []
    at = 0
    while found := _PART.match(text, at):
        parts.append(next(group for group in found.groups() if group is not None))
        at = found.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    return tuple(parts)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header and each key with its value's beginning, and the line on which it stands."""
    depth, number, begun = 0, 1, False
    for found in _TOKENS.finditer(text):
        token = found.group()
        if token == "\n":
            number += 1
            begun = begun and depth > 0
            continue
        if not begun and depth == 0 and token[0] != "#" and not token.isspace():
            begun = True
            start = found.start() + len(token) - len(token.lstrip())
            yield number, text[start : start + 2_000].partition("\n")[0]
        if token[0] in "\"'":
            number += token.count("\n")
        else:
            depth += (token in "[{") - (token in "]}")
