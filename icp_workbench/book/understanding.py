"""Typed tables → the book: who the accounts are, what happened to them, what may be asked of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.attributes import Attributes, Place
from icp_workbench.book.book import AccountBook, Observations, OutcomeSource
from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.columns import column_summaries, table_summaries, unreadable_cells
from icp_workbench.book.grains import at_their_grains, written_later
from icp_workbench.book.joining.accounts import assemble
from icp_workbench.book.joining.assembly import Assembly
from icp_workbench.book.joining.keys import repeats
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.outcomes.catalogue import supported_metrics
from icp_workbench.book.outcomes.custom import custom_metrics, measured
from icp_workbench.book.outcomes.customers import (
    ChurnSource,
    after,
    customer_inputs,
    from_accounts,
    from_events,
    from_subscriptions,
)
from icp_workbench.book.outcomes.deals import DealOutcomes, deal_outcomes_of
from icp_workbench.book.outcomes.observing import (
    as_of_date,
    customers_of,
    other_observations,
    start_of_accounts,
)
from icp_workbench.book.raw import RawTable
from icp_workbench.book.roles.parts import OF_MONEY
from icp_workbench.book.roles.table import Table, name_column
from icp_workbench.book.vocabulary import ACCOUNT, HOW_FAR, NAMES_ONE
from icp_workbench.conditions.fields import Fields
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted


@dataclass(frozen=True)
class Outcomes:
    """What happened, before it is written down: deals, the account rows of all who could leave, sources of
    churn with the chosen one first, the last date.
    """

    deals: DealOutcomes | None
    customers: Codes
    sources: tuple[ChurnSource, ...]
    as_of: np.datetime64

    @property
    def chosen(self) -> ChurnSource | None:
        """The source of churn in use."""
        return self.sources[0] if self.sources else None


def understand(
    name: str,
    raw: Sequence[RawTable],
    tables: Sequence[Table],
    mapping: BookMapping,
    notes: Sequence[str],
    warnings: Sequence[str] = (),
    *,
    outcome_needed: bool = True,
) -> AccountBook:
    """The book of `tables` (typed `raw`). Raises WorkbenchError without an attribute, and without an outcome
    where one is needed."""
    assembly = assemble(tables, mapping)
    outcomes = _outcomes(assembly, mapping)
    observations: dict[str, Observations] = {}
    attributes = Attributes(mapping=mapping)
    taken = _taken(assembly, outcomes, mapping) | measured(assembly, mapping)
    won, what = _won_by_account(assembly, outcomes), ("accounts that bought", "accounts that did not")
    churned = _churned_by_account(assembly, outcomes)
    tenure = customer_inputs(assembly.table).get("tenure") if outcomes.chosen else None
    attributes.add(
        "account", assembly.columns, taken,
        [(won, what), (churned, ("customers that left", "those that stayed"))],
        mapping.column_roles, _extended(tenure, assembly), _cycle_by_account(assembly, outcomes),
        known_later=_known_later(assembly, outcomes), ended=_left_by_account(assembly, outcomes),
    )  # fmt: skip
    if outcomes.deals is not None:
        values = outcomes.deals.values
        attributes.add(
            "deal", assembly.deal_columns, taken,
            [(values["won"].to_numpy(), ("deals won", "deals lost"))], mapping.column_roles,
            cycle=values["cycle_days"].to_numpy(),
            ended=(values["closed"].to_numpy("datetime64[s]"), "the day on which the deal was closed"),
        )  # fmt: skip
        observations["deal"] = _owned("deal", assembly.owners["deals"], values, attributes)
    customers = customers_of(assembly, outcomes.chosen, outcomes.customers, outcomes.as_of, mapping)
    if customers is not None:
        observations["customer"] = customers.observations
    others = other_observations(assembly.tables, assembly.owners)
    observations |= at_their_grains(assembly, others, attributes, taken, churned, mapping.column_roles)
    metrics, unavailable, metric_notes = supported_metrics(
        assembly.tables, observations, outcomes.deals, outcomes.sources, customers, mapping
    )
    own_metrics, observations = custom_metrics(assembly, mapping, observations, metrics)
    metrics += own_metrics
    if not metrics and outcome_needed:
        raise _no_outcome(unavailable)
    if not any(field.kept_out is None for field in attributes.fields):
        raise WorkbenchError(
            "No attribute found",
            "The accounts have outcomes but nothing to tell them apart by: every other column is an id, a "
            "name, blank, the same in every row, or known only after the outcome.",
            "Add a table of accounts with attributes such as industry, size or region.",
        )
    frame = pd.DataFrame(attributes.frames["account"], index=pd.RangeIndex(assembly.size))
    last = _date(outcomes.as_of)
    return AccountBook(
        name=name,
        accounts=frame,
        account_ids=tuple(assembly.ids),
        account_names=tuple(assembly.names),
        fields=Fields(tuple(attributes.fields)),
        observations=observations,
        metrics=metrics,
        unavailable=unavailable,
        reports=tuple(table.report for table in raw),
        fingerprint="",
        tables=table_summaries(raw, tables, assembly),
        columns=column_summaries(tables, attributes, assembly),
        joins=tuple(assembly.joins),
        duplicates=assembly.duplicates,
        leaks=tuple(attributes.leaks),
        outcome_sources=_sources(outcomes),
        stages=outcomes.deals.stages if outcomes.deals else {},
        stage_counts=outcomes.deals.stage_counts if outcomes.deals else {},
        notes=(*notes, *assembly.notes, *metric_notes, *_ahead(assembly, outcomes), *_repeat_notes(tables)),
        warnings=(
            *_reading_warnings(raw),
            *warnings,
            *assembly.warnings,
            *_outcome_warnings(outcomes, tables),
        ),
        as_of=last,
        period=_period(outcomes),
        currency=next((m.unit for m in metrics if m.name == "deal_size" and m.unit != "currency"), None),
    )


def _outcomes(assembly: Assembly, mapping: BookMapping) -> Outcomes:
    tables, owners = assembly.tables, assembly.owners
    deals = deal_outcomes_of(tables["deals"], mapping) if "deals" in owners else None
    as_of = as_of_date(tables, owners, deals, mapping.as_of)
    customers = _customers(assembly, deals)
    sources: list[ChurnSource | None] = []
    if "accounts" in tables or "deals" not in tables:
        grown = (
            replace(assembly.table, columns=tuple(assembly.columns)) if assembly.columns else assembly.table
        )
        sources.append(from_accounts(grown, as_of, deals is None))
    if "subscriptions" in owners:
        sources.append(
            from_subscriptions(tables["subscriptions"], owners["subscriptions"], as_of, assembly.size)
        )
    if "events" in owners:
        started = start_of_accounts(assembly)
        sources.append(
            from_events(tables["events"], owners["events"], customers, started, as_of, assembly.size)
        )
    held = [source for source in sources if source is not None]
    return Outcomes(deals, customers, _chosen_first(held, mapping), as_of)


def _customers(assembly: Assembly, deals: DealOutcomes | None) -> Codes:
    """Account rows of all who could leave: those with a subscription, else with a won deal, else everyone."""
    owner = np.arange(assembly.size, dtype=np.int32)
    if "subscriptions" in assembly.owners:
        owner = assembly.owners["subscriptions"]
    elif deals is not None:
        owner = assembly.owners["deals"][deals.values["won"].to_numpy() == 1.0]
    return np.flatnonzero(np.bincount(owner + 1, minlength=assembly.size + 1)[1:]).astype(np.int32)


def _chosen_first(sources: list[ChurnSource], mapping: BookMapping) -> tuple[ChurnSource, ...]:
    wanted = mapping.churn_source
    if wanted is None:
        return tuple(sources)
    asked = wanted.strip().casefold()
    for source in sources:
        if asked in (source.name, source.label.casefold(), source.label.split(" (")[0].casefold()):
            return (source, *(other for other in sources if other is not source))
    if "churn_source" in mapping.guessed:
        return tuple(sources)
    known = ", ".join(f"`{source.name}` ({source.label})" for source in sources) or "none"
    raise WorkbenchError(
        "Unknown source of churn",
        f"The book has no source of churn called `{wanted}`; it has {known}.",
        "Choose one of these, or none to take the first.",
    )


def _taken(assembly: Assembly, outcomes: Outcomes, mapping: BookMapping) -> dict[Place, str]:
    taken: dict[Place, str] = {place: "key" for place in assembly.keys}
    table = assembly.table
    named = name_column(table, table.key)
    if named is not None:
        taken.setdefault((named.table, named.header), "name")
    if table.key is not None:
        taken[table.key.table, table.key.header] = "id"
    for part, column in customer_inputs(table).items():
        if outcomes.chosen is not None or part in OF_MONEY:
            taken[column.table, column.header] = "outcome"
    if outcomes.deals is not None:
        deals = assembly.tables["deals"]
        for column in outcomes.deals.inputs.values():
            taken[column.table, column.header] = "outcome"
        for column in deals.columns:
            place = (column.table, column.header)
            if (
                (column.words <= ACCOUNT | NAMES_ONE and column.words & ACCOUNT)
                or ("name" in column.words and column.words & {"deal", "opportunity"})
                or column.name == "name"
            ):
                taken.setdefault(place, "name")
            how_far = "stage" in column.words and column.words <= HOW_FAR
            if how_far and mapping.column(*place).role != "attribute":
                taken.setdefault(place, "outcome")  # how far a deal came is known as it ends
    return taken


def _known_later(assembly: Assembly, outcomes: Outcomes) -> dict[Place, str]:
    """Of a book of customers, the accounts' columns that tell what became of them."""
    if outcomes.chosen is None:
        return {}
    return {(c.table, c.header): why for c in assembly.columns if (why := written_later(c)) is not None}


