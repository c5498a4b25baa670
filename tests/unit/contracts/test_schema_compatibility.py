"""What a type may gain within its version, and every other change being caught."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from tests.support.frozen_schemas import components_of
from tests.support.schema_compatibility import incompatibilities, open_structs

CLOSED: dict[str, Any] = {"frozen": True, "forbid_unknown_fields": True, "kw_only": True}
Field = tuple[str, Any] | tuple[str, Any, Any]


def struct(*fields: Field, name: str = "Fact", **config: object) -> type[msgspec.Struct]:
    """A type of the language, as it is or as it was."""
    return msgspec.defstruct(name, fields, **{**CLOSED, **config})


def tagged(tag: str, *fields: Field) -> type[msgspec.Struct]:
    """A member of a union."""
    return struct(*fields, name=tag.title(), tag_field="kind", tag=tag)


def found(old: type[msgspec.Struct], new: type[msgspec.Struct]) -> list[str]:
    """What is not allowed about the way from one to the other."""
    return incompatibilities("Fact", components_of(old), components_of(new))


PERSON, COUNTRY = tagged("person", ("person", str)), tagged("country", ("country", str))
FLIGHT = tagged("flight", ("flight", str))
BASE = struct(("case", str), ("form", Literal["written", "oral"]), ("days", int))
SCOPED = struct(("scope", PERSON | COUNTRY))
CODED = Annotated[str, Meta(pattern="^[A-Z]{3}$")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(BASE, BASE, id="nothing"),
        pytest.param(
            BASE,
            struct(
                ("case", str),
                ("form", Literal["written", "oral"]),
                ("days", int),
                ("language", str | None, None),
            ),
            id="an optional field with a default",
        ),
        pytest.param(
            BASE,
            struct(
                ("case", str), ("form", Literal["written", "oral", "electronic"]), ("days", int)
            ),
            id="a value of an enumeration",
        ),
        pytest.param(
            SCOPED, struct(("scope", PERSON | COUNTRY | FLIGHT)), id="a member of a union"
        ),
        pytest.param(
            struct(("scope", PERSON)), SCOPED, id="a second member where there was one, tagged"
        ),
        pytest.param(
            struct(("scopes", tuple[PERSON, ...])),  # type: ignore[valid-type]  # made when the test runs
            struct(("scopes", tuple[PERSON | FLIGHT, ...])),  # type: ignore[valid-type]  # the same
            id="a member of a union in a list",
        ),
        pytest.param(
            SCOPED,
            struct(
                (
                    "scope",
                    tagged("person", ("person", str), ("destination", str | None, None)) | COUNTRY,
                )
            ),
            id="an optional field of a member",
        ),
        pytest.param(
            struct(("country", Annotated[str, Meta(description="a country")])),
            struct(("country", Annotated[str, Meta(description="ISO 3166-1 alpha-3")])),
            id="clearer words",
        ),
    ],
)
def test_a_version_may_gain(old: type[msgspec.Struct], new: type[msgspec.Struct]) -> None:
    assert found(old, new) == []


INCOMPATIBLE: dict[str, tuple[type[msgspec.Struct], type[msgspec.Struct], str]] = {
    "a field taken away": (
        struct(("case", str), ("days", int)),
        struct(("case", str)),
        "$.days: was taken away",
    ),
    "a field renamed": (
        struct(("days", int)),
        struct(("nights", int, 0)),
        "$.days: was taken away",
    ),
    "a required field added": (
        struct(("case", str)),
        struct(("case", str), ("days", int)),
        "$.days: is new and has no default",
    ),
    "required made optional": (
        struct(("days", int)),
        struct(("days", int, 0)),
        "$.days: is optional now",
    ),
    "optional made required": (
        struct(("days", int, 0)),
        struct(("days", int)),
        "$.days: is required now",
    ),
    "another default": (
        struct(("days", int, 0)),
        struct(("days", int, 1)),
        "$.days: another default",
    ),
    "another type": (
        struct(("days", int)),
        struct(("days", str)),
        "$.days: was {'type': 'integer'}",
    ),
    "another format": (
        struct(("day", str)),
        struct(("day", date)),
        "$.day: was {'type': 'string'}",
    ),
    "narrowed by a limit": (
        struct(("days", int)),
        struct(("days", Annotated[int, Meta(ge=0)])),
        "is {'type': 'integer', 'minimum': 0}",
    ),
    "narrowed by a pattern": (
        struct(("code", str)),
        struct(("code", CODED)),
        "'pattern': '^[A-Z]{3}$'",
    ),
    "widened": (struct(("code", CODED)), struct(("code", str)), "$.code: was"),
    "narrowed to what is not null": (
        struct(("case", str | None)),
        struct(("case", str)),
        "$.case: lost the member null",
    ),
    "a value of an enumeration taken away": (
        struct(("form", Literal["written", "oral"])),
        struct(("form", Literal["written"])),
        "$.form: lost the values ['oral']",
    ),
    "text made an enumeration": (
        struct(("form", str)),
        struct(("form", Literal["oral"])),
        "$.form: was {'type': 'string'}",
    ),
    "an enumeration made text": (
        struct(("form", Literal["oral", "written"])),
        struct(("form", str)),
        "$.form: was {}",
    ),
    "a member of a union taken away": (
        SCOPED,
        struct(("scope", PERSON)),
        "$.scope: lost the member ('kind', 'country')",
    ),
    "another tag": (
        SCOPED,
        struct(("scope", PERSON | tagged("land", ("country", str)))),
        "$.scope: lost the member ('kind', 'country')",
    ),
    "a required field of a member added": (
        SCOPED,
        struct(("scope", tagged("person", ("person", str), ("sex", str)) | COUNTRY)),
        "$.scope.sex: is new and has no default",
    ),
    "another item": (
        struct(("present", tuple[str, ...])),
        struct(("present", tuple[int, ...])),
        "$.present[]: was {'type': 'string'}",
    ),
    "opened to fields that nobody knows": (
        struct(("case", str)),
        struct(("case", str), forbid_unknown_fields=False),
        "$: was",
    ),
}


@pytest.mark.parametrize("change", INCOMPATIBLE)
def test_every_other_change_is_caught(change: str) -> None:
    old, new, said = INCOMPATIBLE[change]
    (only,) = found(old, new)
    assert said in only


def test_a_struct_that_would_pass_over_an_unknown_field_is_named() -> None:
    inner = struct(("rule", str), name="Finding", forbid_unknown_fields=False)
    outer = components_of(struct(("finding", inner)))
    assert open_structs("intake.Fact.v1", outer) == ["intake.Fact.v1: Finding"]
