"""Ten thousand mutated specs: one error or none for each, and what the dearest costs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.conftest import real_data_folder
from tests.spec.test_bad_input import MOST_MEGABYTES, MOST_SECONDS, read_apart, written

MANY = 10_000


def run() -> dict[str, Any]:
    """Seconds of the slowest file (processor time of reading it), peak memory of the process that read all.

    A traceback in that process, or more than a second or 100 MB, is an error.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = read_apart(written(Path(folder), MANY))
    hostile = real_data_folder() / "hostile" / "bad_specs"
    others = read_apart(sorted(hostile.iterdir())) if hostile.is_dir() else None
    figures = {
        "mutants": MANY,
        "refused": found["refused"],
        "slowest_s": found["slowest"],
        "peak_mb": found["megabytes"],
        "hostile_slowest_s": others and others["slowest"],
        "hostile_peak_mb": others and others["megabytes"],
    }
    for one in (found, others or found):
        if float(str(one["slowest"])) > MOST_SECONDS or float(str(one["megabytes"])) > MOST_MEGABYTES:
            raise RuntimeError(f"too dear: {figures}")
    return figures
