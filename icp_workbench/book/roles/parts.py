"""The outcome inputs a table can give, by the part a column plays: as decided first, then by header words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.cleaning.quantities import CURRENCY_CODES
from icp_workbench.book.mapping import ColumnMapping
from icp_workbench.book.roles.outcome_columns import churn_flag, is_stage, is_won_flag, tells_both
from icp_workbench.book.vocabulary import AT_START, words

DATE = frozenset(["date"])
NUMBER = frozenset(["number"])
LABELS = frozenset(["category", "identifier", "text"])
YES_NO = frozenset(["boolean"])


@dataclass(frozen=True)
class Part:
    """One input of outcomes: what it `means` in words, and how its column is found where nobody said.

    `choices` are sets of words that must all be in the header, the likeliest first; `without` are words that
    must not; `only` a further test. Only columns of `types` can play it; the first choice that fits wins.
    """

    means: str
    types: frozenset[str]
    choices: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    only: Callable[[Column], bool] | None = None

    def fits(self, column: Column) -> bool:
        """Whether the column may play this part by guess."""
        held = column.words
        return not held & self.without and (self.only is None or self.only(column))


_PERIOD = words("current period trial billing next renewal")  # ends while the customer stays
_NOT_AN_AMOUNT = words(
    "cost cac discount margin probability percent list acquisition expected weighted annual mrr forecast "
    "prorated projected quota target company customer activities emails calls contacts employees count "
    "number days hours score budget est estimated"
)
_NOT_YET_CLOSED = words("next recent first last expected planned target est estimated forecast")
_OF_A_CONTRACT = words("contract subscription service trial renewal")
_OUR_MARGIN = ("gross margin", "contribution margin", "profit margin", "margin", "gross profit")  # fmt: skip
_RECURRING = ("mrr", "monthly recurring", "recurring revenue", "recurring", "arr")
_UPGRADED = ("upgraded", "upgrade", "expanded", "expansion", "upsold", "upsell")
_UPGRADE_BEFORE = words("preceding previous prior downgrade offered eligible")


def _only_as_decided(_: Column) -> bool:
    return False


def _of_amounts_kept() -> dict[str, Part]:
    return {
        "recurring": Part("recurring revenue now", NUMBER, _RECURRING, AT_START),
        "recurring_at_start": Part(
            "recurring revenue at the start", NUMBER, ("mrr", "recurring", "arr"),
            only=lambda column: bool(column.words & AT_START),
        ),
        "price": Part("what one unit costs in a billing interval", NUMBER, only=_only_as_decided),
        "quantity": Part("how many units are paid for", NUMBER, only=_only_as_decided),
        "interval": Part("the billing interval", LABELS, only=_only_as_decided),
        "upgraded": Part("whether the customer upgraded", YES_NO, _UPGRADED, _UPGRADE_BEFORE),
        "margin": Part("a margin", NUMBER, _OUR_MARGIN),
        "cost": Part("what serving the customer costs", NUMBER,
                     ("cost serve", "service cost", "serving cost", "delivery cost", "cogs")),
        "onboarding start": Part(
            "the date on which onboarding began", DATE,
            ("onboarding started", "onboarding start", "onboarding begin", "implementation started",
             "implementation start", "kickoff", "kick off"),
        ),
        "live": Part("the date on which the customer went live", DATE,
                     ("go live", "golive", "went live", "live", "onboarding completed", "onboarding complete",
                      "onboarding end", "onboarding ended", "onboarding done", "implementation end",
                      "implementation completed")),
        "onboarding days": Part(
            "how many days onboarding took", NUMBER,
            ("onboarding days", "days onboard", "days live", "implementation days", "time live",
             "onboarding duration", "time value"),
        ),
        "currency": Part("the currency of the amounts", LABELS, ("currency",)),
    }  # fmt: skip


PARTS: Mapping[str, Mapping[str, Part]] = MappingProxyType(
    {
        "deals": {
            "stage": Part("a stage with won and lost", LABELS),
            "won flag": Part("whether each deal was won", YES_NO, only=is_won_flag),
            "closed flag": Part(
                "whether each deal is closed", YES_NO, ("closed",),
                only=lambda column: column.words <= {"is", "closed", "hs", "numeric"},
            ),
            "opened": Part(
                "the date on which each deal was opened", DATE,
                ("created", "create", "createdate", "opened", "open", "engage", "engaged", "entered", "start",
                 "started", "inquiry", "enquiry", "first contact", "first call", "first meeting"),
                _OF_A_CONTRACT,
            ),
            "closed": Part(
                "the date on which each deal was closed", DATE,
                ("closed", "close", "closedate", "closing", "won", "signed", "decision", "decided", "end",
                 "ended"),
                _NOT_YET_CLOSED,
                lambda column: "signed" in column.words or not column.words & _OF_A_CONTRACT,
            ),
            "lost on": Part("the date on which each lost deal was lost", DATE, ("lost",)),
            "amount": Part(
                "an amount", NUMBER,
                ("amount", "actual revenue", "close value", "deal value", "deal size", "contract value",
                 "value", "acv", "tcv", "arr", "revenue", "price", "total", "fee", "fees"),
                _NOT_AN_AMOUNT | {"converted"},
            ),
            "converted amount": Part(
                "an amount in one currency", NUMBER,
                ("amount converted", "amount company currency", "amount in company currency"),
            ),
            "converted currency": Part("the currency of the converted amount", LABELS,
                                       ("converted currency",)),
            "cost": Part("the acquisition cost of each closed deal", NUMBER,
                         ("acquisition cost", "cac", "sales cost", "marketing cost")),
            "margin": Part("a margin for each won deal", NUMBER, _OUR_MARGIN),
            "currency": Part("the currency of the amounts", LABELS,
                             ("currency",), words("converted")),
            "duration": Part("how many days each deal took", NUMBER,
                             ("sales cycle", "cycle days", "days close", "days won", "deal duration")),
        },
        "accounts": {
            "churned": Part("whether the customer left", YES_NO | {"category"}, only=churn_flag),
            "tenure": Part(
                "how long each customer stayed", NUMBER,
                ("tenure", "months active", "customer months", "months customer", "lifetime months",
                 "account age"),
            ),
            "started": Part(
                "the date on which the customer started", DATE,
                ("signup", "sign up", "customer since", "customer start", "subscriber since",
                 "subscription start", "contract start", "activated", "activation", "joined", "subscribed",
                 "start", "started"),
                _PERIOD | words("onboarding implementation"),
            ),
            "ended": Part(
                "the date on which the customer left", DATE,
                ("churn", "churned", "cancelled", "canceled", "cancellation", "cancel", "termination",
                 "subscription end", "contract end", "end", "ended", "left"),
                _PERIOD | words("onboarding implementation"),
            ),
            "revenue": Part(
                "the revenue of each customer", NUMBER,
                ("customer revenue", "revenue customer", "billed revenue", "invoiced", "billed",
                 "total spend", "lifetime revenue", "revenue date"),
            ),
            **_of_amounts_kept(),
        },
        "subscriptions": {
            "churned": Part("whether the customer left", YES_NO | {"category"}, only=churn_flag),
            "started": Part("the date on which each subscription started", DATE,
                            ("start", "started", "activated", "created", "begin"),
                            _PERIOD | words("onboarding implementation")),
            "ended": Part(
                "the date on which each subscription ended", DATE,
                ("ended", "cancelled", "canceled", "cancellation", "cancel", "churn", "churned", "expired",
                 "end"),
                _PERIOD | words("onboarding implementation"),
            ),
            "revenue": Part("the revenue of each subscription", NUMBER,
                            ("revenue", "billed", "invoiced"), words("recurring monthly annual")),
            **_of_amounts_kept(),
        },
        "tickets": {
            "opened": Part("when each ticket was opened", DATE,
                           ("create", "created", "submitted", "opened", "open", "received")),
            "closed": Part("when each ticket was solved", DATE, ("solved", "resolved", "closed", "close")),
            "duration": Part(
                "how long each ticket took", NUMBER,
                ("full resolution", "resolution time", "resolution hours", "resolution minutes",
                 "time resolve", "time close", "time solve", "hours resolve", "hours close"),
                words("first response reply"),
            ),
        },
        "events": {
            "ended": Part(
                "the date on which the customer left", DATE,
                ("churn", "cancelled", "canceled", "cancellation", "cancel", "end", "date", "at", "on"),
            ),
        },
        "usage": {
            "used": Part("when it was used", DATE, ("date", "at", "day", "on", "timestamp")),
        },
    }
)  # fmt: skip
"""By role of a table, what its columns can be to the outcomes; the names stand in book files and presets."""

_STAGE = ("deal stage", "stage name", "stage", "dealstage", "status", "outcome", "result", "decision",
          "state", "won")  # fmt: skip
_PRICED = ("deal", "opportunity", "contract")  # amounts where the cells say so: Deal $
OF_MONEY = frozenset(["revenue", *_of_amounts_kept()])  # known of customers only once they are some
_AMOUNTS = frozenset(["amount", "price", "cost", "margin", "revenue", "recurring", "recurring_at_start"])
_STAGE_EVEN_WITHOUT_A_WIN = _STAGE[:4]


def find(
    columns: Iterable[Column],
    choices: Iterable[str],
    types: Iterable[str],
    accept: Callable[[Column], bool] = lambda _: True,
) -> Column | None:
    """The first column, in the order of `choices` (words that must all be in its header), of one of `types`.

    Among several the one whose header says least else.
    """
    wanted, ways = frozenset(types), [frozenset(choice.split()) for choice in choices]
    spoken = frozenset().union(*ways)  # a wide table has few columns that say any of it
    held = [c for c in columns if c.type in wanted and not spoken.isdisjoint(c.words)]
    for needed in ways:
        fitting = [c for c in held if needed <= c.words and accept(c)]
        if fitting:
            return min(fitting, key=lambda column: len(column.words))
    return None


def parts_of(
    role: str, columns: Sequence[Column], decided: Mapping[str, ColumnMapping]
) -> Mapping[str, Column]:
    """The column of each part of a table: first those that were `decided` (by header), then by guess.

    A column that was given another role (attribute, ignore, text, name, id, date) plays no part by guess.
    """
    known = PARTS.get(role, {})
    found: dict[str, Column] = {}
    for column in columns:
        said = decided[column.header].part if column.header in decided else None
        if said is not None and said in known and column.type in _readable(known[said]):
            found.setdefault(said, column)
    free = [column for column in columns if _is_free(column, decided)]
    for name, part in known.items():
        if name not in found:
            guess = _guess(role, name, part, free)
            if guess is not None:
                found[name] = guess
    currency = found.get("currency")
    if currency is not None and not found.keys() & _AMOUNTS and not decided.get(currency.header):
        del found["currency"]  # without amounts it is an attribute like any other
    return {name: found[name] for name in known if name in found}


def _readable(part: Part) -> frozenset[str]:
    """The types a decided column may have: a flag may be told by labels, a label by a flag."""
    return part.types | LABELS if part.types & YES_NO else part.types


def _is_free(column: Column, decided: Mapping[str, ColumnMapping]) -> bool:
    if column.header not in decided:
        return True
    wish = decided[column.header]
    return wish.part is None and wish.role in (None, "outcome", "currency")


def _is_money(column: Column) -> bool:
    return any(unit in CURRENCY_CODES for unit in column.units)


def _guess(role: str, name: str, part: Part, columns: Sequence[Column]) -> Column | None:
    if role == "deals" and name == "stage":
        return (
            find(columns, _STAGE, LABELS, tells_both)
            or find(columns, _STAGE, LABELS, is_stage)
            or find(columns, _STAGE_EVEN_WITHOUT_A_WIN, LABELS)
        )
    if role == "deals" and name == "amount":
        return find(columns, part.choices, part.types, part.fits) or find(
            columns, _PRICED, part.types, lambda column: part.fits(column) and _is_money(column)
        )
    if not part.choices:
        return next((column for column in columns if column.type in part.types and part.fits(column)), None)
    return find(columns, part.choices, part.types, part.fits)
