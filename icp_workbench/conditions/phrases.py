"""One test as it follows a noun: `with 40–120 employees`, `in Germany`, `using dbt`, `founded before 2015`.

An attribute's name decides how it is said; where it does not, `phrase_of` is None and the test is said as a
clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from icp_workbench.conditions.condition import Condition, FieldTest, Not, Scalar
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.conditions.wording import extent_words, field_words, quotable, value_words

Role = Literal["size", "place", "having", "doing", "clause"]

_WHAT_THEY_DO = frozenset({"industry", "sector", "vertical", "business"})
_PEOPLE = frozenset({"employees", "employee", "headcount"})
_OF_THE_COMPANY = frozenset(
    {"company", "account", "name", "main", "primary", "type", "number", "of", "no", "count", "total", "size"}
)
_PLACES = frozenset({"country", "region", "city", "state", "continent", "territory", "location"})
_OF_A_PLACE = frozenset({"billing", "shipping", "hq", "headquarters", "office", "home", "company", "sales"})
_WITH_ARTICLE = frozenset(
    {
        "United States",
        "United Kingdom",
        "Netherlands",
        "Philippines",
        "United Arab Emirates",
        "US",
        "USA",
        "UK",
        "EU",
    }
)
_AMOUNTS = frozenset({"revenue", "arr", "mrr", "funding", "turnover", "spend", "budget", "gmv"})
_THINGS = frozenset(
    {
        "seats", "users", "licences", "licenses", "locations", "offices", "stores", "branches", "sites",
        "reps",
        "sellers", "developers", "engineers", "customers", "vehicles", "beds", "rooms", "subsidiaries",
        "brands",
    }
)  # fmt: skip
_TOOLS = frozenset({"crm", "erp", "tool", "tools", "platform", "stack", "software", "system", "database"})
_BEGUN = frozenset({"founded", "funded", "established", "incorporated", "created", "acquired", "launched"})
_OF_A_DATE = frozenset({"year", "date", "on", "at", "in", "company", "account"})
_DOING = frozenset(
    {"hiring", "recruiting", "using", "selling", "offering", "running", "raising", "growing", "expanding"}
)
_ACTS = {
    "uses": "use", "runs": "run", "offers": "offer", "sells": "sell", "needs": "need", "wants": "want",
    "hires": "hire", "owns": "own", "pays": "pay", "works": "work",
    "operates": "operate", "exports": "export",
}  # fmt: skip
_DID = frozenset(
    {
        "outgrew", "raised", "hired", "opened", "moved", "switched", "lost", "replaced", "launched",
        "adopted",
        "acquired", "expanded", "appointed",
    }
)  # fmt: skip
_ONE_HAS = frozenset(
    {"leader", "team", "department", "website", "office", "subscription", "integration", "store", "app"}
)
_SOME = frozenset(
    {"service", "support", "billing", "insurance", "protection", "security", "backup", "funding"}
)
_NO_NAMES = frozenset({"none", "other", "others", "unknown", "n/a", "various"})
_RANGES = ("between", "at_least", "at_most")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is said, and its place after the noun: `size`, `place`, `having` (with …), `doing`, `clause`."""

    role: Role
    text: str


def is_what_they_do(part: Condition, fields: Fields) -> bool:
    """Whether it names kinds of companies: `industry is Fintech`."""
    if not isinstance(part, FieldTest) or part.operator not in ("is", "in") or isinstance(part.value, bool):
        return False
    words = set(part.field.split("_"))
    named = bool(words & _WHAT_THEY_DO) and words <= _WHAT_THEY_DO | _OF_THE_COMPANY and _are_names(part)
    return named and (part.field not in fields or fields[part.field].grain == "account")


