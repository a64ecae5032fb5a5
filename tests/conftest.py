"""Fixtures every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]


def real_data_folder() -> Path:
    """Where the public real data is: `ICP_REAL_DATA`, else `../shared/data` beside the repository."""
    chosen = os.environ.get("ICP_REAL_DATA")
    return Path(chosen) if chosen else ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """`real_data("maven_crm")` is that folder (or file) of the real data; the test is skipped without it."""

    def find(name: str) -> Path:
        path = real_data_folder() / name
        if not path.exists():
            pytest.skip(f"real data `{name}` is not here; set ICP_REAL_DATA to the folder that holds it")
        return path

    return find
