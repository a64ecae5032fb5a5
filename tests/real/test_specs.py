"""On the real books: the spec file and the raw export select what the workshop selected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book, read_files
from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.conditions.fields import Field
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.applying import Export
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.coverage import profile_accounts
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.files import read_spec, write_spec
from icp_workbench.spec.privacy import refuse_names
from icp_workbench.spec.selection import select

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def question(field: Field) -> Condition | None:
    """Something to ask of an attribute that about half of the accounts answer with yes."""
    match field.type:
        case "category" if field.levels:
            return FieldTest(field.name, "in", field.levels[:2])
        case "set" if field.levels:
            return FieldTest(field.name, "contains_any", field.levels[:2])
        case "number" if isinstance(field.low, float) and isinstance(field.high, float):
            return FieldTest(field.name, "at_least", (field.low + field.high) / 2)
        case "date" if isinstance(field.low, dt.date) and isinstance(field.high, dt.date):
            return FieldTest(field.name, "at_least", field.low + (field.high - field.low) / 2)
        case "boolean":
            return FieldTest(field.name, "is", True)
    return None


def criteria_on(book: AccountBook) -> Iterator[Criterion]:
    """A criterion on every attribute that a spec may name."""
    for field in book.fields.values():
        when = question(field)
        if when is not None:
            name = field.name.replace("_", "-")
            criterion = Criterion(name, "icp", when, "fit", NOW, points=10)
            try:
                refuse_names([criterion], book)
            except WorkbenchError:
                continue
            yield criterion


@pytest.mark.parametrize(("name", "fewest"), [("maven_crm", 8), ("telco_ibm", 15), ("ravenstack", 10)])
def test_the_file_and_the_export_are_enough(
    name: str, fewest: int, real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = real_data(name)
    book = open_book(folder, book_file=False)
    index = SegmentIndex(book)
    criteria = list(criteria_on(book))
    assert len(criteria) >= fewest
    profile = build_profile(
        book=book, index=index, criteria=criteria, looks={}, name="alone", version="1.0.0", parent=None,
        created=NOW,
    )  # fmt: skip
    path = tmp_path / "alone-1.0.0.icp.yaml"
    write_spec(profile, path)

    spec = read_spec(path)
    found = Export(read_files(folder)).as_described(spec)
    assert found.notes == () and found.index.book.account_ids == book.account_ids
    for there, here in zip(criteria, found.criteria, strict=True):
        wanted, rows = index.rows(there.when), found.index.rows(here.when)
        assert np.array_equal(wanted.accounts, rows.accounts), there.id
        assert np.array_equal(wanted.unknown, rows.unknown), there.id
    assert np.array_equal(select(spec, found).profile, profile_accounts(index, criteria))
