"""Plain data as YAML made for git: blocks of mappings, short things on one line, text quoted where YAML would
read something else. Written directly, so that a file of many thousand lines takes no time."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

# Texts that no reader of any YAML version takes for anything but text.
_PLAIN = re.compile(r"\d+\.\d+\.\d+|[A-Za-z_][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+(%-][A-Za-z0-9_./+()%;-]*)*")
_WORDS_THAT_BITE = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"}
)
_LONGEST_KEY = 500  # YAML lets a key go without a question mark for 1,024 characters, escapes included


class OneLine(dict[str, Any]):
    """A mapping that stands on one line."""


class OnePerLine(list[Any]):
    """A list that takes a line for each of its items."""


def yaml_lines(content: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """The lines of a mapping in blocks. Values: text, numbers, yes/no, dates, lists and mappings of these."""
    for key, value in content.items():
        head = _key(key, indent)
        if isinstance(value, dict) and value and not isinstance(value, OneLine):
            yield head
            yield from yaml_lines(value, indent + "  ")
        elif isinstance(value, OnePerLine) and value:
            yield head
            for item in value:
                yield f"{indent}  - {on_one_line(item)}"
        else:
            yield f"{head} {on_one_line(value)}"


def on_one_line(value: Any) -> str:
    """A value as YAML writes it within one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return text(value)
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key, '', '?')} {on_one_line(one)}" for key, one in value.items()) + "}"
    return "[" + ", ".join(map(on_one_line, value)) + "]"


def text(value: str) -> str:
    """A text as a YAML scalar, quoted unless every reader takes it for that text."""
    return value if is_plain(value) else escaped(json.dumps(value, ensure_ascii=False))


def is_plain(value: str) -> bool:
    """True for a text that needs no quotes."""
    return bool(_PLAIN.fullmatch(value)) and value.lower() not in _WORDS_THAT_BITE


def escaped(written: str) -> str:
    """Control and format characters as \\u escapes, so that a file that is printed obeys nothing and hides
    nothing. They stand in double quotes alone, where YAML and TOML read the escape."""
    if written.isascii() and "\x7f" not in written:
        return written
    return "".join(_escape(char) if _is_unseen(char) else char for char in written)


def _key(key: str, indent: str, mark: str = "") -> str:
    shown = text(key)
    if len(shown) <= _LONGEST_KEY:
        return f"{indent}{shown}:"
    return f"? {shown} :" if mark else f"{indent}? {shown}\n{indent}:"


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _is_unseen(char: str) -> bool:
    # The joiners carry meaning in Persian, Indic scripts and emoji. YAML allows no U+FFFE and U+FFFF.
    if char in "\n\u200c\u200d":
        return False
    return char in "\ufffe\uffff" or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
