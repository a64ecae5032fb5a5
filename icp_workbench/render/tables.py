"""Rows as a plain table, Markdown or CSV. Every cell goes through `printable`."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from icp_workbench.render.text import clip, display_width, pad, printable, to_ascii

__all__ = [
    "clip",
    "csv_table",
    "display_width",
    "markdown_table",
    "markdown_text",
    "pad",
    "plain_table",
    "printable",
    "to_ascii",
]

_MARKUP = "\\|`*_<>[]#~&!"
_MARKUP = "\\|`*_<>[]#~&!"
Value = str | int | float | bool | None


def plain_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    widest: int | None = None,
    gap: int = 2,
) -> str:
    """A table for reading: columns padded by display width, those numbered in `right` aligned as figures.

    A cell over `widest` cells is clipped. Short rows are filled with blanks. No newline at the end.
    """
    lines = [[_cell(text, widest) for text in _filled(row, len(headers))] for row in (headers, *rows)]
    widths = [max(display_width(line[at]) for line in lines) for at in range(len(headers))]
    rule = ["─" * width for width in widths]
    lines.insert(1, rule)
    joined = (" " * gap).join
    return "\n".join(
        joined(pad(text, widths[at], right=at in right) for at, text in enumerate(line)).rstrip()
        for line in lines
    )


def markdown_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()
) -> str:
    """A GitHub-flavoured Markdown table; markup found in data is escaped, so that it is shown as text."""
    rule = ["---:" if at in right else "---" for at in range(len(headers))]
    lines = [[markdown_text(text) for text in headers], rule]
    lines += [[markdown_text(text) for text in _filled(row, len(headers))] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def csv_table(headers: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """CSV with the figures in full (RFC 4180, but lines end in `\\n`), for programs and spreadsheets.

    A text that a spreadsheet would run as a formula gets a leading apostrophe; numbers, True and False are
    written as they are, None as an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in (headers, *rows):
        writer.writerow([_inert(value) if isinstance(value, str) else value for value in row])
    return out.getvalue()


def _inert(text: str) -> str:
    """Spreadsheets skip blanks and controls before a formula, and some read ＝ as =."""
    seen = text.lstrip("".join(map(chr, range(0x21))) + "\u00a0\ufeff\u3000")
    dangerous = (seen[:1] or " ") in "=+-@|＝＋－＠｜" or (text[:1] or " ") in "\t\r\n\0"
    return ("'" if dangerous else "") + printable(text)


def _cell(text: str, widest: int | None) -> str:
    shown = printable(text)
    return shown if widest is None else clip(shown, widest)


def _filled(row: Sequence[str], columns: int) -> list[str]:
    return [*row[:columns], *[""] * (columns - len(row))]


def markdown_text(text: str) -> str:
    """Text for a Markdown document: markup found in it is escaped, so that it is shown as text."""
    return "".join("\\" + char if char in _MARKUP else char for char in printable(text))
