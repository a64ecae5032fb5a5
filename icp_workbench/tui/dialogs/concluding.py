"""Deciding on a candidate, and what is written down beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import get_args

from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.criterion import SIGNALS, Criterion, Missing
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.believing import ConditionForm, functions_offered, typed_condition
from icp_workbench.tui.dialogs.form import Asked, FormDialog, Typed, Words
from icp_workbench.workshop.account_record import account_named
from icp_workbench.workshop.deliberation.records import (
    NOTE_KINDS,
    Candidate,
    Decision,
    Dispute,
    Dissent,
    FieldNote,
    Question,
    Readiness,
)
from icp_workbench.workshop.deliberation.wording import BUILT_WORDS, CHOICE_WORDS

_TITLES = {**CHOICE_WORDS, "anti_icp": "Anti-ICP", "parked": "Park"}
_YES_NO = (("yes", "yes"), ("no", "no"))
_MISSING = {"unknown": "is unknown", "match": "counts as a match", "no_match": "counts as no match"}
_CONFIDENCE = (("high", "high"), ("medium", "medium"), ("low", "low"))
_BUILT = tuple((value, words) for value, words in BUILT_WORDS.items())


class DecideDialog(FormDialog):
    """Answers reason, owner, confidence; of a criterion also its signal and what follows from it; where the
    candidate leaves the book's range, whether the room is built to serve it."""

    def __init__(
        self,
        words: str,
        told: str,
        decision: Decision,
        criterion: Criterion | None,
        readiness: Readiness | None,
    ) -> None:
        asked: list[Asked] = [
            Typed("reason", "reason", decision.reason, "why, in the room's own words"),
            Typed("owner", "owner", decision.owner, "who sees to it: a function, or somebody's name"),
            Words("confidence", "confidence", _CONFIDENCE, decision.confidence),
        ]
        if criterion is not None:
            asked.append(Words("signal", "signal", [(one, one) for one in SIGNALS], criterion.signal))
            if criterion.verdict != "ok_if":
                binds = criterion.required if criterion.verdict == "icp" else criterion.disqualify
                label = "required" if criterion.verdict == "icp" else "disqualifies"
                asked.append(Words("binding", label, _YES_NO, "yes" if binds else "no"))
            blanks = [(value, _MISSING[value]) for value in get_args(Missing)]
            asked.append(Words("missing", "a blank", blanks, criterion.missing))
        if readiness is not None:
            asked.append(Words("built", "are we", _BUILT, readiness.answer))
            asked.append(Typed("built_note", "what is lacking", readiness.note))
        super().__init__(f"{_TITLES[decision.verdict]}: {words}", told, asked)


class CandidateDialog(ConditionForm):
    """Answers a condition to put to the room, and who asks for it."""

    def __init__(self, desk: Desk, now: Candidate | None) -> None:
        asked = (
            typed_condition(desk, now.when if now is not None else None),
            Words("by", "asked for by", functions_offered(desk), now.by if now is not None else ""),
        )
        super().__init__(desk, "Put a condition to the room", "", asked)

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        if not answer["when"]:
            return "when", "Write a condition; in Slice, b puts what is sliced to the room."
        return super().wrong(answer)


class NoteDialog(FormDialog):
    """Answers what somebody knows and the records do not."""

    def __init__(self, desk: Desk, words: str, now: FieldNote) -> None:
        asked = (
            Words("kind", "kind", [(kind, kind) for kind in NOTE_KINDS], now.kind),
            Typed("text", "what", now.text, "why they chose us, or what came of it"),
            Typed("words", "their words", now.words, "for the pain, as they say it"),
            Words("by", "from", functions_offered(desk), now.by),
        )
        super().__init__("What do people know?", words, asked)

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        return None if answer["text"] else ("text", "Write down what is known.")


class DisputeDialog(FormDialog):
    """Answers an account that some want and others regret."""

    def __init__(self, desk: Desk, now: Dispute) -> None:
        self._desk = desk
        functions = functions_offered(desk, with_nobody=False)
        asked = (
            Typed("account", "account", now.account, "by its name in the records"),
            Words("wanted_by", "wanted by", functions, now.wanted_by),
            Words("regretted_by", "regretted by", functions, now.regretted_by),
            Typed("note", "what happened", now.note),
        )
        super().__init__("A disputed account", "Its name stays in the journal and the minutes.", asked)

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        try:
            account_named(self._desk.book, self._desk.names, answer["account"])
        except WorkbenchError as error:
            return "account", f"{error.what_happened} {error.what_to_do}"
        if answer["wanted_by"] == answer["regretted_by"]:
            return "regretted_by", "One function wants it and another regrets it."
        return None


class DissentDialog(FormDialog):
    """Answers who sees it differently, and why; an empty reason takes it back."""

    def __init__(self, desk: Desk, words: str, noted: Sequence[Dissent]) -> None:
        functions = functions_offered(desk, with_nobody=False)
        first = noted[0] if noted else None
        asked = (
            Words("function", "function", functions, first.function if first is not None else ""),
            Typed(
                "note",
                "sees it so",
                first.note if first is not None else "",
                "what they would do instead",
            ),
        )
        super().__init__(f"Dissent: {words}", "It is kept with the decision. Empty takes it back.", asked)


class ReadinessDialog(FormDialog):
    """Answers whether the room is built to serve a candidate."""

    def __init__(self, words: str, beyond: Sequence[str], now: Readiness | None) -> None:
        asked = (
            Words("built", "we are", _BUILT, now.answer if now is not None else "not_yet"),
            Typed("built_note", "what is lacking", now.note if now is not None else ""),
        )
        told = "\n".join(f"Beyond the book: {one}." for one in beyond) or words
        super().__init__("Are we built to serve it?", told, asked)


class QuestionDialog(FormDialog):
    """Answers a question for the parking lot; with an answer it is closed."""

    def __init__(self, now: Question) -> None:
        asked = (
            Typed("question", "question", now.question, "does the band hold outside EMEA?"),
            Typed("owner", "owner", now.owner, "a function, or somebody's name"),
            Typed("by", "by", now.by.isoformat() if now.by else "", "a day, such as 2026-12-15"),
            Typed("answer", "answer", now.answer, "empty while it is open"),
        )
        super().__init__("Parking lot", "Asked, and not answered today.", asked)

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        if not answer["question"]:
            return "question", "Write the question down."
        if answer["by"] and day_of(answer["by"]) is None:
            return "by", "A day is written like 2026-12-15."
        return None


def day_of(text: str) -> dt.date | None:
    """A typed day; None for anything else."""
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
