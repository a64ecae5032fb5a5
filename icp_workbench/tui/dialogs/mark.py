"""Marking what is sliced: signal, reason, points, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, cast, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from icp_workbench.spec.criterion import SIGNALS, Criterion, Missing, Signal
from icp_workbench.tui.dialogs.dialog import Dialog, Line, Said

_TITLES = {"icp": "Mark ICP", "ok_if": "Mark OK-if", "anti_icp": "Mark anti-ICP"}
_MISSING = {"unknown": "is unknown", "match": "counts as a match", "no_match": "counts as no match"}
MOST_POINTS = 100


@dataclass(frozen=True)
class Marked:
    """What was answered."""

    signal: Signal
    reason: str
    points: int | None
    binding: bool
    missing: Missing

    def applied_to(self, criterion: Criterion) -> Criterion:
        """The criterion with these answers."""
        return replace(
            criterion,
            signal=self.signal,
            reason=self.reason,
            points=self.points,
            missing=self.missing,
            required=self.binding and criterion.verdict == "icp",
            disqualify=self.binding and criterion.verdict == "anti_icp",
        )


class Pick(Widget, can_focus=True):
    """One of a few words, side by side; left and right choose, enter accepts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "previous", show=False),
        Binding("right,l,space", "step(1)", "next", show=False),
        Binding("enter", "accept", "accept", show=False),
    ]

    class Stepped(Message):
        """Another option was chosen."""

    class Accepted(Message):
        """Enter was pressed."""

        def __init__(self, pick: Pick) -> None:
            super().__init__()
            self.pick = pick

    def __init__(self, options: Sequence[tuple[str, str]], chosen: str, *, id: str) -> None:
        super().__init__(id=id)
        self.options = options
        self.at = next(at for at, (value, _) in enumerate(options) if value == chosen)

    @property
    def value(self) -> str:
        """The option chosen."""
        return self.options[self.at][0]

    def render(self) -> Content:
        parts: list[tuple[str, str]] = []
        first = self._first_shown(self.size.width)
        if first:
            parts.append(("‹", "$muted"))
        used = len(parts)
        for at, (_, shown) in enumerate(self.options[first:], first):
            used += len(shown) + 2
            if used > self.size.width > 0 and at > self.at:
                parts.append(("›", "$muted"))
                break
            if at == self.at:
                style = "bold $background on $primary" if self.has_focus else "bold $primary"
                parts.append((f" {shown} ", style))
            else:
                parts.append((f" {shown} ", "$muted"))
        return Content.assemble(*parts)

    def _first_shown(self, width: int) -> int:
        """Where to begin so that the one chosen is in sight, and as many before it as fit."""
        taken = [len(shown) + 2 for _, shown in self.options]
        if sum(taken) <= width:
            return 0
        first = self.at
        room = width - 1 - sum(taken[self.at : self.at + 2])
        while first and room >= taken[first - 1]:
            first -= 1
            room -= taken[first]
        return first

    def action_step(self, step: int) -> None:
        """Choose the next option, round and round."""
        self.at = (self.at + step) % len(self.options)
        self.refresh()
        self.post_message(self.Stepped())

    def action_accept(self) -> None:
        """Enter."""
        self.post_message(self.Accepted(self))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()


class MarkDialog(Dialog[Marked]):
    """Enter goes from the signal to the reason; enter there decides."""

    def __init__(self, proposed: Criterion, title: str, evidence: str, is_new: bool) -> None:
        super().__init__()
        self._proposed, self._title, self._evidence, self._is_new = proposed, title, evidence, is_new

    def compose(self) -> ComposeResult:
        proposed = self._proposed
        head = (
            _TITLES[proposed.verdict] if self._is_new else _TITLES[proposed.verdict].replace("Mark", "Change")
        )
        points = "" if proposed.points is None else str(proposed.points)
        with Vertical(classes=f"dialog wide {proposed.verdict}"):
            yield Said(f"{head}: {self._title}", "bold", classes="title")
            yield Said(self._evidence, "$muted", id="evidence")
            with Horizontal(classes="row"):
                yield Said("signal", classes="label")
                yield Pick([(signal, signal) for signal in SIGNALS], proposed.signal, id="signal")
            with Horizontal(classes="row"):
                yield Said("reason", classes="label")
                yield Line(proposed.reason, "why, in the room's own words", id="reason")
            if proposed.verdict != "ok_if":
                with Horizontal(classes="row"):
                    yield Said("points", classes="label")
                    yield Line(points, "from the evidence", id="points")
                with Horizontal(classes="row"):
                    yield Said("required" if proposed.verdict == "icp" else "disqualifies", classes="label")
                    chosen = proposed.required if proposed.verdict == "icp" else proposed.disqualify
                    yield Pick([("yes", "yes"), ("no", "no")], "yes" if chosen else "no", id="binding")
            with Horizontal(classes="row"):
                yield Said("a blank", classes="label")
                yield Pick(
                    [(value, _MISSING[value]) for value in get_args(Missing)], proposed.missing, id="missing"
                )
            yield Said("", "$error", id="wrong")
            yield Said(
                "enter next, then decide   tab next   ← → choose   esc close", "$muted", classes="keys"
            )

    def on_mount(self) -> None:
        self.query_one("#signal").focus()

    @on(Pick.Accepted)
    def _picked(self, message: Pick.Accepted) -> None:
        if message.pick.id == "signal":
            self.query_one("#reason").focus()
        else:
            self._decide()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._decide()

    def _decide(self) -> None:
        has_points = self._proposed.verdict != "ok_if"
        typed = self.query_one("#points", Input).value.strip() if has_points else ""
        try:
            points = int(typed) if typed else None
        except ValueError:
            points = -1
        if points is not None and not 0 <= points <= MOST_POINTS:
            self.query_one("#wrong", Said).say(
                f"Points are a whole number from 0 to {MOST_POINTS}, or empty.", "$error"
            )
            self.query_one("#points").focus()
            return
        self.dismiss(
            Marked(
                signal=cast(Signal, self.query_one("#signal", Pick).value),
                reason=self.query_one("#reason", Input).value.strip(),
                points=points,
                binding=has_points and self.query_one("#binding", Pick).value == "yes",
                missing=cast(Missing, self.query_one("#missing", Pick).value),
            )
        )
