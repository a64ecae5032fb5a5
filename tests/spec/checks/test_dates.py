"""ICP006: the spec and its data grow old."""

from __future__ import annotations

import datetime as dt

from icp_workbench.spec.checks.running import checks_of
from icp_workbench.spec.model import Data, IdealCustomerProfile, Metadata, Period
from tests.spec.checks.subjects import spec

SAVED = dt.date(2026, 11, 22)


def dated(as_of: dt.date | None = SAVED, review_by: dt.date | None = None) -> IdealCustomerProfile:
    moment = dt.datetime(2026, 11, 22, 10, 42, tzinfo=dt.UTC)
    about = Metadata(name="a", version="1.0.0", created=moment, mode="solo", review_by=review_by)
    return spec(metadata=about, data=Data(book="b", as_of=as_of))


def stale(profile: IdealCustomerProfile, days: int) -> list[str]:
    found = checks_of(profile, None, SAVED + dt.timedelta(days=days)).findings
    return [one.sentence for one in found if one.code == "ICP006"]


def test_ninety_days_are_not_yet_too_many() -> None:
    assert stale(dated(), 90) == []
    spec_late, data_late = stale(dated(), 91)
    assert spec_late == "The spec was to be reviewed by 2027-02-20, 1 day ago."
    assert data_late == "The data is of 2026-11-22, 91 days old; the profile is reviewed every 90 days."


def test_the_review_date_decides_where_it_is_set() -> None:
    soon = dated(review_by=SAVED + dt.timedelta(days=30))
    assert stale(soon, 30) == []
    assert len(stale(soon, 31)) == 2
    late = dated(review_by=SAVED + dt.timedelta(days=180))
    assert stale(late, 180) == []


def test_a_review_on_the_day_it_was_saved_says_nothing_of_the_data() -> None:
    at_once = dated(review_by=SAVED, as_of=SAVED - dt.timedelta(days=90))
    assert stale(at_once, 0) == []
    (of_data,) = [one for one in stale(at_once, 1) if "data" in one]
    assert of_data.endswith("91 days old; the profile is reviewed every 90 days.")


def test_old_data_makes_a_new_spec_stale() -> None:
    old = dated(as_of=SAVED - dt.timedelta(days=85))
    assert stale(old, 5) == []
    assert len(stale(old, 6)) == 1


def test_the_last_outcome_stands_for_the_day_of_the_data() -> None:
    period = Period(from_=dt.date(2024, 1, 1), to=SAVED - dt.timedelta(days=90))
    without = dated(as_of=None).model_copy(update={"data": Data(book="b", period=period)})
    assert stale(without, 0) == [] and len(stale(without, 1)) == 1


def test_data_without_a_day_is_said_not_guessed() -> None:
    found = checks_of(dated(as_of=None), None, SAVED)
    assert [one.code for one in found.not_run if one.code == "ICP006"] == ["ICP006"]


def test_the_last_day_there_is_does_not_break_it() -> None:
    end = Metadata(name="a", version="1.0.0", created=dt.datetime.max.replace(tzinfo=dt.UTC), mode="solo")
    assert "ICP006" not in {one.code for one in checks_of(spec(metadata=end), None, SAVED).findings}
