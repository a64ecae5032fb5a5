"""One table of a file that holds several: `book.xlsx::Sheet name`, `export.zip::deals.csv`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from icp_workbench.conditions.fields import fold, nearest
from icp_workbench.errors import WorkbenchError

MARK = "::"
_MOST_LISTED = 12


def split_chosen(path: Path | str) -> tuple[Path, str]:
    """The file, and what of it was chosen (empty: all).

    A file whose own name holds the mark is that file: the name is cut at the first mark before which a file
    stands, else at the first mark.
    """
    text = str(path)
    if MARK not in text or _is_there(Path(text)):
        return Path(path), ""
    at = text.find(MARK)
    while at >= 0:
        if at and _is_there(Path(text[:at])):
            return Path(text[:at]), text[at + len(MARK) :].strip()
        at = text.find(MARK, at + 1)
    file, _, chosen = text.partition(MARK)
    return Path(file), chosen.strip()


def choose(chosen: str, names: Sequence[str], file: str, what: str) -> str:
    """The one of `names` that `chosen` means: to the letter, else case-blind.

    `what` is a word for what the file holds ("sheet", "table"). Raises WorkbenchError naming what is there.
    """
    if chosen in names:
        return chosen
    alike = [name for name in names if fold(name) == fold(chosen)]
    if len(alike) == 1:
        return alike[0]
    near = nearest(chosen, names)
    listed = ", ".join(f"`{name}`" for name in names[:_MOST_LISTED]) or "none"
    if len(names) > _MOST_LISTED:
        listed += f" and {len(names) - _MOST_LISTED:,} more"
    meant = f" Did you mean `{near}`?" if near else ""
    raise WorkbenchError(
        f"No such {what}",
        f"`{file}` holds no {what} `{chosen}`.{meant}",
        f"Those it holds: {listed}.",
    )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
