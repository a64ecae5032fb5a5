"""The truth planted in the sample can be found again with pandas and statsmodels alone.

Every standard error is clustered by account: the deals of one account are not independent draws.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests

from .frames import members, sample

WINNERS = ("growing_saas_fintech", "data_ready_operators")
NOISE = {
    "account": [
        "Pricing Model", "Funding Stage", "New Revenue Leader", "Buyer Title", "Web Conferencing Tool",
        "Office Timezone", "Country/Region",
    ],
    "deal": ["Lead Source", "Type"],
}  # fmt: skip


def clustered(values: pd.Series, inside: pd.Series, accounts: pd.Series) -> tuple[float, float]:
    """Difference of means inside − outside and its z, with account-clustered standard errors."""
    design = sm.add_constant(inside.to_numpy(float))
    groups = pd.factorize(accounts)[0]
    fit = sm.OLS(values.to_numpy(float), design).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return float(fit.params[1]), float(fit.tvalues[1])


def win_rate(segment: str, inside: bool = True) -> float:
    deals = sample().deals
    return float(deals.loc[deals[segment] == inside, "won"].mean())


def retention_12m(mask: pd.Series) -> float:
    chosen = sample().subscriptions[mask]
    curve = SurvfuncRight(chosen["months"], chosen["ended"])
    return float(curve.surv_prob[np.searchsorted(curve.surv_times, 12, side="right") - 1])


def test_the_sample_has_the_size_the_readme_promises() -> None:
    book = sample()
    assert len(book.companies) == 1300
    assert 3_850 <= len(book.deals) <= 4_150
    assert 300 <= (~book.opportunities["Closed"]).sum() <= 450
    assert book.deals["won"].mean() == pytest.approx(0.22, abs=0.015)
    assert book.deals["Close Date"].max() == book.as_of


def test_every_key_joins() -> None:
    book = sample()
    for frame in (book.opportunities, book.subscriptions, book.tickets):
        assert frame["Company name"].notna().all()
    for key in ("Record ID", "Company name", "Company Domain Name", "Salesforce Account ID"):
        assert book.companies[key].is_unique
    for frame, key in (
        (book.opportunities, "Opportunity ID"),
        (book.subscriptions, "Subscription ID"),
        (book.tickets, "Ticket ID"),
    ):
        assert frame[key].is_unique


def test_nothing_happens_before_it_could() -> None:
    book = sample()
    assert (book.deals["cycle"] > 0).all()
    assert (book.opportunities["Created Date"] <= book.as_of).all()
    won = set(book.deals.loc[book.deals["Won"], "Account ID"])
    assert set(book.subscriptions["Account ID"]) == won
    first_win = book.deals[book.deals["Won"]].groupby("Account ID")["Close Date"].min()
    first_start = book.subscriptions.groupby("Account ID")["Start Date"].min()
    assert (first_start == first_win.reindex(first_start.index)).all()


def test_winners_of_one_account_correlate_as_planted() -> None:
    deals = sample().deals
    plain = deals[~deals[list(members(sample().companies))].any(axis=1)]
    counts = plain.groupby("Account ID")["won"].agg(["sum", "size"])
    n, k = counts["size"].to_numpy(float), len(counts)
    p = counts["sum"].to_numpy() / n
    within = float((n * p * (1 - p)).sum() / (n.sum() - k))
    between = float((n * (p - plain["won"].mean()) ** 2).sum() / (k - 1))
    typical = (n.sum() - (n**2).sum() / n.sum()) / (k - 1)
    correlation = (between - within) / (between + (typical - 1) * within)
    assert correlation == pytest.approx(sample().truth["intra_account_correlation"], abs=0.04)


@pytest.mark.parametrize("segment", WINNERS)
def test_the_two_winners_win_close_stay_and_pay(segment: str) -> None:
    book = sample()
    assert book.companies[segment].sum() >= 130
    difference, z = clustered(book.deals["won"], book.deals[segment], book.deals["Account ID"])
    assert difference > 0.10 and z > 5
    won = book.deals[book.deals["Won"]]
    faster, z = clustered(np.log(won["cycle"]), won[segment], won["Account ID"])
    assert faster < math.log(0.85) and z < -4
    subscriptions = book.subscriptions
    assert retention_12m(subscriptions[segment]) > retention_12m(~subscriptions[segment]) + 0.06
    richer, z = clustered(subscriptions["Gross Margin"], subscriptions[segment], subscriptions["Account ID"])
    assert richer > 0.04 and z > 4


def test_the_winners_share_no_account_and_neither_explains_the_other() -> None:
    companies, deals = sample().companies, sample().deals
    assert not (companies[WINNERS[0]] & companies[WINNERS[1]]).any()
    for segment, other in (WINNERS, WINNERS[::-1]):
        held = deals[~deals[other]]
        difference, z = clustered(held["won"], held[segment], held["Account ID"])
        assert difference > 0.12 and z > 5


@pytest.mark.parametrize(
    "part",
    [
        ("Industry", ["Logistics", "Manufacturing"]),
        ("Hiring Revenue Roles", ["Yes"]),
    ],
)
def test_the_second_winner_is_its_conjunction_not_a_part_of_it(part: tuple[str, list[str]]) -> None:
    deals = sample().deals
    elsewhere = deals[~deals["data_ready_operators"] & ~deals["growing_saas_fintech"]]
    _, z = clustered(elsewhere["won"], elsewhere[part[0]].isin(part[1]), elsewhere["Account ID"])
    assert abs(z) < 2.5


def test_enterprise_is_a_revenue_only_trap() -> None:
    book = sample()
    won, subscriptions = book.deals[book.deals["Won"]], book.subscriptions
    size = won.groupby("enterprise")["Amount"].median()
    assert 3.1 <= size[True] / size[False] <= 4.5
    difference, z = clustered(book.deals["won"], book.deals["enterprise"], book.deals["Account ID"])
    assert -0.13 < difference < -0.03 and z < -2.5
    slower, z = clustered(np.log(won["cycle"]), won["enterprise"], won["Account ID"])
    assert slower > math.log(1.7) and z > 5
    poorer, z = clustered(
        subscriptions["Gross Margin"], subscriptions["enterprise"], subscriptions["Account ID"]
    )
    assert poorer < -0.10 and z < -5
    assert retention_12m(subscriptions["enterprise"]) < retention_12m(~subscriptions["enterprise"]) - 0.08
    load = book.tickets.groupby("enterprise").size() / subscriptions.groupby("enterprise")["months"].sum()
    assert load[True] > 2.5 * load[False]


def test_public_sector_is_the_anti_icp() -> None:
    book = sample()
    assert win_rate("public_sector") == pytest.approx(0.09, abs=0.03)
    _, z = clustered(book.deals["won"], book.deals["public_sector"], book.deals["Account ID"])
    assert z < -6
    cycle = book.deals[book.deals["Won"]].groupby("public_sector")["cycle"].median()
    assert cycle[True] > 1.6 * cycle[False]
    held = book.subscriptions
    still_there = held["public_sector"] & (held["months"] >= 12)
    assert still_there.sum() >= 10, "too few to say anything about retention"
    assert retention_12m(held["public_sector"]) < retention_12m(~held["public_sector"]) - 0.12


def test_crm_in_use_is_confounded_with_the_first_winner() -> None:
    book = sample()
    hubspot = book.companies["CRM in Use"] == "HubSpot"
    share = hubspot.groupby(book.companies["growing_saas_fintech"]).mean()
    assert share[True] > 0.65 and share[False] < 0.30
    deals = book.deals.assign(hubspot=book.deals["CRM in Use"] == "HubSpot")
    crude, z = clustered(deals["won"], deals["hubspot"], deals["Account ID"])
    assert crude > 0.04 and z > 2.5
    tables = [
        pd.crosstab(stratum["hubspot"], stratum["Won"]).to_numpy()
        for _, stratum in deals.groupby("growing_saas_fintech")
    ]
    held = StratifiedTable(tables)
    assert held.oddsratio_pooled == pytest.approx(1.0, abs=0.12)
    assert held.test_null_odds().pvalue > 0.2


def test_onboarding_tier_leaks_the_outcome() -> None:
    book = sample()
    has_won = book.companies["Salesforce Account ID"].isin(book.deals.loc[book.deals["Won"], "Account ID"])
    filled = book.companies["Onboarding Tier"].notna().groupby(has_won).mean()
    assert filled[True] > 0.94 and filled[False] < 0.02
    lost = book.deals.groupby("Won")["Loss Reason"].agg(lambda column: column.notna().mean())
    assert lost[False] == 1 and lost[True] == 0


def test_noise_stays_noise() -> None:
    deals = sample().deals
    p_values = {}
    for column in [*NOISE["account"], *NOISE["deal"]]:
        known = deals[deals[column].notna() & (deals[column] != "N/A")]
        levels = pd.get_dummies(known[column], drop_first=True).to_numpy(float)
        groups = pd.factorize(known["Account ID"])[0]
        fit = sm.OLS(known["won"].to_numpy(), sm.add_constant(levels)).fit(
            cov_type="cluster", cov_kwds={"groups": groups}
        )
        p_values[column] = float(fit.f_pvalue)
    year = deals.dropna(subset=["Year Founded"])
    p_values["Year Founded"] = float(stats.spearmanr(year["Year Founded"], year["won"]).pvalue)
    q_values = multipletests(list(p_values.values()), method="fdr_bh")[1]
    assert min(q_values) > 0.2, p_values
    assert min(p_values.values()) > 0.03, p_values


def test_no_level_of_noise_stands_out() -> None:
    deals = sample().deals
    for column in [*NOISE["account"], *NOISE["deal"]]:
        for level, count in deals[column].value_counts().items():
            if count >= 100:
                _, z = clustered(deals["won"], deals[column] == level, deals["Account ID"])
                assert abs(z) < 2.6, (column, level)


def test_outside_the_planted_segments_nothing_separates_winners_from_losers() -> None:
    deals = sample().deals
    plain = deals[~deals[list(members(sample().companies))].any(axis=1)]
    tools = plain["Tech Stack"].fillna("").str.split(";")
    size = pd.cut(plain["Number of Employees"], [0, 39, 120, 250, 999])
    levels = {
        **{industry: plain["Industry"] == industry for industry in plain["Industry"].unique()},
        **{crm: plain["CRM in Use"] == crm for crm in plain["CRM in Use"].dropna().unique()},
        **{tool: tools.map(lambda used, tool=tool: tool in used) for tool in ("Snowflake", "dbt", "SAP")},
        **{str(band): size == band for band in size.cat.categories},
        "hiring": plain["Hiring Revenue Roles"] == "Yes",
    }
    for name, inside in levels.items():
        _, z = clustered(plain["won"], inside, plain["Account ID"])
        assert abs(z) < 2.4, name


def test_truth_names_the_planted_segments() -> None:
    truth = sample().truth
    assert [segment["name"] for segment in truth["segments"]] == list(members(sample().companies))
    for segment in truth["segments"]:
        found = win_rate(segment["name"])
        assert found == pytest.approx(segment["planted"]["win_rate"], abs=0.05)
