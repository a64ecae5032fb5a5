"""Dialogs for what people write into the spec: a slot, a play, counts of what they know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icp_workbench.render.figures import count
from icp_workbench.spec.plays import Play
from icp_workbench.spec.statement.slots import LONGEST, Question
from icp_workbench.tui.dialogs.form import FormDialog, Typed
from icp_workbench.workshop.writing.state import KNOWN_BY_PEOPLE

_FREE_LINES = 2  # of a list, beside those that are filled
_FEWEST_LINES = 4
_MOST_LINES = 12
_LONGEST_LINE = 400
_MOST_COUNTED = 100_000


class SlotDialog(FormDialog):
    """Asks one slot; an empty answer leaves it open."""

    def __init__(self, question: Question, now: str) -> None:
        text = f"It goes on in the sentence: {question.lead}\nSuch as: {question.example}"
        super().__init__(question.text, text, (Typed("slot", question.label, now, "nothing: asked again"),))

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        size = len(answer["slot"])
        return ("slot", f"{size} characters; a slot has {LONGEST} at most.") if size > LONGEST else None


class PlayDialog(FormDialog):
    """Asks one play; a list has a line for each."""

    def __init__(self, play: Play, now: Sequence[str]) -> None:
        if not play.is_list:
            super().__init__(play.question, "", (Typed("line-0", play.label, now[0] if now else ""),))
            return
        lines = min(max(len(now) + _FREE_LINES, _FEWEST_LINES), max(_MOST_LINES, len(now)))
        asked = [
            Typed(f"line-{at}", play.label if at == 0 else "", now[at] if at < len(now) else "")
            for at in range(lines)
        ]
        super().__init__(play.question, "One thought a line; empty lines are dropped.", asked)

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        long = next((at for at, line in answer.items() if len(line) > _LONGEST_LINE), None)
        return None if long is None else (long, f"A line has {_LONGEST_LINE} characters at most.")


class KnownDialog(FormDialog):
    """Asks how many interviews, objections and experiments speak about a criterion."""

    def __init__(self, words: str, now: Mapping[str, int]) -> None:
        asked = [
            Typed(kind, kind, str(now[kind]) if now.get(kind) else "", "none") for kind in KNOWN_BY_PEOPLE
        ]
        super().__init__(f"What people know: {words}", "Counts only; a spec never holds who said it.", asked)

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        for kind, typed in answer.items():
            if typed and not (typed.isascii() and typed.isdigit() and int(typed[:9]) <= _MOST_COUNTED):
                return kind, f"A whole number from 0 to {count(_MOST_COUNTED)}, or empty."
        return None
