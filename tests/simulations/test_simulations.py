"""A few runs of every simulation, seeded; how well the promises are kept is measured on thousands
(`python -m tests.simulations`; docs/statistics.md has the table)."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from scipy.stats import binom

from tests.simulations.coverage import COVERAGE
from tests.simulations.honesty import HONESTY, NAIVE
from tests.simulations.power import POWER
from tests.simulations.simulation import Found, Simulation, run
from tests.simulations.table import BEGIN, DOCUMENT, END, table_of, written_into

RUNS = 60
SURPRISING = 1e-3  # so many runs as bad or worse, if the promise were just kept, are no chance


def is_plausible(found: Found) -> bool:
    """Whether the runs could be those of a promise that is kept."""
    assert found.promise is not None
    least, most = found.promise
    too_few = binom.cdf(found.yes, found.runs, least) if least > 0 else 1.0
    too_many = binom.sf(found.yes - 1, found.runs, most) if most < 1 else 1.0
    return bool(too_few > SURPRISING and too_many > SURPRISING)


@pytest.mark.parametrize(
    "simulation", [*COVERAGE, *HONESTY, *POWER], ids=lambda one: f"{one.name}: {one.setting}"
)
def test_the_promise_is_plausible(simulation: Simulation) -> None:
    found = run(simulation, RUNS)
    assert found and all(one.runs == RUNS for one in found)
    asked = [one for one in found if one.promise is not None]
    assert asked or simulation.promises == {}
    assert [one for one in asked if not is_plausible(one)] == []


def test_a_rule_that_is_too_bold_is_caught() -> None:
    """The rule that statistics.md warns of confirms something far more often than one book in twenty."""
    found = {one.question: one for one in run(HONESTY[1], RUNS)}[NAIVE]
    bold = Found(found.simulation, found.setting, NAIVE, found.yes, found.runs, (0.0, 0.05))
    assert not is_plausible(bold)


def _every_third(seed: int) -> Mapping[str, bool]:
    return {"third": seed % 3 == 0} | ({"even": seed == 0} if seed % 2 == 0 else {})


def test_runs_are_counted_where_a_question_could_be_asked() -> None:
    simulation = Simulation("a name", "a setting", _every_third, 12, {"third": (0.3, 0.4)})
    third, even = run(simulation)
    assert (third.yes, third.runs, third.share, third.kept) == (4, 12, pytest.approx(1 / 3), True)
    assert (even.yes, even.runs, even.kept) == (1, 6, None)
    assert third.interval == pytest.approx((0.1381, 0.6094), abs=1e-4)  # Wilson, by hand
    assert Found.from_json(json.loads(json.dumps(third.to_json()))) == third


def test_the_table_says_which_promise_was_not_kept() -> None:
    kept = Found("name", "setting", "share", 1_900, 2_000, (0.93, 0.97))
    broken = Found("name", "setting", "median", 1_800, 2_000, (0.93, 0.97))
    rows = table_of([kept, broken]).splitlines()[-2:]
    assert rows == [
        "| setting | share | 95.0% | 94.0%–95.9% | 93%–97% | 2,000 |",
        "| setting | median | 90.0% | 88.6%–91.2% | 93%–97%: **not kept** | 2,000 |",
    ]


def test_the_table_has_its_place_in_the_documentation() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert written_into(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\n\nnew\n\n{END}\nb"
    assert "Books without signal" in document.partition(BEGIN)[2].partition(END)[0]
    with pytest.raises(ValueError, match="has no"):
        written_into("a document without marks", "new")
