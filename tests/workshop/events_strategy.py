"""Any event, for hypothesis."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

from hypothesis import strategies as st

from icp_workbench.segments.filter import Choice, Filter
from icp_workbench.spec.criterion import SIGNALS, VERDICTS, Criterion
from icp_workbench.spec.plays import PLAYS
from icp_workbench.spec.statement.slots import SLOTS
from icp_workbench.workshop.events import (
    CheckAccepted,
    CheckReopened,
    CriterionMarked,
    CriterionUnmarked,
    FilterChanged,
    HeadlineChosen,
    LooksTaken,
    Redone,
    SegmentAdded,
    SegmentRemoved,
    SegmentRenamed,
    SegmentSelected,
    SessionStarted,
    SpecSaved,
    Undone,
)
from icp_workbench.workshop.writing.events import PeopleCounted, PlayWritten, SlotFilled, StatementEdited
from icp_workbench.workshop.writing.state import KNOWN_BY_PEOPLE
from tests.spec.examples import conditions

texts = st.text(max_size=8)  # lone surrogates too: a journal is ASCII
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))
levels = st.lists(st.none() | st.booleans() | texts, max_size=3).map(tuple)
bounds = st.none() | st.floats(-1e9, 1e9) | st.integers(-9, 9) | st.dates()
choices = st.builds(Choice, included=levels, excluded=levels, low=bounds, high=bounds)
filters = st.builds(
    Filter, st.dictionaries(texts, choices, max_size=3).map(MappingProxyType), st.none() | conditions
)
criteria = st.builds(
    Criterion,
    id=st.sampled_from(["one", "two", "three"]),
    verdict=st.sampled_from(VERDICTS),
    when=conditions,
    signal=st.sampled_from(SIGNALS),
    decided_at=moments,
    reason=texts,
    points=st.none() | st.integers(0, 100),
    missing=st.sampled_from(["unknown", "match", "no_match"]),
    required=st.booleans(),
    disqualify=st.booleans(),
)
letters = st.sampled_from("ABCDEF")
writings = st.one_of(
    st.builds(StatementEdited, st.none() | texts),
    st.builds(SlotFilled, st.sampled_from([*SLOTS, "none"]), texts),
    st.builds(
        PlayWritten, st.sampled_from([*(play.name for play in PLAYS), "none"]), st.lists(texts).map(tuple)
    ),
    st.builds(
        PeopleCounted,
        st.sampled_from(["one", "two", "three"]),
        st.dictionaries(st.sampled_from([*KNOWN_BY_PEOPLE, "rumours"]), st.integers(-1, 40)),
    ),
)
changes = st.one_of(
    writings,
    st.builds(FilterChanged, letters, filters),
    st.builds(SegmentAdded, letters, st.none() | texts, filters),
    st.builds(SegmentRenamed, letters, st.none() | texts),
    st.builds(SegmentRemoved, letters),
    st.builds(SegmentSelected, letters),
    st.builds(HeadlineChosen, texts),
    st.builds(CriterionMarked, criteria),
    st.builds(CriterionUnmarked, st.sampled_from(["one", "two", "three"])),
    st.builds(CheckAccepted, st.sampled_from(["ICP001", "ICP007"]), texts),
    st.builds(CheckReopened, st.sampled_from(["ICP001", "ICP007"])),
)
events = st.one_of(
    changes,
    st.builds(SessionStarted, moments, texts, texts, texts),
    st.builds(LooksTaken, st.dictionaries(texts, st.none() | st.floats(0, 1), max_size=3)),
    st.builds(SpecSaved, moments, texts, texts, texts),
    st.just(Undone()),
    st.just(Redone()),
)
