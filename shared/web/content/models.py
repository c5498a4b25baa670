"""The base of every request body, and the field types that requests share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Path, Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from shared.kernel import rfc3339
from shared.kernel.money import Money
from shared.kernel.reference.faults import FAULTS
from shared.kernel.reference.named_codes import faults
from shared.kernel.text import name_fault, number_fault
from shared.web.content.forms import UUID

_UUID = UUID
_WHOLE_UUID = re.compile(_UUID[1:-1], re.ASCII)
_DIGITS = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
_YEARS = (1900, 2200)


class RequestModel(BaseModel):
    """A request body: frozen, strict, and nothing in it that the operation does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, str_max_length=4000
    )


def _of_our_time(day: Any) -> Any:  # noqa: ANN401 - date or datetime, kept as it is
    if not _YEARS[0] <= day.year < _YEARS[1]:
        raise PydanticCustomError("date_range", "the year must be between 1900 and 2199")
    return day


def Written(as_: Callable[[str], object]) -> BeforeValidator:  # noqa: N802 - like `Naming`
    """Takes a text that is written in exactly one way; what pydantic would also read is refused."""

    def read(given: object) -> object:
        if not isinstance(given, str):
            raise PydanticCustomError("rfc3339", "a time or date is a text, as RFC 3339 writes it")
        try:
            return as_(given)
        except ValueError as wrong:
            raise PydanticCustomError("rfc3339", "{why}", {"why": str(wrong)}) from None

    return BeforeValidator(read)


def Naming(what: str) -> AfterValidator:  # noqa: N802 - it stands in annotations like a type
    """Refuses a code that names nothing of a kind, and says which was probably meant."""

    def checked(code: str) -> str:
        if fault := FAULTS[what](code):
            raise PydanticCustomError("unknown_code", "{why}", {"why": fault})
        return code

    return AfterValidator(checked)


def _in_digits(given: object) -> object:
    if isinstance(given, str) and not _DIGITS.fullmatch(given):
        raise PydanticCustomError("digits", "write a whole number in digits 0 to 9 alone, like 12")
    return given


InDigits = BeforeValidator(_in_digits)
"""For a whole number in a path or query, where every value is a text: one number, one spelling.

It stands after the bounds of the number, so that the document has them as JSON Schema has.
"""


def Readable(fault: Callable[[str], str | None]) -> AfterValidator:  # noqa: N802 - like `Naming`
    """Refuses a text that people could not read, or not all of, and says which character."""

    def checked(text: str) -> str:
        if why := fault(text):
            raise PydanticCustomError("unreadable", "{why}", {"why": why})
        return text

    return AfterValidator(checked)


Instant = Annotated[
    AwareDatetime,
    Written(rfc3339.instant),
    AfterValidator(_of_our_time),
    Field(description="RFC 3339 with an offset", examples=["2025-03-16T02:10:00Z"]),
]
Day = Annotated[
    date,
    Written(rfc3339.full_date),
    AfterValidator(_of_our_time),
    Field(description="RFC 3339's full-date", examples=["2025-03-15"]),
]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Uuid = Annotated[str, Field(pattern=_UUID, examples=["01890a5d-ac96-774b-bcce-b302099a8057"])]
UuidPath = Annotated[str, Path(pattern=_UUID, examples=["01890a5d-ac96-774b-bcce-b302099a8057"])]
Code = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9./:_#-]*( [A-Za-z0-9./:_#-]+)*$",
        max_length=80,
        description="A reference: words with one blank between them, and none around them",
    ),
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
SlugPath = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
SlugQuery = Annotated[str, Query(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
UuidQuery = Annotated[str, Query(pattern=_UUID)]
Country = Annotated[
    str,
    Field(pattern=r"^[A-Z]{3}$", description="ISO 3166-1 alpha-3", examples=["SLV"]),
    Naming("country"),
]
CountryQuery = Annotated[str, Query(pattern=r"^[A-Z]{3}$", examples=["SLV"]), Naming("country")]
"""By which country a list is asked for: an empty list would read as if nothing stood."""
Issuer = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]{3}$",
        description="Who issued a document: ISO 3166-1 alpha-3, or ICAO 9303",
        examples=["VEN"],
    ),
    Naming("issuer"),
]
Timezone = Annotated[
    str,
    Field(
        max_length=64,
        description="The IANA time zone of a place",
        examples=["America/El_Salvador"],
    ),
    Naming("timezone"),
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in hexadecimal")]

Value = TypeVar("Value")


class Published:
    """Marks a field of the published language: `Annotated[HoldScope, Published(HoldScope)]`.

    msgspec reads the value as it stands in an entry; what it refuses, and a code in it that names
    nothing, is a finding like others.
    """

    def __init__(self, kind: Any) -> None:  # noqa: ANN401 - a struct or a union of structs
        """Read values as this type."""
        self._kind = kind

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Take what JSON gave and convert it."""
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema that msgspec knows, with its parts written in place."""
        return inlined(self._kind)

    def _read(self, value: object) -> object:
        try:
            converted = msgspec.convert(value, self._kind)
        except msgspec.ValidationError as error:
            raise PydanticCustomError("published", "{why}", {"why": str(error)}) from None
        for fault in faults(converted):
            raise PydanticCustomError("unknown_code", "{why}", {"why": fault})
        return converted


def is_uuid(text: str) -> bool:
    """Whether an id within the published language is one that Accord made."""
    return _WHOLE_UUID.fullmatch(text) is not None


def inlined(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a struct or a union of structs
    """The JSON Schema of a type of the published language, without references to elsewhere."""
    (schema,), components = msgspec.json.schema_components([kind], ref_template="#/{name}")

    def resolved(part: Any) -> Any:  # noqa: ANN401 - any part of a JSON document
        if isinstance(part, list):
            return [resolved(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return resolved(components[part["$ref"].removeprefix("#/")])
        return {name: resolved(item) for name, item in part.items() if name != "discriminator"}

    document = resolved(schema)
    return document if isinstance(document, dict) else {}


Name = Annotated[str, Field(min_length=1, max_length=200), Readable(name_fault)]
"""Who or what something is, for people to read."""
DocumentNumber = Annotated[str, Field(min_length=1, max_length=64), Readable(number_fault)]
MoneyField = Annotated[Money, Published(Money)]
