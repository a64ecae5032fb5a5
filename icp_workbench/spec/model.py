"""The ICP spec as a file: IdealCustomerProfile and its parts, and the JSON Schema they mean.

The order of the fields is the order in the file. What is empty or unknown is left out of it. Keys that begin
with `x-` are anyone's: they are kept.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from icp_workbench.conditions.fields import FieldKind, FieldType
from icp_workbench.documents.day import Day
from icp_workbench.evidence.words import StrengthName, Verdict
from icp_workbench.spec.criterion import CriterionVerdict, Missing, Signal
from icp_workbench.spec.values import (
    Accounts,
    Count,
    Digest,
    Line,
    Moment,
    Version,
    When,
    condition_schema,
    with_conditions,
)

API_VERSION = "icp/v1"
SCHEMA_VERSION = "1.1"  # 1.1: cases, otherwise and note of a field; a number of accounts that is withheld


def _closed(schema: dict[str, Any]) -> None:
    schema["additionalProperties"] = False
    schema["patternProperties"] = {"^x-": {}}


class Part(BaseModel):
    """Part of a spec: frozen; unknown keys are refused on reading (see reading.py) unless they begin with
    x-."""

    model_config = ConfigDict(
        frozen=True, extra="allow", populate_by_name=True, allow_inf_nan=False, json_schema_extra=_closed
    )

    @model_serializer(mode="wrap")
    def _without_what_is_empty(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written = handler(self)
        optional = {
            field.alias or name for name, field in type(self).model_fields.items() if not field.is_required()
        }
        return {
            key: value
            for key, value in written.items()
            if value is not None and not (key in optional and self._goes_without_saying(key, value))
        }

    def _goes_without_saying(self, key: str, value: object) -> bool:
        return value is False or value in ("", [], {})


class Parent(Part):
    """The version this one came from."""

    version: Version
    digest: Digest


class Metadata(Part):
    """Which version this is, when and by whom it was decided. `superseded` is derived, never written."""

    name: Line
    version: Version
    status: Literal["draft", "published"] = Field("published", validate_default=True)
    digest: Digest | None = Field(None, description="SHA-256 of the content without this line.")
    parent: Parent | None = None
    created: Moment
    review_by: Day | None = None
    owner: str = ""
    mode: Literal["workshop", "solo"]
    participants: dict[str, Count] = Field({}, description="How many of each function; never names.")
    summary_of_changes: str = ""


class Slots(Part):
    """What the data cannot say and people can: left out where nobody said it."""

    stage: str = ""
    pain: str = ""
    buyer_context: str = ""
    operating_gap: str = ""
    reason_to_act: str = ""


class Statement(Part):
    """The profile in one breath."""

    text: str
    slots: Slots = Slots()


class Period(Part):
    """First and last day of the outcomes."""

    from_: Day = Field(alias="from")
    to: Day


class SourceFile(Part):
    """One table that was read."""

    table: Line
    rows: Count
    rejected: Count
    digest: Digest


class Data(Part):
    """What the evidence was computed from."""

    book: Line
    as_of: Day | None = None
    period: Period | None = None
    files: list[SourceFile] = []
    joins: list[str] = Field(
        [], description="How the tables name each other's rows: table.Header = table.Header."
    )
    average_customer: dict[str, float] = Field(
        {}, description="How many accounts there are, and each metric over all of them."
    )


class Reading(Part):
    """How a column's text becomes values. Cells are trimmed first; what cannot be read as the type is
    blank."""

    date_order: str = Field("", description="D/M/Y or M/D/Y, of dates that do not say it themselves.")
    decimal_mark: str = Field("", description="Of numbers in which a comma was met.")
    separator: str = Field("", description="What stands between the members of a set in one cell.")
    scale: float | None = Field(None, description="What each number is multiplied with: 0.01 for cents.")
    blank: list[str] = Field([], description="The spellings of nothing that were found.")
    groups: dict[str, list[str]] = Field({}, description="Spellings by the value they stand for.")


class DefinedCase(Part):
    """The value of a derived attribute where a condition is true."""

    value: Line
    when: When


class FieldDescription(Part):
    """An attribute some condition reads, and how: all that scoring needs.

    A column has a source. A derived attribute has a definition (yes where it is true, no where it is false,
    blank where it is unknown) or cases. What has neither cannot be computed elsewhere: unknown.
    """

    type: FieldType
    unit: str | None = None
    grain: Line
    kind: FieldKind
    known_before_sale: bool
    source: str | None = Field(None, description="Table and header, as table.Header.")
    reading: Reading | None = None
    definition: When | None = Field(None, description="Of yes or no that is derived from other attributes.")
    cases: list[DefinedCase] = Field(
        [], description="Of a category that is derived from others: the value of the first case that is true."
    )
    otherwise: Line | None = Field(
        None, description="The attribute whose value it has where every case is false; else it is blank."
    )
    note: str = Field("", description="What a reader must know of it.")
    crm: dict[str, str] = Field({}, description="What it is called in a CRM.")


class Dissent(Part):
    """Who saw it differently: a function, never a name."""

    function: Line
    note: str = ""


class Decided(Part):
    """When it was decided, and how the functions voted."""

    at: Moment
    votes: dict[str, Count] = {}
    dissent: list[Dissent] = []


class Figure(Part):
    """One metric where the criterion holds, against the rest; names as in `icp compare --format json`."""

    unit: str | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    n: Count | None = None
    accounts: Count | None = None
    average: float | None = None
    rest: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    effect: dict[str, float] = {}
    p_value: float | None = None
    q_value: float | None = None
    verdict: Verdict
    reason: str = ""


class Evidence(Part):
    """What the data says about a criterion. Groups under five accounts are not reported, nor what would give
    one away by subtraction."""

    accounts: Accounts
    strength: StrengthName
    looks: Count | None = Field(None, description="(condition, core metric) pairs seen by then.")
    metrics: dict[str, Figure] = {}
    known_by_people: dict[str, Count] = {}


class SpecCriterion(Part):
    """A condition the room decided on."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    verdict: CriterionVerdict
    when: When
    missing: Missing = Field(description="What a blank counts as.")
    signal: Signal
    points: Annotated[int, Field(ge=0, le=1000)] | None = None
    required: bool = Field(False, description="Of an ICP criterion: who misses it is out.")
    disqualify: bool = Field(False, description="Of an anti-ICP criterion: who matches it is out.")
    reason: str = ""
    decided: Decided
    evidence: Evidence | None = None

    def _goes_without_saying(self, key: str, value: object) -> bool:
        said = {"icp": "required", "anti_icp": "disqualify"}.get(self.verdict)
        return key != said and super()._goes_without_saying(key, value)


