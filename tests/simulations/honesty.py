"""Workshops on books without signal: is anything confirmed?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from icp_workbench.book.book import AccountBook, Observations
from icp_workbench.book.opening import open_book
from icp_workbench.conditions.condition import EVERYONE, AllOf, Condition, FieldTest, Not
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.looks import level_condition, looks_of, looks_of_facets
from icp_workbench.evidence.second_look import second_look
from icp_workbench.evidence.stated import strength_of_stated
from icp_workbench.evidence.strength import strength_of
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book
from tests.simulations.simulation import Simulation

MARKED = 4
ACCOUNTS = 250
PROMISED = (0.0, 0.05)
CONFIRMED = "something confirmed"
NAIVE = "confirmed by q on the board and a second look alone"

STATED: Mapping[str, Condition] = {
    "one": FieldTest("industry", "in", ("SaaS",)),
    "two": FieldTest("tools", "contains_any", ("dbt",)),
    "three": FieldTest("hiring", "is", True),
    "four": FieldTest("employees", "at_least", 60),
    "five": FieldTest("third", "in", ("yes",)),
    "six": AllOf((FieldTest("source", "in", ("inbound",)), Not(FieldTest("industry", "in", ("Public",))))),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a room has looked at: conditions with the smallest p-value each showed, and all its looks."""

    striking: tuple[tuple[float, Condition], ...] = ()
    looks: Mapping[str, float | None] | None = None

    def and_then(self, other: Seen) -> Seen:
        """Both, the most striking first."""
        together = sorted((*self.striking, *other.striking), key=lambda pair: pair[0])
        return Seen(tuple(together), {**(self.looks or {}), **(other.looks or {})})


def values_under(index: SegmentIndex, condition: Condition) -> Seen:
    """Every value of every attribute among the accounts of a condition, on every core metric."""
    seen, rows = Seen(), index.rows(condition)
    for metric in (metric for metric in index.book.metrics if metric.core):
        found = facets(index, rows, metric.name)
        pairs = [
            (value.p_value, AllOf((condition, level_condition(facet.field, value.value))))
            for facet in found.facets
            for value in facet.values
        ]
        tested = tuple((p_value, one) for p_value, one in pairs if p_value is not None)
        seen = seen.and_then(Seen(tested, looks_of_facets(found, condition)))
    return seen


def marked_in(index: SegmentIndex, seen: Seen) -> dict[str, bool]:
    """The most striking conditions go on a board and are marked, as ICP and as anti-ICP criteria, whichever
    way they came up."""
    chosen = list(dict.fromkeys(condition for _, condition in seen.striking))[:MARKED]
    rows = {f"{at}": index.rows(condition) for at, condition in enumerate(chosen)}
    core = [metric for metric in index.book.metrics if metric.core]
    board = compare(index, rows, [metric.name for metric in core])
    looks = {**(seen.looks or {}), **looks_of(board)}
    confirmed = any(
        strength_of(index, one, looks, anti=anti, board=board, resample=True).name == "confirmed"
        for one in rows.values()
        for anti in (False, True)
    )
    naive = any(
        board.cell(name, metric.name).verdict in ("better", "worse")
        and second_look(index, one, metric.name).holds(
            metric.margin, anti=board.cell(name, metric.name).verdict == "worse"
        )
        for name, one in rows.items()
        for metric in core
    )
    return {CONFIRMED: confirmed, NAIVE: naive}


def values_looked_at(seed: int) -> dict[str, bool]:
    """A room looks at every value of every attribute and marks the four most striking."""
    index = SegmentIndex(typical_book(seed, ACCOUNTS))
    return marked_in(index, values_under(index, EVERYONE))


def one_level_deeper(seed: int) -> dict[str, bool]:
    """The same, and then everything once more inside the most striking."""
    index = SegmentIndex(typical_book(seed, ACCOUNTS))
    seen = values_under(index, EVERYONE)
    return marked_in(index, seen.and_then(values_under(index, seen.striking[0][1])))


def six_stated(seed: int) -> dict[str, bool]:
    """Six hypotheses are typed before anything is shown; every second one claims to do worse."""
    index = SegmentIndex(typical_book(seed, ACCOUNTS))
    found = strength_of_stated(index, STATED, anti=tuple(STATED)[::2], resample=True)
    return {CONFIRMED: any(one.strength.name == "confirmed" for one in found.values())}


@dataclass(frozen=True, slots=True)
class OutcomesDealtAnew:
    """A trial: a public book, whose accounts and observations swap their attributes at random."""

    folder: Path

    def __call__(self, seed: int) -> dict[str, bool]:
        """As `values_looked_at`."""
        index = SegmentIndex(_dealt_anew(_opened(self.folder), np.random.default_rng(seed)))
        return marked_in(index, values_under(index, EVERYONE))


@lru_cache(maxsize=1)
def _opened(folder: Path) -> AccountBook:
    return open_book(folder)


def _dealt_anew(book: AccountBook, random: np.random.Generator) -> AccountBook:
    accounts = book.accounts.iloc[random.permutation(len(book.accounts))].set_index(book.accounts.index)
    observations = {grain: _swapped(one, random) for grain, one in book.observations.items()}
    return replace(book, accounts=accounts, observations=observations)


def _swapped(observations: Observations, random: np.random.Generator) -> Observations:
    own = observations.attributes
    return replace(observations, attributes=own.iloc[random.permutation(len(own))].set_index(own.index))


_NAME = "Books without signal"
_PROMISES = {CONFIRMED: PROMISED}
HONESTY = [
    Simulation(_NAME, "every value looked at, the most striking marked", values_looked_at, 2_000, _PROMISES),
    Simulation(_NAME, "and once more inside the most striking", one_level_deeper, 2_000, _PROMISES),
    Simulation(_NAME, "six hypotheses stated beforehand", six_stated, 2_000, _PROMISES),
]  # fmt: skip


def public_books(
    folder: Path, names: Iterable[str] = ("maven_crm", "ravenstack", "telco_ibm")
) -> list[Simulation]:
    """A simulation for each public book that is there."""
    return [
        Simulation(_NAME, f"{name}, outcomes dealt anew", OutcomesDealtAnew(folder / name), 1_000, _PROMISES)
        for name in names
        if (folder / name).is_dir()
    ]
