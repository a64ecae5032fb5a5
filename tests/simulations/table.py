"""The results as a table, and the place in the documentation where it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.simulations.simulation import Found

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "statistics.md"
BEGIN, END = "<!-- simulations: begin -->", "<!-- simulations: end -->"


def table_of(results: Sequence[Found]) -> str:
    """Markdown, a section for each simulation and a row for each question."""
    sections: list[str] = []
    for name in dict.fromkeys(found.simulation for found in results):
        lines = [
            f"**{name}**",
            "",
            "| setting | | share of runs | where it may lie | promised | runs |",
            "|---|---|---:|---:|---:|---:|",
        ]
        lines += [_row(found) for found in results if found.simulation == name]
        sections.append("\n".join(lines))
    return "\n\n".join(sections)


def _row(found: Found) -> str:
    low, high = found.interval
    promised = ""
    if found.promise is not None:
        least, most = found.promise
        said = f"≤ {most:.0%}" if least == 0 else f"≥ {least:.0%}" if most == 1 else f"{least:.0%}–{most:.0%}"
        promised = said if found.kept else f"{said}: **not kept**"
    return (
        f"| {found.setting} | {found.question} | {found.share:.1%} | {low:.1%}–{high:.1%} | {promised} "
        f"| {found.runs:,} |"
    )


def written_into(document: str, table: str) -> str:
    """The document with the table between its marks; ValueError where it has none."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"
