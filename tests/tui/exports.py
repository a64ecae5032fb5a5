"""A folder of exports in which something of everything must be asked, and a workbench on it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

ACCOUNTS, DEALS = 120, 360
PRODUCTS = ("GTX Pro", "GTX Basic", "MG Special", "Alpha")
STAGES = ("Won", "Lost", "Won", "Lost", "Prospecting", "Parked")


def write_exports(folder: Path) -> Path:
    """Accounts, deals, products and churn events; everything follows from the row's number.

    Deals name `GTXPro` where the products have `GTX Pro` (90 rows); every signup date can be read day first
    or month first; 24 accounts say that they churned, 30 have an event; the churn reason leaks; deals.csv has
    one row with a cell too many.
    """
    folder.mkdir(parents=True, exist_ok=True)
    industries, sizes = ("SaaS", "Retail", "Media"), (10, 25, 60, 200, 800)
    _write(
        folder / "accounts.csv",
        ("account_id", "name", "industry", "employees", "signup", "churned", "churn_reason"),
        (
            (
                f"A{at:04d}", f"Company {at}", industries[at % 3], sizes[at % 5] + at,
                f"{at % 12 + 1:02d}/{at % 11 + 1:02d}/2024",
                "yes" if at % 5 == 0 else "no", "price" if at % 5 == 0 else "",
            )
            for at in range(ACCOUNTS)
        ),
    )  # fmt: skip
    _write(
        folder / "deals.csv",
        ("deal_id", "account_id", "product", "stage", "amount", "opened", "closed"),
        (
            (
                f"D{at:05d}", f"A{at % ACCOUNTS:04d}", "GTXPro" if at % 4 == 0 else PRODUCTS[at % 4],
                STAGES[at % 6], 1000 + at * 10, f"2024-{at % 9 + 1:02d}-{at % 28 + 1:02d}",
                f"2025-{at % 9 + 1:02d}-{at % 28 + 1:02d}" if at % 6 < 4 else "",
            )
            for at in range(DEALS)
        ),
    )  # fmt: skip
    with (folder / "deals.csv").open("a", encoding="utf-8") as deals:
        deals.write("D99999,A0001,Alpha,Won,500,2024-01-02,2024-03-04,one,cell,more\n")
    _write(
        folder / "products.csv",
        ("product", "series", "price"),
        ((product, product.split()[0], 100 * (at + 1)) for at, product in enumerate(PRODUCTS)),
    )
    _write(
        folder / "churn_events.csv",
        ("event_id", "account_id", "churn_date"),
        ((f"E{at:03d}", f"A{at * 4:04d}", f"2025-06-{at % 28 + 1:02d}") for at in range(30)),
    )
    return folder


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
