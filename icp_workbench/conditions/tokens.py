"""A typed expression, cut into tokens. Hand-written: what a person types never becomes a pattern."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from icp_workbench.errors import WorkbenchError
from icp_workbench.render.text import clip, display_width, printable

LONGEST = 20_000  # characters of one expression
_MOST_MARKED = 100  # characters shown of a word that is complained about
_MOST_SAID = 400

TokenKind = Literal["word", "name", "string", "number", "symbol", "end"]
_SYMBOLS = ("<=", ">=", "!=", "<>", "(", ")", ",", "=", "<", ">")
_SAME_SIGN = {"≤": "<=", "≥": ">=", "≠": "!="}
_CURLY = "‘’“”„‚`´"
EXAMPLE = "Write a condition such as: industry IN ('SaaS', 'Fintech') AND employees BETWEEN 40 AND 120"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of an expression, from `start` to before `end`.

    `text` is what it says: a word as typed, the name inside double quotes, the text inside single quotes, a
    symbol; `number` is the value of a number.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    number: int | float | None = None

    def is_word(self, *words: str) -> bool:
        """True for an unquoted word equal to one of `words` (given in capitals), case-blind."""
        return self.kind == "word" and self.text.upper() in words


def tokens_of(text: str) -> list[Token]:
    """All tokens, the last of kind "end". WorkbenchError for what cannot be read, with its column."""
    if len(text) > LONGEST:
        raise WorkbenchError(
            "Expression too long",
            f"It has {len(text):,} characters; at most {LONGEST:,} are read.",
            "Split it into several criteria.",
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at)
        found.append(token)
        at = token.end
    found.append(Token("end", "", len(text), len(text)))
    return found


def complaint(title: str, what: str, what_to_do: str, text: str, start: int, end: int) -> WorkbenchError:
    """The error for `text[start:end]`: with its column (from 1), the piece around it and carets under it."""
    end = min(end, start + _MOST_MARKED)
    first = max(0, start - 40)
    last = min(len(text), max(end, start + 1) + 30)
    before = ("…" if first else "") + printable(text[first:start])
    marked = printable(text[start : min(end, last)])
    after = printable(text[min(end, last) : last]) + ("…" if last < len(text) else "")
    carets = " " * display_width(before) + "^" * max(1, display_width(marked))
    piece = f"  {before}{marked}{after}\n  {carets}\n"
    said = f"Column {start + 1}: {clip(printable(what), _MOST_SAID)}\n{piece}"
    return WorkbenchError(title, said, printable(what_to_do))


def is_plain_name(name: str) -> bool:
    """True where a name reads as one word without quotes."""
    return bool(name) and all(_in_word(char) for char in name) and _number(name) is None


def _token(text: str, at: int) -> Token:
    char = text[at]
    if char in "'\"":
        return _quoted(text, at)
    if _is_date(text, at):
        return Token("string", text[at : at + 10], at, at + 10)
    if char.isdigit() or (char in "-." and text[at + 1 : at + 2].isdigit()):
        return _number_or_word(text, at)
    if _in_word(char):
        end = at
        while end < len(text) and _in_word(text[end]):
            end += 1
        return Token("word", text[at:end], at, end)
    if char in _SAME_SIGN:
        return Token("symbol", _SAME_SIGN[char], at, at + 1)
    for symbol in _SYMBOLS:
        if text.startswith(symbol, at):
            return Token("symbol", symbol, at, at + len(symbol))
    hint = "Quotes are straight: 'SaaS'." if char in _CURLY else EXAMPLE + "."
    raise complaint(
        "Unreadable expression", f"`{printable(char)}` means nothing here.", hint, text, at, at + 1
    )


def _quoted(text: str, at: int) -> Token:
    quote = text[at]
    pieces: list[str] = []
    start = at + 1
    while True:
        end = text.find(quote, start)
        if end < 0:
            raise complaint(
                "Unfinished quote",
                "this quote is never closed.",
                f"Close it with {quote} .",
                text,
                at,
                at + 1,
            )
        pieces.append(text[start:end])
        if text[end + 1 : end + 2] != quote:
            return Token("string" if quote == "'" else "name", quote.join(pieces), at, end + 1)
        start = end + 2


def _number_or_word(text: str, at: int) -> Token:
    end = at + 1
    while end < len(text) and (_in_word(text[end]) or text[end] == "." or _is_exponent_sign(text, at, end)):
        end += 1
    piece = text[at:end]
    number = _number(piece)
    if number is not None:
        return Token("number", piece, at, end, number)
    if all(_in_word(char) for char in piece):
        return Token("word", piece, at, end)
    raise complaint(
        "Unreadable number",
        f"`{printable(piece)}` is not a number.",
        "Write plain digits: 1500.5.",
        text,
        at,
        end,
    )


def _is_exponent_sign(text: str, start: int, at: int) -> bool:
    return (
        text[at] in "+-"
        and text[at - 1] in "eE"
        and text[start : at - 1].replace(".", "").replace("_", "").lstrip("-").isdigit()
        and text[at + 1 : at + 2].isdigit()
    )


def _number(piece: str) -> int | float | None:
    if not piece.isascii() or len(piece) > 400 or not piece[-1].isalnum():
        return None
    for kind in (int, float):
        try:
            number = kind(piece)
        except ValueError:
            continue
        return number if number == number and abs(number) != float("inf") else None
    return None


def _is_date(text: str, at: int) -> bool:
    piece = text[at : at + 10]
    digits = piece[:4] + piece[5:7] + piece[8:]
    return (
        len(piece) == 10
        and piece[4] == piece[7] == "-"
        and digits.isascii()
        and digits.isdigit()
        and not _in_word(text[at + 10 : at + 11] or " ")
    )


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.combining(char) != 0
