"""Which part of a number or a date."""

from __future__ import annotations

import datetime as dt

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from icp_workbench.conditions.fields import Field
from icp_workbench.segments.filter import Bound, Choice
from icp_workbench.tui.dialogs.dialog import Dialog, Line, Said
from icp_workbench.tui.widgets.facet_rows import bound_text, words

_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9}
Bounds = tuple[Bound | None, Bound | None]


class RangeDialog(Dialog[Bounds]):
    """Two inputs, prefilled with what is chosen; an empty one leaves that end open."""

    def __init__(self, field: Field, choice: Choice) -> None:
        super().__init__()
        self._field, self._choice = field, choice

    def compose(self) -> ComposeResult:
        field = self._field
        low = "" if field.low is None else bound_text(field, field.low)
        high = "" if field.high is None else bound_text(field, field.high)
        unit = f" ({field.unit})" if field.unit else ""
        with Vertical(classes="dialog"):
            yield Said(f"{words(field.name)}{unit}", "bold", classes="title")
            yield Said(f"In this book {low} to {high}. Both ends belong to the range.", "$muted")
            with Horizontal(classes="row"):
                yield Said("from", classes="label")
                yield Line(typed_text(self._choice.low), low, id="low")
            with Horizontal(classes="row"):
                yield Said("to", classes="label")
                yield Line(typed_text(self._choice.high), high, id="high")
            yield Said("", "$warning", id="wrong")
            yield Said("enter accept   tab other end   esc close   both empty: any", "$muted", classes="keys")

    @on(Input.Changed)
    def _checked(self) -> None:
        self.query_one("#wrong", Said).say(self._answer()[1], "$warning")

    @on(Input.Submitted)
    def _accepted(self, message: Input.Submitted) -> None:
        bounds, wrong = self._answer()
        if wrong:
            self.query_one("#wrong", Said).say(wrong, "$error")
        elif message.input.id == "low" and not self.query_one("#high", Input).value and bounds[0] is not None:
            self.query_one("#high", Input).focus()
        else:
            self.dismiss(bounds)

    def _answer(self) -> tuple[Bounds, str]:
        ends: list[Bound | None] = []
        for end in ("low", "high"):
            text = self.query_one(f"#{end}", Input).value.strip()
            try:
                ends.append(read_bound(text, self._field.type == "date") if text else None)
            except ValueError:
                what = (
                    "a date such as 2025-06-01"
                    if self._field.type == "date"
                    else "a number such as 40 or 1.5k"
                )
                return (None, None), f"“{text}” is not {what}."
        low, high = ends
        if low is not None and high is not None and low > high:  # type: ignore[operator]
            return (None, None), "The range ends before it begins."
        return (low, high), ""


def read_bound(text: str, is_date: bool) -> Bound:
    """A number (`40`, `1,200`, `1.5k`, `2M`) or an ISO date, as typed. ValueError for anything else."""
    if is_date:
        return dt.date.fromisoformat(text)
    plain = text.replace(",", "").replace("_", "").replace("−", "-").strip()
    scale = _SCALES.get(plain[-1:].lower(), 1.0)
    number = float(plain[:-1] if scale != 1.0 else plain) * scale
    if not abs(number) < 1e15:
        raise ValueError(text)
    return number


def typed_text(bound: Bound | None) -> str:
    """A bound as it would be typed."""
    if bound is None:
        return ""
    return bound.isoformat() if isinstance(bound, dt.date) else f"{bound:.15g}"
