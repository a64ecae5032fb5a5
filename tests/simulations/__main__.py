"""Run the simulations and print their results as JSON, or write such results into the documentation."""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from tests.conftest import real_data_folder
from tests.simulations.coverage import COVERAGE
from tests.simulations.honesty import HONESTY, public_books
from tests.simulations.power import POWER
from tests.simulations.simulation import Found, run
from tests.simulations.table import DOCUMENT, table_of, written_into

QUICK = 20  # a quick run takes one run of so many


def simulate(quick: bool = False) -> list[dict[str, Any]]:
    """All simulations, on every core; each is told on standard error when it is done."""
    results: list[dict[str, Any]] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for simulation in [*COVERAGE, *HONESTY, *public_books(real_data_folder()), *POWER]:
            started = time.perf_counter()
            found = run(simulation, simulation.runs // QUICK if quick else None, pool)
            results += [one.to_json() for one in found]
            told = ", ".join(f"{one.question} {one.share:.3f}" for one in found)
            took = time.perf_counter() - started
            print(
                f"{simulation.name}, {simulation.setting} ({took:.0f} s): {told}", file=sys.stderr, flush=True
            )
    return results


def main(arguments: list[str]) -> int:
    """0; 2 for arguments that are not known."""
    match arguments:
        case [] | ["--quick"]:
            print(json.dumps(simulate(quick=bool(arguments)), indent=1, ensure_ascii=False))
        case ["--write", file]:
            found = [Found.from_json(one) for one in json.loads(Path(file).read_text(encoding="utf-8"))]
            document = DOCUMENT.read_text(encoding="utf-8")
            DOCUMENT.write_text(written_into(document, table_of(found)), encoding="utf-8")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
