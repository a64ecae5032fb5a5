"""Is the spec, or the data it rests on, too old?"""

from __future__ import annotations

import datetime as dt

from icp_workbench.render.dates import day
from icp_workbench.render.figures import counted
from icp_workbench.spec.checks.findings import Answers, Found, NotLooked
from icp_workbench.spec.checks.subject import Subject

REVIEW_DAYS = 90


def stale(subject: Subject) -> Answers:
    """ICP006: the day of review has passed, or the data is older than the interval between two reviews.

    The review is due on `review_by`, else 90 days after the day it was saved; the interval is what lies
    between that day and the review (90 days where nothing does). What is due today is not late.
    """
    about, data = subject.spec.metadata, subject.spec.data
    saved = about.created.date()
    due = about.review_by or _after(saved, REVIEW_DAYS)
    interval = (due - saved).days if due > saved else REVIEW_DAYS
    if subject.today > due:
        late = (subject.today - due).days
        yield Found(
            f"The spec was to be reviewed by {day(due)}, {counted(late, 'day')} ago.",
            (),
            {"saved": saved.isoformat(), "review_by": due.isoformat(), "days_late": late},
        )
    as_of = data.as_of or (data.period.to if data.period is not None else None)
    if as_of is None:
        yield NotLooked("the file does not say what day the data is of")
        return
    age = (subject.today - as_of).days
    if age > interval:
        yield Found(
            f"The data is of {day(as_of)}, {counted(age, 'day')} old; the profile is reviewed every "
            f"{counted(interval, 'day')}.",
            (),
            {"as_of": as_of.isoformat(), "days_old": age, "most_days": interval},
        )


def _after(start: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(min(start.toordinal() + days, dt.date.max.toordinal()))
