"""The book and the workshop on the desk: what the rooms ask of the core, and the newest answers.

No figure is computed here: every number comes from the floors below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import zip_longest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.metric import BOOTSTRAPPED, Metric
from icp_workbench.book.questions import Question, questions
from icp_workbench.conditions.checking import check
from icp_workbench.conditions.condition import EVERYONE, Condition
from icp_workbench.conditions.fields import Fields
from icp_workbench.conditions.wording import in_words, short_title
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import Comparison, compare
from icp_workbench.evidence.contrasts.exceptions import Exceptions, where_it_fails
from icp_workbench.evidence.contrasts.overlap import Overlap, overlaps
from icp_workbench.evidence.contrasts.pairing import Paired, compare_pair
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.lights import lights
from icp_workbench.evidence.looks import Looks, looks_of, looks_of_facets
from icp_workbench.evidence.pictures.pictures import Drawn, Pictures, drawn
from icp_workbench.evidence.scrutiny.cautions import cautions
from icp_workbench.evidence.scrutiny.scrutiny import scrutiny_of
from icp_workbench.evidence.strength import strength_of
from icp_workbench.segments.filter import Filter
from icp_workbench.segments.index import RowSet, SegmentIndex
from icp_workbench.segments.naming_accounts import AccountNames
from icp_workbench.spec.checks.findings import Checked
from icp_workbench.spec.coverage import Coverage, coverage
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.ideal import ideal_board
from icp_workbench.tui.answers import Answers, Ideal, Sliced, Source
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.account_rows import FoundAccounts, names_of
from icp_workbench.tui.widgets.board_lines import Heads
from icp_workbench.tui.widgets.criteria_rows import Weighed
from icp_workbench.workshop.checking import checks_of_workshop
from icp_workbench.workshop.events import SpecSaved
from icp_workbench.workshop.session import Session, replay
from icp_workbench.workshop.state import Decided, Segment, Workshop, decided

TITLE_WIDTH = 40


class Desk:
    """One book, its index and its workshop."""

    def __init__(
        self,
        index: SegmentIndex,
        session: Session,
        source: Source | None = None,
        saved: Decided | None = None,
        left: frozenset[Question] = frozenset(),
    ) -> None:
        self.index = index
        self.session = session
        self.source = source
        self.answers = Answers()
        self.saved = _decided_when_saved(session) if saved is None else saved
        self._weighed: dict[Condition, Comparison] = {}
        self._dealt: set[Condition] = set()  # criteria whose accounts were shuffled, if that was called for
        self._covered: tuple[tuple[Criterion, ...], Looks, tuple[Coverage, dict[str, Weighed]]] | None = None
        self._ideal: Ideal | None = None
        self._checked: tuple[tuple[object, ...], Checked | WorkbenchError | None] = (), None
        self._questions: tuple[Question, ...] | None = None
        self._seen: dict[str, float | None] = {}
        self._left = left  # questions that were looked at and left open
        self._drawn: dict[tuple[Condition, str], Drawn] = {}
        self.names = AccountNames(index.book)  # here, in the thread that opens: 0.4 s at a million

    def on_other_book(self, index: SegmentIndex, source: Source) -> Desk:
        """The same workshop on the book understood another way. A desk of its own: threads may still be
        counting on this one."""
        return Desk(index, self.session, source, self.saved, self._left)

    @property
    def state(self) -> Workshop:
        """The workshop now."""
        return self.session.state

    @property
    def book(self) -> AccountBook:
        """The accounts with everything known about them."""
        return self.index.book

    @property
    def fields(self) -> Fields:
        """What a condition may read."""
        return self.book.fields

    @property
    def headline(self) -> Metric | None:
        """The metric shown beside every value: the one chosen, else the first core one; None without."""
        metrics = self.book.metrics
        chosen = next((metric for metric in metrics if metric.name == self.state.headline), None)
        return (
            chosen or next((metric for metric in metrics if metric.core), None) or next(iter(metrics), None)
        )

    @property
    def asked(self) -> tuple[Question, ...]:
        """What a person should still be asked about the book."""
        if self._questions is None:
            self._questions = tuple(one for one in questions(self.book) if one not in self._left)
        return self._questions

    def leave_open(self, question: Question) -> None:
        """Ask no longer in this session: it was looked at."""
        self._left, self._questions = self._left | {question}, None

    @property
    def unsaved(self) -> bool:
        """True where what was decided or written is not what the newest version saved holds."""
        return decided(self.state) != self.saved

    def condition(self, segment: Segment) -> Condition:
        """What a segment selects. What this book cannot be asked (an attribute it no longer has, or has as
        another type) is left out of it."""
        return self._askable(segment.filter).condition(self.fields)

    def checked(self, chosen: Filter) -> Condition:
        """The condition of a filter that is about to be chosen; WorkbenchError if it cannot be evaluated."""
        condition = self._askable(chosen).condition(self.fields)
        self.index.grain_of(condition)
        return condition

    def _askable(self, chosen: Filter) -> Filter:
        if self._can_ask(chosen):
            return chosen
        kept = Filter()
        for name, choice in chosen.choices.items():
            more = replace(kept, choices={**kept.choices, name: choice})
            kept = more if self._can_ask(more) else kept
        with_expression = kept.with_expression(chosen.expression)
        return with_expression if self._can_ask(with_expression) else kept

    def _can_ask(self, chosen: Filter) -> bool:
        return set(chosen.choices) <= set(self.fields) and self._fits(chosen.condition(self.fields))

    def _fits(self, condition: Condition) -> bool:
        try:
            check(condition, self.fields, levels_must_exist=False)
        except WorkbenchError:
            return False
        return True

    def title(self, segment: Segment, width: int = TITLE_WIDTH) -> str:
        """What stands over a segment's column, cleaned."""
        if segment.name:
            return clean(segment.name, width)
        return clean(short_title(self.condition(segment), self.fields, width), width)

    def words(self, condition: Condition) -> str:
        """A condition in plain words, cleaned."""
        return clean(in_words(condition, self.fields), 400)

    def heads(self, comparison: Comparison) -> list[Heads]:
        """What stands over each column of a board that is still the board's."""
        on_board = {segment.id: segment for segment in self.state.segments}
        return [
            Heads(
                column.name,
                cache(partial(self.title, on_board[column.name])),  # asked by each picture that is tried
                column.accounts,
                column.unknown,
                lights(comparison, column.name) if column.condition != EVERYONE else {},
                column.name == self.state.current,
            )
            for column in comparison.segments[1:]
            if column.name in on_board
        ]

    def slice(self, state: Workshop) -> Sliced:
        """Counts and headline for every value under the current segment's filter.

        An attribute's own choice does not narrow its own values: one sees what else could be chosen.
        """
        segment = state.current_segment
        metric = self.headline.name if self.headline is not None else ""
        sliceable = [name for name, described in self.fields.items() if described.kept_out is None]
        own = [name for name in sliceable if name in segment.filter.choices]
        others = [name for name in sliceable if name not in own]
        everything = self.condition(segment)
        whole = facets(self.index, self.index.rows(everything), metric, others)
        parts = [(whole, everything)]
        for name in own:
            without = self.condition(replace(segment, filter=segment.filter.without(name)))
            parts.append((facets(self.index, self.index.rows(without), metric, [name]), without))
        by_name = {facet.field.name: facet for part, _ in parts for facet in part.facets}
        merged = replace(whole, facets=tuple(by_name[name] for name in sliceable if name in by_name))
        return Sliced(merged, tuple(parts))

    @property
    def resamples(self) -> bool:
        """Whether some metric of the book needs resampling for its interval."""
        return any(metric.estimator in BOOTSTRAPPED for metric in self.book.metrics)

    def compare(
        self, state: Workshop, *, resample: bool = True, cancelled: Callable[[], bool] = lambda: False
    ) -> Comparison:
        """All segments of the board on all metrics; without `resample` but for intervals that take longer."""
        return compare(self.index, self._rows(state), resample=resample, cancelled=cancelled)

    def overlaps(self, state: Workshop) -> tuple[Overlap, ...]:
        """What the segments of the board have in common, pair by pair."""
        return overlaps(self._rows(state))

    def _rows(self, state: Workshop) -> dict[str, RowSet]:
        return {segment.id: self.index.rows(self.condition(segment)) for segment in state.segments}

    def accounts_named(self, part: str, most: int = 8) -> FoundAccounts:
        """Accounts by a part of their name or id; none for fewer than two letters."""
        if len(part.strip()) < 2:
            return FoundAccounts()
        found, total = self.names.find(part, most)
        return FoundAccounts(names_of(self.book.account_names, found), total)

    def pair(self, segment: Segment, other: Segment, resample: bool, cancelled: Callable[[], bool]) -> Paired:
        """One segment of the board directly against another."""
        first, second = ((one.id, self.index.rows(self.condition(one))) for one in (segment, other))
        return compare_pair(self.index, first, second, resample=resample, cancelled=cancelled)

    def exceptions(
        self, segment: Segment, metric: str, cancelled: Callable[[], bool] = lambda: False
    ) -> Exceptions:
        """Where a segment of the board does not hold, by one metric; incomplete when cancelled."""
        rows = self.index.rows(self.condition(segment))
        return where_it_fails(self.index, rows, metric, cancelled=cancelled)

    def seen(self, looks: Mapping[str, float | None]) -> None:
        """Figures were shown that no board and no facet holds: they count as looks at the next rest."""
        self._seen |= looks

    def notes(self, comparison: Comparison) -> list[str]:
        """What else is to be known of the current segment, cleaned: cautions, and accounts shared with
        others."""
        name = self.state.current
        if name not in {column.name for column in comparison.segments}:
            return []
        said = [f"{one.name}: {one.sentence}" for one in cautions(comparison, name)]
        said += [
            f"{one.sentence}."
            for one in self.answers.overlaps
            if one.both and name in (one.first, one.second)
        ]
        return [clean(text, 600) for text in said]

    def pictures(self, comparison: Comparison, metric: str) -> Pictures:
        """The metric's pictures for every column of a board."""
        before, self._drawn = self._drawn, {}  # those of filters long left are not kept
        found: dict[str, Drawn] = {}
        for segment in comparison.segments:
            key = segment.condition, metric
            known = before.get(key)
            if known is None:
                known = drawn(self.index, self.index.rows(segment.condition), metric)
            found[segment.name] = self._drawn[key] = known
        return Pictures(metric, found)

    def cover(
        self, state: Workshop, cancelled: Callable[[], bool] = lambda: False, *, dealt: bool = True
    ) -> tuple[Coverage, dict[str, Weighed]]:
        """What the criteria select together, and each alone against its rest, its strength after all looks.

        Not `dealt`: a criterion whose accounts were not shuffled yet is judged without, which takes no time
        and may be a little too bold, never too shy.
        """
        criteria = state.criteria
        # Other data may lack what a criterion reads: that one cannot be counted.
        known = [criterion for criterion in criteria if self._fits(criterion.when)]
        # A filter changes nothing here: only another decision or another look does.
        asked = criteria, state.looks
        quick: dict[str, Weighed] = {}
        covered = None
        if self._covered is not None and self._covered[0] is asked[0] and self._covered[1] is asked[1]:
            covered, quick = self._covered[2]
            if not dealt or self._dealt.issuperset(one.when for one in known):
                return self._covered[2]
        weighed = {
            one.id: self._weigh(one, known, state.looks, dealt, cancelled, quick.get(one.id)) for one in known
        }
        found = coverage(self.index, known) if covered is None else covered, weighed
        if not cancelled():  # else it is incomplete: not to be shown, not to be kept
            self._covered = *asked, found
        return found

    def ideal(self, state: Workshop, cancelled: Callable[[], bool] = lambda: False) -> Ideal:
        """The profile against everyone and the rest, on every metric; incomplete when cancelled."""
        # Other data may lack what a criterion reads: the profile is that of the others.
        known = tuple(criterion for criterion in state.criteria if self._fits(criterion.when))
        if self._ideal is not None and self._ideal.criteria == known:
            return self._ideal
        found = Ideal(known, ideal_board(self.index, known, cancelled=cancelled))
        if not cancelled():
            self._ideal = found
        return found

    def check(
        self, state: Workshop, weighed: Mapping[str, Weighed], cancelled: Callable[[], bool] = lambda: False
    ) -> Checked | WorkbenchError | None:
        """What the checks say of the profile as it stands, whatever was accepted; None without a criterion
        that can be counted, and when cancelled. `weighed` are the criteria's figures."""
        known = tuple(criterion for criterion in state.criteria if criterion.id in weighed)
        if not known:
            return None
        asked = state.criteria, state.looks, state.writing, state.deliberation
        before, answer = self._checked
        if any(one is not other for one, other in zip_longest(asked, before)):
            found: Checked | WorkbenchError
            vetted = before[:1] == asked[:1] and isinstance(answer, Checked)
            try:
                found = checks_of_workshop(
                    self.session.folder,
                    replace(state, criteria=known, accepted=()),
                    self.index,
                    created=self.session.clock(),
                    boards={name: one.comparison for name, one in weighed.items()},
                    strengths={name: one.strength for name, one in weighed.items()},
                    vetted=vetted,
                    fixed={name: one.scrutiny.held_fixed for name, one in weighed.items() if one.scrutiny},
                    cancelled=cancelled,
                )
            except WorkbenchError as error:
                found = error
            if cancelled():
                return None
            self._checked = asked, found
            return found
        return answer

    def new_looks(self) -> dict[str, float | None]:
        """What is on screen and was not counted before: look key → p-value."""
        looks = dict(self._seen)
        if self.answers.comparison is not None:
            looks |= looks_of(self.answers.comparison)
        if self.answers.sliced is not None:
            for part, condition in self.answers.sliced.parts:
                looks |= looks_of_facets(part, condition)
        return {key: p_value for key, p_value in looks.items() if key not in self.state.looks}

    def weigh_alone(self, condition: Condition, *, anti: bool = False) -> Weighed:
        """A condition against its rest, with its strength after all looks and its own; it need not be a
        criterion. WorkbenchError for what this book cannot be asked."""
        rows = self.index.rows(condition)
        board = compare(self.index, {"A": rows})
        looks = {**self.state.looks, **looks_of(board)}
        strength = strength_of(self.index, rows, looks, anti=anti, board=board)
        return Weighed(board.segments[1].accounts, board, strength)

    def _weigh(
        self,
        criterion: Criterion,
        criteria: Sequence[Criterion],
        looks: Mapping[str, float | None],
        dealt: bool,
        cancelled: Callable[[], bool],
        quick: Weighed | None,
    ) -> Weighed:
        rows = self.index.rows(criterion.when)
        board = self._weighed.get(criterion.when)
        if board is None:
            board = compare(self.index, {"A": rows}, cancelled=cancelled)
            if not cancelled():
                self._weighed[criterion.when] = board
        # On the board the spec will carry, so that the strength shown is not another than the one saved.
        dealt = dealt or criterion.when in self._dealt
        strength = strength_of(
            self.index, rows, looks, anti=criterion.verdict == "anti_icp", board=board, resample=dealt,
            cancelled=cancelled,
        )  # fmt: skip
        if dealt and not cancelled():
            self._dealt.add(criterion.when)
        if (
            quick is not None and strength == quick.strength
        ):  # shuffling changed nothing: nor does what rests on it
            return quick
        others = {
            clean(short_title(other.when, self.fields, TITLE_WIDTH), TITLE_WIDTH): self.index.rows(other.when)
            for other in criteria
            if other.id != criterion.id
        }
        scrutiny = scrutiny_of(self.index, rows, others, strength, cancelled=cancelled)
        return Weighed(board.segments[1].accounts, board, strength, scrutiny)


def _decided_when_saved(session: Session) -> Decided:
    """What was decided when the newest version was saved; before the first, nothing."""
    events = session.journal.events
    last = max((at for at, event in enumerate(events) if isinstance(event, SpecSaved)), default=-1)
    return decided(replay(events[: last + 1]) if last >= 0 else Workshop())
