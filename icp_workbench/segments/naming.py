"""Segments as they are named on a command line: `A: industry IN ('SaaS')`."""

from __future__ import annotations

from collections.abc import Sequence

from icp_workbench.errors import WorkbenchError

MOST_SEGMENTS = 6
LETTERS = "ABCDEF"
RESERVED = "all"


def named_segments(texts: Sequence[str]) -> dict[str, str]:
    """Names and condition texts of up to six segments, in order; one without a name gets the next letter.

    Raises WorkbenchError for a seventh, a name twice, the reserved name `all`, or an empty condition.
    """
    if len(texts) > MOST_SEGMENTS:
        raise WorkbenchError(
            "Too many segments",
            f"{len(texts)} segments were asked for; at most {MOST_SEGMENTS} stand side by side.",
            "Leave some out, or compare them in two runs.",
        )
    split = [_split(text) for text in texts]
    taken = {name for name, _ in split if name}
    free = iter(letter for letter in LETTERS if letter not in taken)
    named: dict[str, str] = {}
    for name, condition in split:
        name = name or next(free)
        if name.casefold() == RESERVED:
            raise WorkbenchError(
                "Reserved name",
                f"A segment cannot be named `{name}`: that is the average customer, beside all of them.",
                "Give the segment another name.",
            )
        if name in named:
            raise WorkbenchError(
                "One name, two segments",
                f"Two segments are named `{name}`.",
                "Give each segment its own name.",
            )
        if not condition:
            raise WorkbenchError(
                "Empty segment",
                f"Segment `{name}` has no condition.",
                "Write one after the colon, such as: --segment \"A: industry IN ('SaaS')\".",
            )
        named[name] = condition
    return named


def _split(text: str) -> tuple[str, str]:
    """Name and condition; a colon inside quotes belongs to the condition."""
    head, colon, tail = text.partition(":")
    if not colon or "'" in head or '"' in head:
        return "", text.strip()
    return head.strip(), tail.strip()
