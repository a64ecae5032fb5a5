"""Where the sample book is: the exports of a fictional company, in a checkout and in the installed wheel.

Standard library only, and it reads nothing: `icp --help` may ask for it.
"""

from __future__ import annotations

from pathlib import Path

_EXPORTS = (
    "hubspot_companies.csv",
    "salesforce_opportunities.csv",
    "subscriptions.csv",
    "hubspot_tickets.csv",
)


def sample_folder() -> Path:
    """The folder that holds the sample exports.

    The wheel carries a copy inside the package; in a checkout (an editable install too) it is the
    top-level `sample_data`.
    """
    package = Path(__file__).resolve().parent
    inside = package / "sample_data"
    return inside if inside.is_dir() else package.parent / "sample_data"


def sample_paths() -> tuple[Path, ...]:
    """The sample's export files, accounts first. Raises FileNotFoundError naming the first one missing."""
    paths = tuple(sample_folder() / name for name in _EXPORTS)
    for path in paths:
        if not path.is_file():
            raise FileNotFoundError(path)
    return paths
