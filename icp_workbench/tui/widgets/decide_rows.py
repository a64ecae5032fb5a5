"""The rows of the Decide room: what was believed, and the parking lot with the agenda and the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from icp_workbench.render import verdicts
from icp_workbench.render.dates import day
from icp_workbench.render.figures import counted
from icp_workbench.tui.lines import Line, Piece, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import VERDICT_INK
from icp_workbench.tui.widgets.rows_view import TextRow
from icp_workbench.workshop.agenda.agenda import Agenda, reading_at
from icp_workbench.workshop.deliberation.records import Finding, Hypothesis, function_words
from icp_workbench.workshop.log import LogLine
from icp_workbench.workshop.state import Workshop

# Glyph and ink of a hypothesis at the reveal; the word stands beside them.
FOUND: Mapping[str, tuple[str, str]] = {
    "supported": ("✓", "good"),
    "contradicted": ("✕", "bad"),
    "no difference": ("≈", "muted"),
    "unclear": ("?", "muted"),
    "too few accounts": ("·", "faint"),
}
ASKED = {
    "buys": "do they buy?",
    "stays": "do they stay?",
    "expands": "do they expand?",
    "pays": "do they pay?",
}
_LOG = 200  # lines of the log that are shown


@dataclass(frozen=True)
class PickRow:
    """A line the cursor stops at: `kind` and `id` say what it stands for."""

    kind: str
    id: str
    pieces: tuple[Piece, ...]

    selectable = True

    @property
    def key(self) -> tuple[str, str]:
        return (self.kind, self.id)

    def line(self, width: int, here: bool) -> Line:
        return self.pieces


DecideRow = PickRow | TextRow


class Rows:
    """Rows as they are made, each read-only line with a key of its own."""

    def __init__(self, width: int) -> None:
        self.made: list[DecideRow] = []
        self.width = max(width, 12)

    def say(self, *pieces: Piece) -> None:
        """A line that is read."""
        self.made.append(TextRow(("text", len(self.made)), pieces))

    def tell(self, text: str, ink: str = "muted", indent: int = 2, most: int = 40) -> None:
        """A text of several lines that is read."""
        lines = wrapped(clean(text, 1_200), max(self.width - indent, 8))
        for line in lines[:most]:
            self.say((" " * indent, "text"), (line, ink))
        if len(lines) > most:
            self.say((" " * indent + "…", ink))

    def pick(self, kind: str, id_: str, mark: Piece, text: str, ink: str = "text!") -> None:
        """A line the cursor stops at, with what does not fit under it."""
        room = max(self.width - len(mark[0]) - 1, 8)
        lines = wrapped(clean(text, 400), room) or [""]
        self.made.append(PickRow(kind, id_, (mark, (" ", "text"), (lines[0], ink))))
        for line in lines[1:4]:
            self.say((" " * (len(mark[0]) + 1), "text"), (line, ink))


def belief_rows(state: Workshop, words: Mapping[str, str], width: int) -> list[DecideRow]:
    """Who is there, whom we say we want, the hypotheses and how they turned out. `words` has the conditions
    in words, cleaned: under "stated" and by hypothesis."""
    rows = Rows(width)
    people = state.deliberation.functions
    shown = " · ".join(f"{function_words(name)} {many}" for name, many in people.items())
    rows.pick(
        "people", "", ("●", "accent!"), "In the room" if people else "In the room: alone, or not said yet"
    )
    if shown:
        rows.tell(shown, "text")
    rows.say()
    stated = state.beliefs.stated
    rows.pick("stated", "", ("●", "accent!"), "We say we want" if stated.words else "Whom we say we want: –")
    if stated.words:
        rows.tell(f"“{stated.words}”", "text")
        rows.tell(words.get("stated", "not turned into a condition yet"))
    rows.say()
    hypotheses = state.beliefs.hypotheses
    revealed = state.reveal is not None
    many = counted(len(hypotheses), "hypothesis", "hypotheses") if hypotheses else "no hypothesis yet"
    rows.say(
        (many[0].upper() + many[1:], "text!"), ("  revealed" if revealed else "  before the reveal", "muted")
    )
    if not hypotheses and not revealed:
        rows.say(("n", "accent!"), (" writes one down", "muted"))
    findings = {one.hypothesis: one for one in state.reveal.findings} if state.reveal is not None else {}
    for one in hypotheses:
        _hypothesis(rows, one, findings.get(one.id), words.get(one.id), revealed)
    if state.reveal is not None and state.reveal.stated:
        rows.say()
        rows.say(("Who we said we want", "text!"), ("  against everyone else", "muted"))
        for figure in state.reveal.stated:
            mark = f"{ASKED[figure.question]} {verdicts.verdict_text(figure.verdict)}"
            rows.tell(mark, VERDICT_INK[figure.verdict])
            rows.tell(figure.sentence, "muted", 4)
    return rows.made


def _hypothesis(
    rows: Rows, one: Hypothesis, finding: Finding | None, words: str | None, revealed: bool
) -> None:
    glyph, ink = FOUND[finding.verdict] if finding is not None else ("–" if revealed else "○", "muted")
    by = f" ({function_words(one.by)})" if one.by else ""
    rows.pick("hypothesis", one.id, (glyph, f"{ink}!"), f"{one.claim}{by}")
    if finding is not None:
        strength = f" · {finding.strength}" if finding.strength != finding.verdict else ""
        rows.say(("  ", "text"), (finding.verdict, f"{ink}!"), (strength, "muted"))
        rows.tell(_without_verdict(finding), "text")
    if words is None:
        rows.tell("not tested: no condition" if revealed else "no condition yet: e turns it into one", "warn")
    elif finding is None:
        metric = clean(one.metric.replace("_", " "), 60) or "every core metric"
        rows.tell(f"{words}: {one.direction} by {metric}")
    if one.looks and not revealed:
        rows.tell(f"typed after {counted(one.looks, 'look')}", "warn")


def _without_verdict(finding: Finding) -> str:
    """The sentence without the words it begins with, which stand above it already."""
    start, found, rest = finding.sentence.partition(": ")
    words = {finding.verdict, finding.strength, f"{finding.verdict} and {finding.strength}"}
    if not found or start.casefold() not in words:
        return finding.sentence
    return rest[:1].upper() + rest[1:]


def lot_rows(
    state: Workshop, log: Sequence[LogLine], now: dt.datetime, width: int, names: Mapping[str, str]
) -> list[DecideRow]:
    """The agenda with its clock, the parking lot, and the log with the newest on top. `names` are what
    candidates are called in it, by id, cleaned."""
    rows = Rows(width)
    if state.agenda is not None:
        _agenda(rows, state.agenda, now)
        rows.say()
    questions = state.deliberation.questions
    rows.say(("Parking lot", "text!"), ("" if questions else "  empty", "muted"))
    for one in sorted(questions, key=lambda question: bool(question.answer)):
        mark = ("✓", "good!") if one.answer else ("▫", "warn!")
        rows.pick("question", one.id, mark, one.question, "muted" if one.answer else "text")
        owner = clean(one.owner, 60) or "nobody yet"
        rows.tell(one.answer or f"{owner}{f' · by {day(one.by)}' if one.by else ''}", "muted")
    rows.say()
    rows.say(("Decision log", "text!"), ("" if log else "  nothing yet", "muted"))
    for line in list(reversed(log))[:_LOG]:
        at = line.at.astimezone(now.tzinfo)
        moment = f"{at.hour:02d}:{at.minute:02d} "
        said = " ".join(_named(word, names) for word in clean(line.words, 400).split(" "))
        texts = wrapped(said, max(rows.width - len(moment), 8))
        for place, text in enumerate(texts):
            ink = "faint" if line.is_time else "text"
            rows.say((moment if not place else " " * len(moment), "muted"), (text, ink))
    if len(log) > _LOG:
        rows.say((f"and {len(log) - _LOG:,} more: icp minutes has all", "muted"))
    return rows.made


def _named(word: str, names: Mapping[str, str]) -> str:
    bare = word.rstrip(":")
    return names[bare] + word[len(bare) :] if bare in names else word


def _agenda(rows: Rows, agenda: Agenda, now: dt.datetime) -> None:
    clock = reading_at(agenda, now)
    left = "" if clock is not None or agenda.ended else "  . begins"
    rows.say((clean(agenda.name, 40), "text!"), (f"  {'ended' if agenda.ended else ''}{left}", "muted"))
    for at, item in enumerate(agenda.items):
        here = clock is not None and clock.place == at
        given = item.minutes + agenda.extra[at]
        if here and clock is not None:
            ink = {"over": "bad", "soon": "warn", "": "accent"}[clock.warning]
            rows.pick("item", str(at), (f"{'▶' if clock.runs else '▷'} {given:>3}", f"{ink}!"), item.title)
            rows.say(("      ", "text"), (clock_words(clock.left, clock.runs), f"{ink}!"))
            if item.what:
                rows.tell(item.what, "muted", 6, most=3)
            continue
        spent = round(agenda.spent[at] / 60)
        done = agenda.spent[at] > 0
        glyph = "✓" if done else "–" if agenda.skipped[at] else "·"
        told = f", {spent} taken" if done else ", skipped" if agenda.skipped[at] else ""
        rows.pick(
            "item",
            str(at),
            (f"{glyph} {given:>3}", "muted"),
            f"{item.title}{told}",
            "muted" if done else "text",
        )


def clock_words(left: float, runs: bool) -> str:
    """What is left of an item: `12:30 left`, `1:05 over`; `stands` where the clock does not run."""
    seconds = round(abs(left))
    shown = f"{seconds // 60}:{seconds % 60:02d}"
    return f"{shown} {'left' if left > 0 else 'over'}{'' if runs else ' · stands'}"
