"""What is written down before the data: who is there, whom we say we want, hypotheses."""

from __future__ import annotations

from collections.abc import Sequence

from icp_workbench.conditions.condition import Condition
from icp_workbench.conditions.expression import parse, to_text
from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.expression import EXAMPLE
from icp_workbench.tui.dialogs.form import FormDialog, Typed, Words
from icp_workbench.tui.safe import clean
from icp_workbench.workshop.deliberation.records import (
    FUNCTIONS,
    Hypothesis,
    Participant,
    StatedProfile,
    function_words,
)

NOBODY = ("", "nobody in particular")
_MOST = 40  # people of one function


def functions_offered(desk: Desk, *, with_nobody: bool = True) -> list[tuple[str, str]]:
    """Functions to choose from: those in the room first."""
    there = list(desk.state.deliberation.functions)
    order = [*there, *(one for one in FUNCTIONS if one not in there)]
    offered = [(one, function_words(one)) for one in order]
    return [NOBODY, *offered] if with_nobody else offered


class ConditionForm(FormDialog):
    """A form with a line `when` for a condition in SQL's notation."""

    def __init__(self, desk: Desk, title: str, text: str, asked: Sequence[Typed | Words]) -> None:
        super().__init__(title, text, asked)
        self._desk = desk

    def condition(self, answer: dict[str, str]) -> Condition | None:
        """What `when` means; None for an empty line. WorkbenchError for what cannot be read."""
        return parse(answer["when"], self._desk.fields) if answer["when"] else None

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        try:
            self.condition(answer)
        except WorkbenchError as error:
            return "when", f"{error.what_happened}\n{error.what_to_do}"
        return None


def typed_condition(desk: Desk, when: Condition | None) -> Typed:
    """The line for a condition."""
    text = to_text(when, desk.fields) if when is not None else ""
    return Typed("when", "as a condition", text, EXAMPLE)


class HypothesisDialog(ConditionForm):
    """Answers a claim, who makes it, and how it is tested."""

    def __init__(self, desk: Desk, now: Hypothesis) -> None:
        metrics = [("", "every core metric")]
        metrics += [(one.name, clean(one.label.lower(), 40)) for one in desk.book.metrics]
        asked = (
            Typed("claim", "we believe", now.claim, "we want more enterprise logos"),
            Words("by", "says", functions_offered(desk), now.by),
            typed_condition(desk, now.when),
            Words("direction", "they do", (("better", "better"), ("worse", "worse")), now.direction),
            Words("metric", "by", metrics, now.metric),
        )
        text = "Written down before anyone sees a figure. Without a condition it cannot be tested."
        super().__init__(desk, "Hypothesis", text, asked)

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        if not answer["claim"]:
            return "claim", "Write down what is believed."
        return super().wrong(answer)


class StatedDialog(ConditionForm):
    """Answers whom we say we want."""

    def __init__(self, desk: Desk, now: StatedProfile) -> None:
        asked = (
            Typed("words", "in words", now.words, "mid-market software companies that sell to sales teams"),
            typed_condition(desk, now.when),
        )
        text = "The ICP as it is today. At the reveal its accounts stand against everyone else."
        super().__init__(desk, "Whom do we say we want?", text, asked)


class PeopleDialog(FormDialog):
    """Answers who is there, by function: names, or how many."""

    def __init__(self, now: Sequence[Participant]) -> None:
        asked = [Typed(one, function_words(one), people_text(now, one)) for one in FUNCTIONS]
        text = "Names with commas between them, or a number. Names stay in the journal; a spec has counts."
        super().__init__("Who is in the room?", text, asked)

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        for function, text in answer.items():
            if len(people_in(text)) > _MOST:
                return function, f"At most {_MOST} of one function."
        return None


def people_text(now: Sequence[Participant], function: str) -> str:
    """Those of a function as they are typed: `Maria, Tom`, or `2`, or `Maria, 1`."""
    names = [one.name for one in now if one.function == function]
    known = [name for name in names if name]
    unnamed = len(names) - len(known)
    return ", ".join([*known, *([str(unnamed)] if unnamed else [])])


def people_in(text: str) -> list[str]:
    """The names in a typed line; "" for somebody who is only counted."""
    found: list[str] = []
    for part in (one.strip()[:120] for one in text.split(",")):
        if part.isascii() and part.isdigit() and len(part) < 4:
            found += [""] * int(part)
        elif part:
            found.append(part)
    return found