def _owned(
    grain: str, owner: npt.NDArray[np.int32], values: pd.DataFrame, attributes: Attributes
) -> Observations:
    """Observations without the rows that belong to no account."""
    keep = np.flatnonzero(owner >= 0)
    # Each column as it is: laid side by side in one block, those of millions of rows would be there twice.
    own = pd.DataFrame(attributes.frames.get(grain, {}), index=pd.RangeIndex(len(owner)), copy=False)
    if len(keep) == len(owner):
        return Observations(grain, owner.astype(np.int32), values, own)
    return Observations(
        grain, owner[keep].astype(np.int32), values.iloc[keep].reset_index(drop=True),
        own.iloc[keep].reset_index(drop=True),
    )  # fmt: skip


def _won_by_account(assembly: Assembly, outcomes: Outcomes) -> npt.NDArray[np.float64]:
    """1 for accounts with a won deal, 0 for those with lost deals only, NaN without a decided deal."""
    result = np.full(assembly.size, np.nan)
    if outcomes.deals is not None:
        owner, won = assembly.owners["deals"], outcomes.deals.values["won"].to_numpy()
        known = (owner >= 0) & ~np.isnan(won)
        result[owner[known]] = 0.0
        result[owner[known & (won == 1.0)]] = 1.0
    return result


