"""What the checks say, for a person and for programs."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from icp_workbench.render.figures import counted
from icp_workbench.render.text import printable
from icp_workbench.spec.checks.findings import Checked, Finding, NotRun
from icp_workbench.spec.checks.registry import CHECKS
from icp_workbench.spec.model import IdealCustomerProfile

_WIDTH = 96


def checks_text(spec: IdealCustomerProfile, checked: Checked) -> str:
    """The findings one after the other, then what was not looked at; every line safe for a terminal."""
    lines = [f"{spec.metadata.name} {spec.metadata.version}: {summary(checked)}"]
    for finding in checked.findings:
        lines += ["", *_finding(finding)]
    if checked.not_run:
        lines += ["", "Not looked at"]
        for one in checked.not_run:
            lines += _indented(f"{one.code} {one.name}: {_why(one)}.", "    ", first="  ")
    known = {check.code: check.name for check in CHECKS}
    if checked.idle:
        lines.append("")
    for code in checked.idle:
        what = (
            f"{code} {known[code]} was accepted, and does not fire"
            if code in known
            else f"{code} was accepted; there is no such check"
        )
        lines.append(f"{what}.")
    return "\n".join(printable(line) for line in lines)


def summary(checked: Checked) -> str:
    """`2 checks fire, 1 accepted; 14 are quiet`, in words."""
    fired = {one.code for one in checked.findings}
    open_ones = {one.code for one in checked.open}
    unseen = {one.code for one in checked.not_run} - fired
    said = [
        f"{counted(len(open_ones), 'check')} {'fires' if len(open_ones) == 1 else 'fire'}"
        if open_ones
        else "no check fires"
    ]
    if accepted := len(fired - open_ones):
        said.append(f"{accepted} accepted")
    if unseen:
        said.append(f"{len(unseen)} could not be run, or not on everything")
    return ", ".join(said)


def checks_payload(
    spec: IdealCustomerProfile, checked: Checked, today: str, with_book: bool
) -> dict[str, Any]:
    """The same with JSON's types. Keys are stable; new ones may come."""
    about = spec.metadata
    return {
        "spec": {"name": about.name, "version": about.version, "digest": about.digest},
        "today": today,
        "with_book": with_book,
        "findings": [
            {
                "code": one.code,
                "name": one.name,
                "accepted": one.accepted is not None,
                "note": one.accepted,
                "criteria": list(one.criteria),
                "sentence": one.sentence,
                "what_to_do": one.what_to_do,
                "figures": _plain(one.figures),
            }
            for one in checked.findings
        ],
        "not_run": [
            {"code": one.code, "name": one.name, "criteria": list(one.criteria), "why": one.why}
            for one in checked.not_run
        ],
        "accepted_without_finding": list(checked.idle),
        "open": sorted({one.code for one in checked.open}),
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """Figures as JSON holds them: what is not finite is none."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _finding(one: Finding) -> Iterator[str]:
    yield f"{one.code} {one.name}" + ("" if one.accepted is None else "  (accepted)")
    yield from _indented(one.sentence, "  ")
    if one.accepted is None:
        yield from _indented(one.what_to_do, "    ", first="  → ")
    else:
        yield from _indented(f"Accepted: {one.accepted}", "  ")


def _why(one: NotRun) -> str:
    named = ", ".join(f"`{name}`" for name in one.criteria)
    return f"{named}: {one.why}" if named else one.why


def _indented(text: str, indent: str, first: str | None = None) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent=indent if first is None else first,
        subsequent_indent=indent, break_on_hyphens=False,
    )  # fmt: skip
