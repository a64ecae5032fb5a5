"""Coverage, false confirmations and power on simulated books, in full (about 20 minutes on one core)."""

from __future__ import annotations

from typing import Any

from tests.simulations.__main__ import simulate


def run() -> list[dict[str, Any]]:
    """A result for each question of each simulation: yes, runs and promise."""
    return simulate()