def _cycle_by_account(assembly: Assembly, outcomes: Outcomes) -> npt.NDArray[np.float64] | None:
    """The cycle of each account's only deal, NaN where it has none or several; None without deals."""
    if outcomes.deals is None:
        return None
    result = np.full(assembly.size, np.nan)
    owner = assembly.owners["deals"]
    known = owner >= 0
    result[owner[known]] = outcomes.deals.values["cycle_days"].to_numpy()[known]
    result[np.bincount(owner[known], minlength=assembly.size) != 1] = np.nan
    return result


def _churned_by_account(assembly: Assembly, outcomes: Outcomes) -> npt.NDArray[np.float64]:
    result = np.full(assembly.size, np.nan)
    if outcomes.chosen is not None:
        result[outcomes.chosen.accounts] = outcomes.chosen.churned
    return result


def _left_by_account(assembly: Assembly, outcomes: Outcomes) -> tuple[npt.NDArray[np.datetime64], str] | None:
    """When each account left, NaT where it did not, and what that is called."""
    if outcomes.chosen is None or outcomes.chosen.ended is None:
        return None
    result = np.full(assembly.size, np.datetime64("NaT", "s"))
    result[outcomes.chosen.accounts] = outcomes.chosen.ended
    return result, "the day on which the customer left"


