"""The criteria pane as rows: what the profile covers, each criterion with its figures, the versions saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from icp_workbench.evidence.comparison import Comparison
from icp_workbench.evidence.scrutiny.scrutiny import Scrutiny
from icp_workbench.evidence.strength import Strength
from icp_workbench.render import figures, verdicts
from icp_workbench.segments.market import MarketCount
from icp_workbench.spec.coverage import Coverage
from icp_workbench.spec.criterion import Criterion
from icp_workbench.tui.lines import Line, Piece, width_of, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import VERDICT_INK
from icp_workbench.tui.widgets.rows_view import TextRow

TITLES = {"icp": "ICP", "ok_if": "OK if", "anti_icp": "Anti-ICP"}
INKS = {"icp": "good", "ok_if": "warn", "anti_icp": "bad"}
_STRENGTH = {
    "confirmed": ("●●●", "good"),
    "suggestive": ("●●○", "text"),
    "assumption": ("●○○", "muted"),
    "contradicted": ("✕✕✕", "bad"),
}
MARKS = {"icp": "✓", "ok_if": "~", "anti_icp": "✕"}


@dataclass(frozen=True)
class Weighed:
    """A criterion alone against its rest: its accounts, figures and strength by now, and what else could
    explain it (None: not looked at)."""

    accounts: int
    comparison: Comparison
    strength: Strength
    scrutiny: Scrutiny | None = None


@dataclass(frozen=True)
class CriterionRow:
    """The first line of a criterion: the one the cursor stops at."""

    criterion: Criterion
    text: str

    @property
    def key(self) -> tuple[str, str]:
        return ("criterion", self.criterion.id)

    selectable = True

    def line(self, width: int, here: bool) -> Line:
        verdict = self.criterion.verdict
        return [(f"{MARKS[verdict]} ", f"{INKS[verdict]}!"), (self.text, "text!")]


def _doubts(scrutiny: Scrutiny | None) -> Iterator[str]:
    """What speaks against a criterion, in as few words as possible."""
    if scrutiny is None:
        return
    fixed = scrutiny.held_fixed
    if fixed is not None and fixed.standing in ("explained", "inseparable"):
        yield (
            f"explained by {fixed.by}" if fixed.standing == "explained" else f"cannot be told from {fixed.by}"
        )
    if not scrutiny.sensitivity.stands:
        yield "hangs on one account or threshold"


PaneRow = TextRow | CriterionRow


def criteria_rows(
    criteria: tuple[Criterion, ...],
    words: Mapping[str, str],
    coverage: Coverage | None,
    weighed: Mapping[str, Weighed],
    versions: tuple[str, ...],
    width: int,
    *,
    reasons: bool = False,
) -> list[PaneRow]:
    """The pane's rows in `width` cells. `words` and `weighed` are by criterion id; `versions` are file names,
    newest first, cleaned. `reasons` shows why each was decided."""
    made: list[PaneRow] = []
    numbers = iter(range(100_000))

    def say(*pieces: Piece) -> None:
        made.append(TextRow(("text", next(numbers)), pieces))

    for line in _coverage_lines(criteria, coverage, width):
        say(*line)
    for verdict, title in TITLES.items():
        of_kind = [criterion for criterion in criteria if criterion.verdict == verdict]
        if not of_kind and verdict == "ok_if":
            continue
        say()
        say((title, f"{INKS[verdict]}!"), *([] if of_kind else [("  none yet", "muted")]))
        if not of_kind and not criteria:
            key = "i" if verdict == "icp" else "a"
            say((f"{key}", "accent!"), (" marks what is sliced", "muted"))
        for criterion in of_kind:
            made += _criterion_rows(criterion, words[criterion.id], weighed.get(criterion.id), width, numbers)
            if reasons and criterion.reason:
                for text in wrapped(f"“{clean(criterion.reason, 400)}”", max(width - 2, 8)):
                    say(("  ", "text"), (text, "text"))
    if versions:
        say()
        say(("Saved", "text!"))
        for name in versions[:6]:
            say(("  " + name, "muted"))
    return made


def _coverage_lines(criteria: tuple[Criterion, ...], coverage: Coverage | None, width: int) -> Iterator[Line]:
    if coverage is None or not criteria:
        yield [("Profile", "text!"), ("  nothing decided yet" if width >= 28 else "  nothing yet", "muted")]
        return
    yield [("Profile ", "text!"), (f" {figures.count(coverage.accounts)} accounts", "text")]
    shares = [
        (coverage.share_of_accounts, "of all accounts"),
        (coverage.share_of_won_revenue, "of won revenue"),
    ]
    shares.append((coverage.share_of_churned, "of churned customers" if width >= 27 else "of churned"))
    for share, of_what in shares:
        if share is not None:
            yield [(f"{figures.percent_of(share, 1).rjust(5)} ", "text"), (of_what, "muted")]
    if coverage.market is not None and any(criterion.verdict == "icp" for criterion in criteria):
        yield from _market_lines(coverage.market, width)
    if any(criterion.verdict == "anti_icp" for criterion in criteria):
        yield [
            (f"{figures.count(coverage.anti_accounts).rjust(5)} ", "text"),
            ("accounts ruled out" if width >= 24 else "ruled out", "muted"),
        ]


def _market_lines(market: MarketCount, width: int) -> Iterator[Line]:
    found, total = figures.count(market.match), figures.count(market.of)
    said = f" of {total} in the market"
    yield [
        (f"{found.rjust(5)} ", "text"),
        (said[1:] if len(said) + 6 <= width else f"of {total} prospects", "muted"),
    ]
    if market.unknown:
        unknown = figures.count(market.unknown).rjust(5)
        yield [(f"{unknown} ", "text"), ("of them unknown" if width < 30 else "prospects unknown", "muted")]


def _criterion_rows(
    criterion: Criterion, words: str, weighed: Weighed | None, width: int, numbers: Iterator[int]
) -> Iterator[PaneRow]:
    text = wrapped(words, max(width - 2, 8)) or [""]
    yield CriterionRow(criterion, text[0])
    for more in text[1:3]:
        yield TextRow(("text", next(numbers)), (("  ", "text"), (more, "text!")))
    if len(text) > 3:
        yield TextRow(("text", next(numbers)), (("  …", "muted"),))
    facts: list[str] = (
        [] if criterion.disqualify and criterion.signal == "disqualification" else [criterion.signal]
    )
    if criterion.required:
        facts.append("required")
    if criterion.disqualify:
        facts.append("disqualifies")
    if criterion.points is not None:
        facts.append(f"{criterion.points} points")
    yield TextRow(("text", next(numbers)), (("  " + " · ".join(facts), "muted"),))
    if weighed is None:
        return
    board, strength = weighed.comparison, weighed.strength.name
    dots, ink = _STRENGTH[strength]
    believed: list[Piece] = [(f"  {dots} ", ink), (strength, ink)]
    accounts = f" · {figures.count(weighed.accounts)} accounts"
    if width_of(believed) + len(accounts) <= width:
        believed.append((accounts, "muted"))
    yield TextRow(("text", next(numbers)), tuple(believed))
    for doubt in _doubts(weighed.scrutiny):
        for said in wrapped(clean(doubt, 200), max(width - 4, 8)):
            yield TextRow(("text", next(numbers)), (("  ! ", "warn!"), (said, "warn")))
    for metric in board.metrics:
        cell = board.cell(board.segments[1].name, metric.name)
        if not metric.core or cell.difference is None:
            continue
        change = figures.difference(cell.difference, metric.unit)
        ink = VERDICT_INK[cell.verdict]
        fact = f"{metric.label.lower()} {change}"
        pieces: list[Piece] = [
            (f"  {verdicts.glyph(cell.verdict)} ", ink),
            (fact, "text" if cell.verdict in ("better", "worse") else "muted"),
        ]
        word = verdicts.word(cell.verdict)
        if len(fact) + len(word) + 6 <= width:
            pieces.append((f"  {word}", ink))
        yield TextRow(("text", next(numbers)), tuple(pieces))
