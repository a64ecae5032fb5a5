"""How one column is to be read: every line left as guessed, or decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from icp_workbench.book.book import ColumnSummary
from icp_workbench.book.mapping import ColumnMapping, ColumnRole, ColumnType
from icp_workbench.conditions.fields import FieldKind
from icp_workbench.tui.dialogs.form import Asked, FormDialog, Typed, Words
from icp_workbench.tui.safe import clean

_ROLES = {"ignore": "left out", "currency": "currency", "outcome": "outcome"}
_ORDERS = (("D/M/Y", "day first"), ("M/D/Y", "month first"))
_MARKS = ((".", "1,234.50"), (",", "1.234,50"))
_BETWEEN = ";"
_LINES = ("role", "part", "type", "kind", "date_order", "decimal_mark", "unit", "name")
_LABELS = {"date_order": "dates", "decimal_mark": "decimals", "blank": "also nothing", "kept": "is a value"}


class ColumnDialog(FormDialog):
    """Answers every line; `changes` says what of it is new. `parts` are those its table knows."""

    def __init__(self, column: ColumnSummary, wish: ColumnMapping, parts: Sequence[str]) -> None:
        told = ", ".join(clean(text, 24) for text in column.examples[:4])
        title = f"{clean(column.header, 60)} of {clean(column.table, 40)}"
        super().__init__(title, f"such as {told}" if told else "", _asked(column, wish, parts))

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        if answer["scale"] and _scale(answer["scale"]) is None:
            return "scale", "What numbers are multiplied with is a number above 0, such as 0.01 for cents."
        return None


def _asked(column: ColumnSummary, wish: ColumnMapping, parts: Sequence[str]) -> list[Asked]:
    def guessed(now: object, value: str | None) -> tuple[str, str]:
        return ("", f"guess: {clean(value, 24)}" if value and now is None else "as guessed")

    def words(id: str, label: str, values: Sequence[tuple[str, str]], guess: str | None) -> Words:
        now = getattr(wish, id)
        return Words(id, label, [guessed(now, guess), *values], now or "")

    roles = [(role, _ROLES.get(role, role)) for role in get_args(ColumnRole)]
    types = [(type_, type_) for type_ in get_args(ColumnType) if type_ != "blank"]
    kinds = [(kind, kind) for kind in get_args(FieldKind) if kind != "observed"]
    part = [words("part", "says", [(name, name) for name in parts], column.part)] if parts else []
    blanks = ", ".join(clean(text, 12) for text in column.blanks[:4])
    return [
        words("role", "role", roles, column.role),
        *part,
        words("type", "type", types, column.type),
        words("kind", "kind", kinds, column.kind),
        words("date_order", "dates", _ORDERS, dict(_ORDERS).get(column.date_order)),
        words("decimal_mark", "numbers", _MARKS, None),
        Typed("blank", "also nothing", f"{_BETWEEN} ".join(wish.blank), f"beside {blanks or 'the usual'}"),
        Typed("kept", "is a value", f"{_BETWEEN} ".join(wish.kept), "what is no blank here, such as Unknown"),
        Typed("unit", "unit", wish.unit or "", clean(column.unit or "none", 20)),
        Typed("scale", "times", "" if wish.scale is None else f"{wish.scale:g}", "1, or 0.01 for cents"),
        Typed("name", "name", wish.name or "", clean(column.name, 60)),
    ]  # fmt: skip


def changes(wish: ColumnMapping, answer: Mapping[str, str]) -> dict[str, Any]:
    """What the answers of the dialog change in what was decided, by the names of ColumnMapping."""
    now: dict[str, Any] = {line: answer[line] or None for line in _LINES if line in answer}
    now["scale"] = _scale(answer["scale"]) if answer["scale"] else None
    now["blank"], now["kept"] = _several(answer["blank"]), _several(answer["kept"])
    return {line: value for line, value in now.items() if value != getattr(wish, line)}


def in_words(changed: Mapping[str, Any]) -> str:
    """Changes in a few words: `type number, as guessed`."""
    return ", ".join(f"{_LABELS.get(line, line)} {_said(value)}" for line, value in changed.items())


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "as usual"
    return "as guessed" if value is None else str(value)


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(_BETWEEN) if part.strip()))


def _scale(text: str) -> float | None:
    try:
        scale = float(text)
    except ValueError:
        return None
    return scale if 0 < scale < 1e12 else None
