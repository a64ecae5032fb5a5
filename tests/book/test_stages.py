"""Stage labels and flags → won, lost, open, neither."""

from __future__ import annotations

import pyarrow as pa
import pytest

from icp_workbench.book.cleaning import Column, clean_column
from icp_workbench.book.stages import OUTCOMES, deal_outcomes, outcome_of_label


def column(header: str, *cells: str) -> Column:
    return clean_column("deals", header, pa.chunked_array([pa.array(cells, pa.string())]))


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("Won", "won"), ("Closed Won", "won"), ("closedwon", "won"), ("Closed-Won", "won"),
        ("Contract signed", "won"),
        ("Lost", "lost"), ("Closed Lost", "lost"), ("closedlost", "lost"), ("Not won", "lost"),
        ("Disqualified", "neither"), ("Canceled", "neither"), ("Closed - Duplicate", "neither"),
        ("Negotiation/Review", "open"), ("Prospecting", "open"), ("Wonderful", "open"),
    ],
)  # fmt: skip
def test_what_a_label_says(label: str, outcome: str) -> None:
    assert outcome_of_label(label) == outcome


def outcomes(
    *arguments: Column | None, chosen: dict[str, str] | None = None
) -> tuple[list[str], dict[str, str]]:
    found, shown = deal_outcomes(*arguments, chosen or {})
    return [OUTCOMES[at] for at in found], dict(shown)


def test_flags_stand_above_labels() -> None:
    stage = column("stage", "Handshake", "Nope", "Talking", "Disqualified")
    won, closed = column("is won", "true", "false", "false", "false"), column("is closed", "1", "1", "0", "1")
    found, shown = outcomes(stage, won, closed, None)
    assert found == ["won", "lost", "open", "neither"]
    assert shown == {"Handshake": "won", "Nope": "lost", "Talking": "open", "Disqualified": "neither"}


def test_a_person_s_mapping_stands_above_all() -> None:
    found, shown = outcomes(
        column("stage", "Won", "Lost", "Parked"), None, None, None, chosen={"Parked": "lost"}
    )
    assert found == ["won", "lost", "lost"]
    assert shown["Parked"] == "lost"


def test_without_a_flag_for_closing_the_close_date_tells() -> None:
    won, date = column("won", "yes", "no", "no"), column("close date", "2026-01-01", "2026-01-02", "")
    assert outcomes(None, won, None, date)[0] == ["won", "lost", "open"]


def test_a_blank_stage_is_open() -> None:
    assert outcomes(column("stage", "Won", "", "Lost"), None, None, None)[0] == ["won", "open", "lost"]