def is_about_people(part: Condition) -> bool:
    """Whether it says how many work there, as only of companies it is said."""
    test = part.part if isinstance(part, Not) else part
    if not isinstance(test, FieldTest):
        return False
    words = set(test.field.split("_"))
    return bool(words & _PEOPLE) and words <= _PEOPLE | _OF_THE_COMPANY and test.operator in _RANGES


def phrase_of(part: FieldTest | Not, fields: Fields) -> Phrase | None:
    """The phrase of a test or its negation; None where the attribute's name does not say how."""
    negated = isinstance(part, Not)
    test = part.part if isinstance(part, Not) else part
    if not isinstance(test, FieldTest):
        return None
    name, field = field_words(test.field, fields), fields.get(test.field)
    if isinstance(test.value, bool):
        return _yes_or_no(name, test.value != negated)
    if test.operator in ("is_known", "is_unknown"):
        known = (test.operator == "is_known") != negated
        if test.field.endswith("_of"):
            one = _one_of(name).removesuffix(" of")
            return Phrase("clause", f"that are {'' if known else 'not '}known to be {one}")
        return None if known else Phrase("having", f"with no known {quotable(name)}")
    if test.operator in _RANGES:
        return _range(test, negated, name, field)
    values = [value_words(value, field) for value in _values(test)]
    words = set(test.field.split("_"))
    if test.operator in ("is", "in", "not_in"):
        inside = negated == (test.operator == "not_in")
        if test.field.endswith("_of"):
            return Phrase(
                "clause", f"that are {'' if inside else 'not '}{_one_of(name)} {_listed(values, 'or')}"
            )
        if not _are_names(test):
            return None
        if words & _WHAT_THEY_DO and words <= _WHAT_THEY_DO | _OF_THE_COMPANY:
            return Phrase("place", _inside(values, inside))
        if _is_a_place(words):
            places = [f"the {place}" if place in _WITH_ARTICLE else place for place in values]
            return Phrase("place", _inside(places, inside))
        if inside and words & _TOOLS and field is not None and field.kind == "technographic":
            return Phrase("doing", f"using {_listed(values, 'or')}")
        return None
    if field is not None and (field.kind, field.type) == ("technographic", "set"):
        return _using(test.operator, values, negated)
    return None


def _are_names(test: FieldTest) -> bool:
    """Whether its values name something: `Other companies` and `using None` would be read as other words."""
    return not any(str(value).casefold() in _NO_NAMES for value in _values(test))


def _one_of(name: str) -> str:
    """`subsidiary of` → `a subsidiary of`; a `part of` goes without."""
    return name if name.startswith("part ") else f"{_article(name)}{name}"


def _inside(values: Sequence[str], inside: bool) -> str:
    return f"in {_listed(values, 'or')}" if inside else f"outside {_listed(values, 'and')}"


def _using(operator: str, values: Sequence[str], negated: bool) -> Phrase | None:
    if operator == "contains_any":
        return Phrase("doing", f"{'not ' if negated else ''}using {_listed(values, 'or')}")
    if operator == "contains_all":
        together = {1: "", 2: "both "}.get(len(values), "all of ") if negated else ""
        return Phrase("doing", f"{'not ' if negated else ''}using {together}{_listed(values, 'and')}")
    return None


def _range(test: FieldTest, negated: bool, name: str, field: Field | None) -> Phrase | None:
    words = test.field.split("_")
    extent = extent_words(test, negated, field)
    if set(words) & _BEGUN and set(words) <= _BEGUN | _OF_A_DATE:
        begun = next(word for word in words if word in _BEGUN)
        return Phrase("doing", f"{begun} {_when(extent)}")
    if words[:2] == ["last", "funding"] and set(words[2:]) <= _OF_A_DATE:
        return Phrase("doing", f"last funded {_when(extent)}")
    if is_about_people(test):
        return Phrase("size", _outside(extent, test, negated, field))
    counted = _counted(words)
    if counted and (field is None or field.type == "number"):
        return Phrase("having", f"with {_outside(extent, test, negated, field)} {counted}")
    is_amount = words[-1] in _AMOUNTS or (
        field is not None
        and field.unit is not None
        and field.unit.isupper()
        and words[-1] in ("sales", "value")
    )
    if is_amount and (field is None or field.type == "number"):
        return Phrase("having", f"with {_outside(extent, test, negated, field)} in {name}")
    return None


