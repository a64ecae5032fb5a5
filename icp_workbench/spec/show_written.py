"""What people wrote in a spec, and the ideal against the average customer, as plain lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from icp_workbench.render.tables import plain_table
from icp_workbench.spec.decided import criteria_in
from icp_workbench.spec.ideal_table import HEADS, table_row
from icp_workbench.spec.model import IdealCustomerProfile
from icp_workbench.spec.plays import PLAYS, label_of, lines_of
from icp_workbench.spec.statement.drift import drift_of
from icp_workbench.spec.statement.slots import slots_of
from icp_workbench.spec.statement.versions import TITLES, VERSIONS, fields_in, versions_in
from icp_workbench.spec.units import metric_label, with_units

_WIDTH = 96


def statement_lines(profile: IdealCustomerProfile) -> Iterator[str]:
    """The three versions, the slots (open ones with their question), and how far a hand edit has drifted."""
    versions, criteria, fields = versions_in(profile), criteria_in(profile), fields_in(profile)
    for name in VERSIONS:
        by_hand = " (edited by hand)" if name == "paragraph" and versions.edited else ""
        yield f"{TITLES[name]}{by_hand}"
        yield from _wrapped(versions.text(name), hang="")
        yield ""
    if versions.edited:
        for sentence in drift_of(versions.paragraph, criteria, fields).sentences:
            yield from _wrapped(f"! {sentence}")
    for one in slots_of(criteria, fields, profile.statement.slots.model_dump()):
        said = f"said by {', '.join(one.criteria)}" if one.criteria else f"not said. {one.question.text}"
        yield from _wrapped(f"{one.question.label}: {one.text or said}")


def play_lines(profile: IdealCustomerProfile) -> Iterator[str]:
    """What each team does with it; nothing where nothing was written."""
    lines = lines_of(profile.plays)
    known = [play.name for play in PLAYS]
    for name in sorted(lines, key=lambda name: known.index(name) if name in known else len(known)):
        if len(lines[name]) == 1:
            yield from _wrapped(f"{label_of(name)}: {lines[name][0]}")
        else:
            yield f"  {label_of(name)}"
            for line in lines[name]:
                yield from _wrapped(f"– {line}", "    ")


def ideal_lines(profile: IdealCustomerProfile) -> Iterator[str]:
    """The profile's accounts against everyone and the rest; nothing of an older file."""
    figures = profile.data.ideal_customer
    if not figures:
        return
    yield "The ideal against the average customer"
    rows = [table_row(metric_label(name), one) for name, one in with_units(figures).items()]
    yield from (f"  {line}" for line in plain_table(HEADS, rows, right=(1, 2, 3, 4, 5)).splitlines())


def _wrapped(text: str, indent: str = "  ", hang: str = "  ") -> Iterator[str]:
    held = " ".join(text.split()).replace(" %", "\xa0%")  # a percent sign stays with its figure
    lines = textwrap.wrap(held, _WIDTH, initial_indent=indent, subsequent_indent=indent + hang)
    yield from (line.replace("\xa0%", " %") for line in lines)
