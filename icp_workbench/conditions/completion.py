"""What may come next in an expression that is being typed: attributes, tests, values, joining words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from icp_workbench.conditions.expression import quoted_name
from icp_workbench.conditions.fields import Field, Fields, FieldType, fold
from icp_workbench.conditions.tokens import Token, tokens_of
from icp_workbench.errors import WorkbenchError

MOST = 50
_TESTS: dict[FieldType, tuple[str, ...]] = {
    "category": ("IN (", "= ", "NOT IN (", "IS NULL", "IS NOT NULL"),
    "text": ("= ", "IN (", "MENTIONS ", "IS NULL", "IS NOT NULL"),
    "number": (">= ", "<= ", "BETWEEN ", "= ", "IS NULL", "IS NOT NULL"),
    "date": (">= ", "<= ", "BETWEEN ", "IS NULL", "IS NOT NULL"),
    "boolean": ("= TRUE", "= FALSE", "IS NULL", "IS NOT NULL"),
    "set": ("CONTAINS ANY (", "CONTAINS ALL (", "IS NULL", "IS NOT NULL"),
}
_VALUES_AFTER = ("=", "!=", "<>", "(", ",", "ANY", "ALL", "MENTIONS")


@dataclass(frozen=True)
class Offer:
    """A text that may stand from `start` to the place of typing, and what it is."""

    text: str
    start: int
    kind: str  # attribute, test, value, word

    def put_into(self, typed: str, at: int) -> tuple[str, int]:
        """The typed text with this in it, and where typing goes on."""
        return typed[: self.start] + self.text + typed[at:], self.start + len(self.text)


def offers(typed: str, at: int, fields: Fields) -> list[Offer]:
    """What may stand at place `at` of a typed text, the likeliest first; nothing within what cannot be read.

    What is typed already narrows the offers: by the beginning of a name or value first, then by any part.
    """
    before = typed[:at]
    opened = _open_quote(before)
    read = before if opened is None else before[:opened]
    try:
        tokens = tokens_of(read)[:-1]
    except WorkbenchError:
        return []
    begun, start = "", at
    if opened is not None:
        begun, start = before[opened + 1 :], opened
    elif tokens and tokens[-1].end == len(read) and tokens[-1].kind in ("word", "number"):
        begun, start = before[tokens[-1].start :], tokens[-1].start
        tokens.pop()
    kind, texts = _next(tokens, fields)
    if opened is not None and kind != "value" and before[opened] == "'":
        return []
    found = [Offer(text, start, kind) for text in _narrowed(texts, begun)]
    return [one for one in found if one.text != before[start:]][:MOST]


def _next(tokens: Sequence[Token], fields: Fields) -> tuple[str, Iterable[str]]:
    """The kind of what comes after these tokens, and the texts it may be."""
    last = tokens[-1] if tokens else None
    if last is None or (last.is_word("AND", "OR", "NOT") and not _within_test(tokens)):
        return "attribute", _names(fields)
    if last.kind == "symbol" and last.text == "(" and not _is_list(tokens):
        return "attribute", _names(fields)
    field = _field_before(tokens, fields)
    if field is None:
        return "word", ("AND ", "OR ")
    if tokens[-1].kind in ("word", "name") and _find(tokens[-1], fields) is field:
        return "test", _TESTS[field.type]
    if last.is_word("NOT"):
        return "test", ("IN (", "CONTAINS ANY (") if len(tokens) > 1 else ()
    if last.is_word("IS"):
        return "test", ("NULL", "NOT NULL")
    said = last.text.upper() if last.kind in ("word", "symbol") else ""
    if said in _VALUES_AFTER or last.is_word("IN"):
        return "value", _values(field)
    if last.kind in ("string", "number") or said in (")", "NULL", "TRUE", "FALSE", "KNOWN", "UNKNOWN"):
        return ("word", (", ", ")")) if _is_list(tokens) else ("word", ("AND ", "OR "))
    return "value", ()


def _within_test(tokens: Sequence[Token]) -> bool:
    """True after `BETWEEN 40 AND`, and after `attribute NOT`."""
    if tokens[-1].is_word("AND"):
        return len(tokens) >= 3 and tokens[-3].is_word("BETWEEN")
    return len(tokens) >= 2 and tokens[-1].is_word("NOT") and tokens[-2].kind in ("word", "name") and not (
        tokens[-2].is_word("AND", "OR", "NOT")
    )  # fmt: skip


def _is_list(tokens: Sequence[Token]) -> bool:
    """Whether the innermost open parenthesis holds values."""
    depth = 0
    for at in range(len(tokens) - 1, -1, -1):
        if tokens[at].kind == "symbol" and tokens[at].text == ")":
            depth += 1
        elif tokens[at].kind == "symbol" and tokens[at].text == "(":
            if depth == 0:
                return at > 0 and tokens[at - 1].is_word("IN", "ANY", "ALL", "MENTIONS")
            depth -= 1
    return False


def _field_before(tokens: Sequence[Token], fields: Fields) -> Field | None:
    """The attribute that is being tested, if its test is not over."""
    for token in reversed(tokens):
        if token.is_word("OR") or (token.is_word("AND") and not _between(tokens, token)):
            return None
        if token.kind in ("word", "name"):
            found = _find(token, fields)
            if found is not None:
                return found
    return None


def _between(tokens: Sequence[Token], joining: Token) -> bool:
    at = list(tokens).index(joining)
    return at >= 2 and tokens[at - 2].is_word("BETWEEN")


def _find(token: Token, fields: Fields) -> Field | None:
    try:
        return fields.find(token.text)
    except WorkbenchError:
        return None


def _names(fields: Fields) -> list[str]:
    return [f"{quoted_name(name)} " for name, field in fields.items() if field.kept_out is None]


def _values(field: Field) -> list[str]:
    if field.type == "boolean":
        return ["TRUE", "FALSE"]
    return ["'" + level.replace("'", "''") + "'" for level in field.levels]


def _narrowed(texts: Iterable[str], begun: str) -> list[str]:
    wanted = fold(begun)
    if not wanted:
        return list(texts)
    plain = [(text, fold(text.strip("'\""))) for text in texts]
    first = [text for text, known in plain if known.startswith(wanted)]
    return first + [text for text, known in plain if wanted in known and not known.startswith(wanted)]


def _open_quote(text: str) -> int | None:
    """Where a quote was opened and not closed; None where all are closed."""
    at, quote, opened = 0, "", 0
    while at < len(text):
        char = text[at]
        if quote:
            if char == quote:
                if text[at + 1 : at + 2] == quote:
                    at += 1
                else:
                    quote = ""
        elif char in "'\"":
            quote, opened = char, at
        at += 1
    return opened if quote else None