def _when(extent: str) -> str:
    """`on or after 2025-06-01` of what has begun: `since 2025-06-01`; `2015 or later`: `in 2015 or later`."""
    for start, said in (("on or after ", "since "), ("on or before ", "by ")):
        if extent.startswith(start):
            return said + extent.removeprefix(start)
    return f"in {extent}" if extent[:1].isdigit() else extent


def _outside(extent: str, test: FieldTest, negated: bool, field: Field | None) -> str:
    """`outside 40–120` of a number that is had: `under 40 or over 120`."""
    if negated and isinstance(test.value, tuple) and len(test.value) == 2:
        low, high = (value_words(value, field) for value in test.value)
        return f"under {low} or over {high}"
    return extent


def _counted(words: Sequence[str]) -> str | None:
    """What is counted, in the plural: `number_of_locations` and `location_count` are locations, as are
    `locations`."""
    if words[-1] in _THINGS:
        return " ".join(words[2:] if words[:2] == ["number", "of"] else words)
    if len(words) > 2 and words[0] in ("number", "no", "count") and words[1] == "of":
        counted = words[2:]
    elif len(words) > 1 and words[0] == "num":
        counted = words[1:]
    elif len(words) > 1 and words[-1] == "count":
        counted = words[:-1]
    else:
        return None
    text = " ".join(counted)
    return text if text.endswith("s") else f"{text}s"


def _is_a_place(words: set[str]) -> bool:
    """A `state` alone may be that of a deal or a contract."""
    return bool(words & _PLACES) and words <= _PLACES | _OF_A_PLACE and words != {"state"}


def _yes_or_no(words: str, yes: bool) -> Phrase | None:
    """A yes/no attribute: `hiring revenue roles`, `with a new revenue leader`; None where its name does not
    say how (`senior citizen`: has one, or is one?)."""
    first, _, rest = words.partition(" ")
    match first.lower():
        case "is" | "are" if rest in ("trial", "free trial"):
            return Phrase("clause", f"that are {'' if yes else 'not '}on a {rest}")
        case "is" | "are" if rest:
            return Phrase("clause", f"that are {'' if yes else 'not '}{rest}")
        case "has" | "have" if rest.rpartition(" ")[2] in _ONE_HAS:
            return Phrase("having", f"{'with' if yes else 'without'} {_article(rest)}{rest}")
        case "has" | "have" if rest and (yes or not rest.split(" ")[0].endswith("ed")):
            return Phrase("clause", f"that have {'' if yes else 'no '}{rest}")
        case doing if doing in _DOING:
            return Phrase("doing", f"{'' if yes else 'not '}{words}")
        case acts if acts in _ACTS and rest:
            return Phrase("clause", f"that {'' if yes else 'do not '}{_ACTS[acts]} {rest}")
        case did if did in _DID and rest and yes:
            return Phrase("clause", f"that {words}")
    if words.rpartition(" ")[2] in _ONE_HAS:
        return Phrase("having", f"{'with' if yes else 'without'} {_article(words)}{words}")
    if words.rpartition(" ")[2] in _SOME:
        return Phrase("having", f"{'with' if yes else 'without'} {words}")
    return None


def _article(words: str) -> str:
    return "an " if words[:1].lower() in "aeiou" else "a "


def _values(test: FieldTest) -> Sequence[Scalar]:
    if test.value is None:
        return ()
    return test.value if isinstance(test.value, tuple) else (test.value,)


def _listed(parts: Sequence[str], word: str) -> str:
    return ", ".join(parts[:-1]) + f" {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)
