"""A condition in SQL's notation, as a person types it ⇄ the condition.

industry IN ('B2B SaaS', 'Fintech') AND employees BETWEEN 40 AND 120 AND NOT (region = 'EMEA')
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress

from icp_workbench.conditions.checking import TESTS_IN_WORDS, Misfit, check, fitted, grain_of, refuse_kept_out
from icp_workbench.conditions.condition import (
    DEEPEST,
    EVERYONE,
    NOBODY,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    Operator,
    Scalar,
    simplified,
)
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.conditions.tokens import EXAMPLE, Token, complaint, is_plain_name, tokens_of
from icp_workbench.errors import WorkbenchError

__all__ = ["check", "parse", "to_text"]

_RESERVED = frozenset(
    {"AND", "OR", "NOT", "IN", "BETWEEN", "IS", "NULL", "TRUE", "FALSE", "CONTAINS", "MENTIONS"}
)
_KEYWORDS = _RESERVED | {"ANY", "ALL", "KNOWN", "UNKNOWN"}


def parse(text: str, fields: Fields) -> Condition:
    """The condition a person typed, simplified and typed by the schema.

    An attribute is named by its name, case-blind, or by its header in double quotes; a category's value may
    differ in case. WorkbenchError with the column, a caret line and the nearest match for what cannot be read
    or does not fit the schema; nothing was run by then.
    """
    condition = simplified(_Parser(text, fields).whole())
    grain_of(condition, fields)
    return condition


def to_text(condition: Condition, fields: Fields | None = None) -> str:
    """The condition in the notation `parse` reads back as the same simplified condition.

    With `fields`, scalars that came as text from a file are written as their field's type.
    """
    match condition:
        case AllOf(parts) | AnyOf(parts):
            if not parts:
                return "TRUE" if condition == EVERYONE else "FALSE"
            word = " AND " if isinstance(condition, AllOf) else " OR "
            inner = (AnyOf if isinstance(condition, AllOf) else AllOf, type(condition))
            return word.join(_enclosed(part, fields, isinstance(part, inner)) for part in parts)
        case Not(FieldTest(name, "is" | "at_least" | "at_most" as operator, value)):
            sign = {"is": "!=", "at_least": "<", "at_most": ">"}[operator]
            return f"{quoted_name(name)} {sign} {_literals(name, operator, value, fields)[0]}"
        case Not(part):
            return "NOT " + _enclosed(part, fields, True)
        case FieldTest():
            return _test_text(condition, fields)


def _enclosed(part: Condition, fields: Fields | None, in_parentheses: bool) -> str:
    text = to_text(part, fields)
    return f"({text})" if in_parentheses and text not in ("TRUE", "FALSE") else text


def _test_text(test: FieldTest, fields: Fields | None) -> str:
    name = quoted_name(test.field)
    literals = _literals(test.field, test.operator, test.value, fields)
    listed = "(" + ", ".join(literals) + ")"
    match test.operator:
        case "is_known":
            return f"{name} IS NOT NULL"
        case "is_unknown":
            return f"{name} IS NULL"
        case "between":
            return f"{name} BETWEEN {literals[0]} AND {literals[1]}"
        case "is" | "at_least" | "at_most":
            sign = {"is": "=", "at_least": ">=", "at_most": "<="}[test.operator]
            return f"{name} {sign} {literals[0]}"
        case _:
            return f"{name} {test.operator.replace('_', ' ').upper()} {listed}"


def quoted_name(name: str) -> str:
    """A name as it stands in an expression: in double quotes where it would be read as something else."""
    if is_plain_name(name) and name.upper() not in _KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def _literals(
    name: str, operator: Operator, value: Scalar | tuple[Scalar, ...] | None, fields: Fields | None
) -> list[str]:
    if fields is not None and name in fields:
        with suppress(Misfit):  # shown as it stands; whoever runs it is told
            value = fitted(FieldTest(name, operator, value), fields[name], levels_must_exist=False).value
    values = value if isinstance(value, tuple) else (value,)
    return [_literal(each) for each in values]


def _literal(value: Scalar | None) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return f"'{value.isoformat()}'"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


class _Parser:
    """Recursive descent; every choice is made by looking at one token."""

    def __init__(self, text: str, fields: Fields) -> None:
        self.text = text
        self.fields = fields
        self.tokens = tokens_of(text)
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def whole(self) -> Condition:
        if self.ended():
            raise WorkbenchError("Empty expression", "There is nothing to read.", EXAMPLE + ".")
        condition = self.either()
        if not self.ended():
            raise self.wrong("AND, OR or the end was expected", self.after_hint())
        return condition

    def ended(self) -> bool:
        return self.token.kind == "end"

    def either(self) -> Condition:
        parts = [self.both()]
        while self.took_word("OR"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def both(self) -> Condition:
        parts = [self.negated()]
        while self.took_word("AND"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def negated(self) -> Condition:
        if self.token.is_word("NOT"):
            return self.deeper(lambda: Not(self.negated()))
        if self.token.text == "(" and self.token.kind == "symbol":
            return self.deeper(self.parenthesised)
        if self.took_word("TRUE"):
            return EVERYONE
        if self.took_word("FALSE"):
            return NOBODY
        return self.test()

    def deeper(self, read: Callable[[], Condition]) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"more than {DEEPEST} levels", "Write it with fewer parentheses and NOTs")
        self.at += 1
        condition = read()
        self.depth -= 1
        return condition

    def parenthesised(self) -> Condition:
        condition = self.either()
        self.expect(")")
        return condition

    def test(self) -> Condition:
        field, named = self.field(), self.tokens[self.at - 1]
        token = self.token
        if token.kind == "symbol" and token.text in ("=", "!=", "<>", "<", "<=", ">", ">="):
            self.at += 1
            return self.compared(field, token)
        if self.took_word("IS"):
            return self.is_test(field, token)
        negative = self.took_word("NOT")
        if self.took_word("IN"):
            return self.made(field, "not_in" if negative else "in", self.listed(), token)
        if self.took_word("BETWEEN"):
            low = self.literal()
            if not self.took_word("AND"):
                raise self.wrong("AND and the higher bound were expected", "Such as: BETWEEN 40 AND 120")
            made = self.made(field, "between", [low, self.literal()], token)
        elif self.took_word("CONTAINS"):
            if not self.token.is_word("ANY", "ALL"):
                raise self.wrong("ANY or ALL was expected", "Such as: CONTAINS ANY ('Snowflake', 'dbt')")
            self.at += 1
            operator: Operator = "contains_any" if self.tokens[self.at - 1].is_word("ANY") else "contains_all"
            made = self.made(field, operator, self.listed(), token)
        elif self.took_word("MENTIONS"):
            single = self.token.kind == "string"
            made = self.made(field, "mentions", [self.literal()] if single else self.listed(), token)
        elif field.type == "boolean" and not negative:
            return self.made(field, "is", [(True, named)], named)
        else:
            raise self.wrong(
                f"a test of `{field.name}` was expected", f"It takes {TESTS_IN_WORDS[field.type]}, IS NULL"
            )
        return Not(made) if negative else made

    def field(self) -> Field:
        token = self.token
        if token.kind not in ("word", "name") or (token.kind == "word" and token.text.upper() in _RESERVED):
            hint = f"Names stand in double quotes where they are also words of the notation; {EXAMPLE}"
            raise self.wrong("the name of an attribute was expected", hint)
        self.at += 1
        try:
            found = self.fields.find(token.text)
            refuse_kept_out(found)
            return found
        except WorkbenchError as error:
            what = error.what_happened[0].lower() + error.what_happened[1:]
            raise complaint(error.title, what, error.what_to_do, self.text, token.start, token.end) from None
        except Misfit as misfit:
            raise self.unfit(misfit, token) from None

    def compared(self, field: Field, sign: Token) -> Condition:
        values = [self.literal()]
        match sign.text:
            case "=":
                return self.made(field, "is", values, sign)
            case "!=" | "<>":
                return Not(self.made(field, "is", values, sign))
            case ">=":
                return self.made(field, "at_least", values, sign)
            case "<=":
                return self.made(field, "at_most", values, sign)
            case "<":  # not at_least: a blank stays unknown either way
                return Not(self.made(field, "at_least", values, sign))
            case _:
                return Not(self.made(field, "at_most", values, sign))

    def is_test(self, field: Field, sign: Token) -> Condition:
        negative = self.took_word("NOT")
        token = self.token
        if token.is_word("NULL", "UNKNOWN", "KNOWN"):
            self.at += 1
            known = token.is_word("KNOWN") != negative
            return self.made(field, "is_known" if known else "is_unknown", [], sign)
        if token.is_word("TRUE", "FALSE") and not negative:
            return self.made(field, "is", [self.literal()], sign)
        raise self.wrong(
            "NULL, KNOWN or UNKNOWN was expected", "Compare values with = or IN; blanks with IS NULL"
        )

    def listed(self) -> list[tuple[Scalar, Token]]:
        self.expect("(")
        values = [self.literal()]
        while self.token.kind == "symbol" and self.token.text == ",":
            self.at += 1
            values.append(self.literal())
        self.expect(")")
        return values

    def literal(self) -> tuple[Scalar, Token]:
        token = self.token
        value: Scalar
        if token.kind == "string":
            value = token.text
        elif token.kind == "number" and token.number is not None:
            value = token.number
        elif token.is_word("TRUE", "FALSE"):
            value = token.is_word("TRUE")
        elif token.is_word("NULL"):
            raise self.wrong("a blank cannot be compared", "Write IS NULL or IS NOT NULL")
        elif token.kind == "name" or (token.kind == "word" and token.text.upper() not in _RESERVED):
            if token.text[:1].isdigit():
                raise self.wrong("a value was expected", "Write plain digits, such as 45000 or 1500.5")
            shown = token.text.replace("'", "''")
            raise self.wrong("a value was expected", f"Texts stand in single quotes: '{shown}'")
        else:
            raise self.wrong(
                "a value was expected", self.after_hint("Such as: 'SaaS', 40, '2025-06-01', TRUE")
            )
        self.at += 1
        return value, token

    def made(
        self, field: Field, operator: Operator, values: list[tuple[Scalar, Token]], sign: Token
    ) -> FieldTest:
        given = tuple(value for value, _ in values)
        single = operator in ("is", "at_least", "at_most")
        test = FieldTest(field.name, operator, given[0] if single else given or None)
        try:
            return fitted(test, field)
        except Misfit as misfit:
            raise self.unfit(misfit, sign if misfit.value is None else values[misfit.value][1]) from None

    def took_word(self, word: str) -> bool:
        taken = self.token.is_word(word)
        self.at += taken
        return taken

    def expect(self, symbol: str) -> None:
        if self.token.kind != "symbol" or self.token.text != symbol:
            raise self.wrong(f"`{symbol}` was expected", self.after_hint())
        self.at += 1

    def after_hint(self, otherwise: str = EXAMPLE) -> str:
        if (
            self.token.kind == "symbol"
            and self.token.text == "="
            and self.tokens[self.at - 1].text in ("=", "!")
        ):
            return "Equality is one sign: ="
        return otherwise

    def unfit(self, misfit: Misfit, at: Token) -> WorkbenchError:
        title = "The condition does not fit the data"
        return complaint(title, misfit.what, misfit.what_to_do, self.text, at.start, at.end)

    def wrong(self, what: str, what_to_do: str) -> WorkbenchError:
        token = self.token
        found = "the text ends here" if token.kind == "end" else f"`{token.text[:40]}` is here"
        return complaint(
            "Unreadable expression",
            f"{what}, but {found}.",
            what_to_do + ".",
            self.text,
            token.start,
            token.end,
        )
