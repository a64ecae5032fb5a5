"""What a simulation is, and how many of its runs came out as asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from statsmodels.stats.proportion import proportion_confint

Trial = Callable[[int], Mapping[str, bool]]
CHUNK = 10  # runs handed to a process at a time


@dataclass(frozen=True, slots=True)
class Simulation:
    """Seeded runs in one setting. `trial(seed)` answers yes or no to each of its questions; where a question
    has a promise, the share of yes must lie in it, both ends included."""

    name: str
    setting: str
    trial: Trial
    runs: int
    promises: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Found:
    """How often a question was answered yes, of how many runs in which it could be asked."""

    simulation: str
    setting: str
    question: str
    yes: int
    runs: int
    promise: tuple[float, float] | None

    @property
    def share(self) -> float:
        """Yes ÷ runs; 0 without runs."""
        return self.yes / self.runs if self.runs else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share lies if more books were drawn: Wilson's 95 % interval."""
        low, high = proportion_confint(self.yes, max(self.runs, 1), method="wilson")
        return float(low), float(high)

    @property
    def kept(self) -> bool | None:
        """Whether the share is within its promise; None without one."""
        return None if self.promise is None else self.promise[0] <= self.share <= self.promise[1]

    def to_json(self) -> dict[str, Any]:
        """As the benchmarks print it."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Found:
        """The reverse of `to_json`."""
        promise = found["promise"]
        return cls(**{**found, "promise": None if promise is None else (promise[0], promise[1])})


def run(
    simulation: Simulation, runs: int | None = None, pool: ProcessPoolExecutor | None = None
) -> list[Found]:
    """Seeds 0 to `runs` − 1 (default: as many as the simulation wants), a result for each question."""
    seeds = range(simulation.runs if runs is None else runs)
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    count = partial(_count, simulation.trial)
    yes, asked = Counter[str](), Counter[str]()
    for one, other in (pool.map if pool else map)(count, chunks):
        yes, asked = yes + one, asked + other
    return [
        Found(simulation.name, simulation.setting, question, yes[question], asked[question],
              simulation.promises.get(question))
        for question in asked
    ]  # fmt: skip


def _count(trial: Trial, seeds: range) -> tuple[Counter[str], Counter[str]]:
    yes, asked = Counter[str](), Counter[str]()
    for seed in seeds:
        answers = trial(seed)
        asked.update(answers.keys())
        yes.update(question for question, answer in answers.items() if answer)
    return yes, asked
