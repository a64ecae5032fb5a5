"""Where a segment fails, as text and as data for programs."""

from __future__ import annotations

from typing import Any

from icp_workbench.conditions.condition import Condition
from icp_workbench.conditions.expression import to_text
from icp_workbench.conditions.fields import Fields
from icp_workbench.evidence.contrasts.exceptions import SIDES, Exceptions, Side, SubGroup
from icp_workbench.evidence.contrasts.writing import markdown_list
from icp_workbench.render.figures import count, figure, probability, unit_words, with_limits
from icp_workbench.render.tables import (
    Value,
    csv_table,
    markdown_table,
    markdown_text,
    plain_table,
    printable,
)


def exceptions_text(
    name: str, condition: Condition, found: Exceptions, fields: Fields, *, markdown: bool = False
) -> str:
    """What was compared and found, and a table for either side, for reading or for a document."""
    title = f"Where {name} fails, by {found.metric.label.lower()}"
    said = [
        line for line in (f"{name}: {to_text(condition, fields)}", found.standing, found.sentence) if line
    ]
    if markdown:
        parts = [f"## {markdown_text(title)}\n\n{markdown_list(said)}"]
    else:
        parts = ["\n".join(map(printable, (title, *said)))]
    for side in SIDES if found.looked_at else ():
        parts.append(_side_text(found, side, markdown))
    return "\n\n".join(parts) + "\n"


def exceptions_payload(name: str, condition: Condition, found: Exceptions, fields: Fields) -> dict[str, Any]:
    """`segment`, `condition`, `metric`, `unit`, `average`, how the segment stands itself, how much was
    compared, and `groups`: each as a row of the CSV has it."""
    return {
        "segment": name,
        "condition": to_text(condition, fields),
        "metric": found.metric.name,
        "unit": found.metric.unit,
        "average": found.average.value,
        "estimate": found.itself.inside.value,
        "rest": found.itself.outside.value,
        "verdict": found.verdict,
        "compared": dict(found.compared),
        "hidden": dict(found.hidden),
        "groups": [group_payload(group, fields) for group in found.groups],
    }


def exceptions_csv(name: str, found: Exceptions, fields: Fields) -> str:
    """A line per sub-group, with the names of the JSON; those alike are joined by semicolons."""
    headers = ["segment", "metric", *_GROUP]
    rows: list[list[Value]] = []
    for group in found.groups:
        payload = group_payload(group, fields)
        payload["alike"] = "; ".join(group.alike)
        rows.append([name, found.metric.name, *(payload[column] for column in _GROUP)])
    return csv_table(headers, rows)


def group_payload(group: SubGroup, fields: Fields) -> dict[str, Any]:
    """One sub-group: what it is, its figure, and that of the others on its side. `size` counts its accounts,
    `accounts` those with an outcome."""
    own, others = group.own, group.others
    figures = (
        group.side, to_text(group.condition, fields), group.words, group.accounts,
        own.value, own.low, own.high, own.n, own.accounts,
        others.value, others.low, others.high, others.n, others.accounts,
        group.difference, group.p_value, group.q_value, group.verdict, group.beyond_average,
        list(group.alike),
    )  # fmt: skip
    return dict(zip(_GROUP, figures, strict=True))


_GROUP = (
    "side", "condition", "words", "size", "estimate", "low", "high", "n", "accounts", "others", "others_low",
    "others_high", "others_n", "others_accounts", "difference", "p_value", "q_value", "verdict",
    "beyond_average", "alike",
)  # fmt: skip


def _side_text(found: Exceptions, side: Side, markdown: bool) -> str:
    groups = found.inside if side == "inside" else found.outside
    title = f"**{found.title(side)}**" if markdown else found.title(side)
    if not groups:
        nothing = found.nothing(side)
        return f"{title}: {nothing}" if markdown else f"{title}\n  {nothing}"
    unit = unit_words(found.metric.unit)
    label = f"{found.metric.label.lower()} ({unit})" if unit else found.metric.label.lower()
    average = f"than the average customer ({figure(found.average.value, found.metric.unit)})"
    headers = ["sub-group", "accounts", label, f"others {side}", "q", average]
    rows, alike = [], []
    for group in groups:
        own, others = (
            with_limits(one.value, one.low, one.high, found.metric.unit) for one in (group.own, group.others)
        )
        rows.append(
            [group.words, count(group.own.accounts), own, others, probability(group.q_value),
             "better" if group.beyond_average == (group.verdict == "better") else "no better"]
        )  # fmt: skip
        if group.alike:
            alike.append(f"Nearly the same accounts as {group.words}: {'; '.join(group.alike)}.")
    if found.hidden[side]:
        alike.append(f"{count(found.hidden[side])} more, less clear, are not listed.")
    if markdown:
        table = markdown_table(headers, rows, right=(1,))
        return f"{title}\n\n{table}" + (f"\n\n{markdown_list(alike)}" if alike else "")
    table = "\n".join(f"  {line}" for line in plain_table(headers, rows, right=(1,)).splitlines())
    return "\n".join([title, table, *(printable(f"  {line}") for line in alike)])
