"""Versions of a session beside each other: what they tell together, and how they find their parents."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.conditions.fields import Fields
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.digest import verify_digest, with_digest
from icp_workbench.spec.files import write_spec
from icp_workbench.spec.model import IdealCustomerProfile, content_of
from icp_workbench.workshop.events import CriterionMarked, CriterionUnmarked
from tests.workshop.test_session import NOW, marked, opened


def test_two_versions_tell_of_no_small_group_together(tmp_path: Path) -> None:
    large: Condition = FieldTest("employees", "at_least", 310)
    few: Condition = FieldTest("employees", "at_least", 600)  # one of each industry
    with opened(tmp_path) as session:
        marked(session, required=True)
        session.record(CriterionMarked(Criterion("large", "icp", large, "fit", NOW, required=True)))
        first = session.save().profile
        assert first.data.coverage is not None and first.data.coverage.accounts == 30
        out = Criterion("few", "anti_icp", few, "disqualification", NOW, disqualify=True)
        session.record(CriterionMarked(out))
        second = session.save().profile
        with pytest.raises(WorkbenchError, match="Nothing changed"):
            session.save()
        narrower = replace(out, when=FieldTest("employees", "at_least", 590))
        session.record(CriterionMarked(narrower))
        third = session.save().profile
    for later in (second, third):  # the third is told of by the first, though not by the second
        told = [one for one in later.data.ideal_customer.values() if one.accounts or one.estimate]
        assert later.data.ideal_customer and not told
    covered = second.data.coverage  # 29: one account of the 30 is turned away
    assert covered is not None and covered.accounts == "withheld" and covered.share_of_accounts is None
    assert verify_digest(second)


def test_a_version_is_saved_though_the_book_lost_what_an_earlier_one_read(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session)
        large: Condition = FieldTest("employees", "at_least", 310)
        session.record(CriterionMarked(Criterion("large", "icp", large, "fit", NOW)))
        session.save()
        session.record(CriterionUnmarked("large"))
        book = session.book
        left = Fields(tuple(one for one in book.fields.values() if one.name != "employees"))
        accounts = book.accounts.drop(columns="employees")
        session.rebase(SegmentIndex(replace(book, fields=left, accounts=accounts)))
        assert session.save().version == "2.0.0"


def test_a_version_rewritten_in_a_newer_shape_is_still_the_version_that_was_saved(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session)
        saved = session.save()
    old = {"from": "1.1", "digest": saved.profile.metadata.digest}
    content = content_of(saved.profile)
    content["metadata"]["migrated"] = [old]
    saved.path.unlink()
    write_spec(with_digest(IdealCustomerProfile.model_validate(content)), saved.path)
    with opened(tmp_path) as session:
        assert session.notes == () and session.state.version == "1.0.0"
        marked(session, reason="more")
        again = session.save().profile
    assert again.metadata.version == "1.0.1"
    assert again.metadata.parent is not None and again.metadata.parent.digest == old["digest"]
    assert json.loads((tmp_path / "it" / "icp.schema.json").read_text("utf-8"))["title"]