class Plays(Part):
    """What each team does with it."""

    positioning: str = ""
    messages: list[str] = []
    channels: list[str] = []
    motions: dict[str, str] = {}
    discovery_questions: list[str] = []


class GradeFigures(Part):
    """How past accounts of one grade fared."""

    accounts: Accounts
    win_rate: float | None = None
    low: float | None = None
    high: float | None = None


class Backtest(Part):
    """The grades on past deals, with a profile fitted only to earlier ones."""

    method: Line
    trained_to: Day | None = None
    grades: dict[str, GradeFigures] = {}


class Grades(Part):
    """Cut-offs of the two axes, fit and problem."""

    fit: dict[str, float] = {}
    problem: dict[str, Count] = {}
    backtest: Backtest | None = None


class TestedAs(Part):
    """A claim as a condition, a metric and a direction."""

    __test__ = False  # no test of pytest's

    when: When
    metric: Line
    direction: Literal["better", "worse"]


class HypothesisRecord(Part):
    """What was believed before the data was seen, and what the data said."""

    claim: Line
    by: str = ""
    tested_as: TestedAs | None = None
    verdict: Literal["supported", "contradicted", "no_difference", "unclear", "too_few"]


class OpenQuestion(Part):
    """What is still to be found out, by a function and a day."""

    question: Line
    owner: str = ""
    by: Day | None = None


class AcceptedCheck(Part):
    """A warning that was seen and kept, with its reason."""

    check: Annotated[str, Field(pattern=r"^ICP\d{3}$")]
    note: Line


class IdealCustomerProfile(Part):
    """One version of an ideal customer profile: what was decided, and on what evidence."""

    api_version: Literal["icp/v1"] = Field(alias="apiVersion")
    schema_version: Annotated[str, Field(pattern=r"^1\.\d{1,4}$")] = Field(alias="schema")
    kind: Literal["IdealCustomerProfile"]
    metadata: Metadata
    statement: Statement
    data: Data
    fields: dict[str, FieldDescription]
    criteria: list[SpecCriterion] = Field(min_length=1)
    plays: Plays | None = None
    grades: Grades | None = None
    hypotheses: list[HypothesisRecord] = []
    open_questions: list[OpenQuestion] = []
    accepted_checks: list[AcceptedCheck] = []


def content_of(profile: IdealCustomerProfile) -> dict[str, Any]:
    """The profile as plain mappings, lists and scalars in the file's order; whole floats as integers."""
    content = _plain(profile.model_dump(by_alias=True))
    assert isinstance(content, dict)
    return content


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a spec file, made from the model; closed but for keys beginning with
    x-."""
    schema = with_conditions(IdealCustomerProfile.model_json_schema(by_alias=True))
    schema["$defs"]["Condition"] = condition_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ideal customer profile, icp/v1",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value