def _extended(column: Column | None, assembly: Assembly) -> Column | None:
    wanted = None if column is None else column.header
    return next((held for held in assembly.columns if held.header == wanted), None)


def _sources(outcomes: Outcomes) -> tuple[OutcomeSource, ...]:
    return tuple(
        OutcomeSource(source.name, int(source.churned.sum()), len(source.accounts), at == 0, source.label)
        for at, source in enumerate(outcomes.sources)
    )


def _outcome_warnings(outcomes: Outcomes, tables: Sequence[Table]) -> list[str]:
    found: list[str] = []
    if len(outcomes.sources) > 1:
        counts = [int(source.churned.sum()) for source in outcomes.sources]
        if len(set(counts)) > 1:
            told = "; ".join(
                f"{source.label}: {count:,} of {len(source.accounts):,}"
                for source, count in zip(outcomes.sources, counts, strict=True)
            )
            found.append(f"Sources of churn disagree ({told}). `{outcomes.sources[0].name}` is used.")
    if outcomes.deals is not None:
        found += outcomes.deals.warnings
    if outcomes.deals is not None and outcomes.deals.negative_cycles:
        found.append(
            f"{counted(outcomes.deals.negative_cycles, 'deal')} closed before opening: no sales cycle."
        )
    for table in tables:
        for column in table.columns:
            if column.ambiguous_dates:
                found.append(f"{table.name}.{column.header}: {column.note}.")
            found += unreadable_cells(column)
    return found


def _ahead(assembly: Assembly, outcomes: Outcomes) -> list[str]:
    """What is said of ends that have not come yet."""
    columns = [
        parts["ended"]
        for role, table in assembly.tables.items()
        if role in ("accounts", "subscriptions") and "ended" in (parts := table.parts)
    ]
    counts = [int(after(column.moments, outcomes.as_of).sum()) for column in columns]
    return [
        f"{counted(ahead, 'date')} in {column.table}.{column.header} after {_date(outcomes.as_of)}, the last "
        "day of the book: taken as still to come."
        for column, ahead in zip(columns, counts, strict=True)
        if ahead
    ]


def _repeat_notes(tables: Sequence[Table]) -> list[str]:
    counts = [(table, repeats(table.key)) for table in tables if table.key is not None]
    return [
        f"{counted(again, 'row')} of {table.name} with a {table.key.header} seen before: kept."
        for table, again in counts
        if again and table.key is not None
    ]


def _reading_warnings(raw: Sequence[RawTable]) -> list[str]:
    found: list[str] = []
    for table in raw:
        counts: dict[str, list[int | None]] = {}
        for issue in table.report.issues:
            if issue.severity == "warning":
                counts.setdefault(issue.kind, []).append(issue.line)
        for kind, lines in counts.items():
            at = ", ".join(str(line) for line in lines[:5] if line is not None)
            where = f" (line {at}{', …' if len(lines) > 5 else ''})" if at else ""
            found.append(f"{table.report.file}: {kind}, {len(lines):,} times{where}.")
    return found


def _no_outcome(unavailable: Mapping[str, str]) -> WorkbenchError:
    why = unavailable.get("win_rate") or unavailable.get("churn_rate") or ""
    return WorkbenchError(
        "No outcome found",
        f"No metric can be computed from these files: win rate {why}; churn "
        f"{unavailable.get('churn_rate', '')}.",
        "Add the export that holds the outcome: opportunities with a stage, subscriptions with start and "
        "end, or customers with a churn column.",
    )


def _period(outcomes: Outcomes) -> tuple[dt.date, dt.date] | None:
    if outcomes.deals is not None:
        values = outcomes.deals.values
        closed = values.loc[values["won"].notna(), "closed"].dropna()
    elif outcomes.chosen is not None and outcomes.chosen.ended is not None:
        closed = pd.Series(outcomes.chosen.ended).dropna()
    else:
        return None
    return (closed.min().date(), closed.max().date()) if len(closed) else None


def _date(moment: np.datetime64) -> dt.date | None:
    return None if np.isnat(moment) else pd.Timestamp(moment).date()
