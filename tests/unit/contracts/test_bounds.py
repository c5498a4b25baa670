"""Every number of the published language, of a request and of an agreement has its bounds."""

from __future__ import annotations

import importlib
import json
from math import inf
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from shared.contracts.agreement import as_plain, read_agreement
from shared.contracts.billing import Month
from shared.contracts.catalog import EVENT_TYPES
from shared.kernel.bounds import MOST
from tests.support.bad_input import rows
from tests.support.documents import ASSEMBLED, assembled
from tests.support.drawn_events import FIRST
from tests.support.frozen_schemas import schema_of
from tests.support.request_models import Path as Place
from tests.support.request_models import example, models, named, replaced, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shared.kernel.event import Event
    from shared.web.content.models import RequestModel
    from tests.support.witnesses import WitnessHost

JSON_READS = 2**53 - 1
"""What every reader of JSON reads exactly (RFC 7493)."""


def whole_numbers(schema: Any, at: str = "$") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any part of a JSON document
    """Each whole number of a JSON Schema, and where."""
    if isinstance(schema, dict):
        if schema.get("type") == "integer":
            yield at, schema
        for name, part in schema.items():
            yield from whole_numbers(part, f"{at}.{name}")
    elif isinstance(schema, list):
        for part in schema:
            yield from whole_numbers(part, at)


@pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=lambda event: event.TYPE)
def test_every_whole_number_of_an_entry_is_one_that_every_reader_reads(event: type[Event]) -> None:
    """The audit reads no other: an entry that has one is a finding."""
    for at, schema in whole_numbers(schema_of(event)):
        assert -JSON_READS <= schema["minimum"] < schema["maximum"] <= JSON_READS, at
    assert '"number"' not in json.dumps(schema_of(event)), "no floating point"


def test_every_whole_number_of_a_request_has_its_bounds() -> None:
    held = [
        (model, at, schema)
        for model in models()
        for at, schema in whole_numbers(model.model_json_schema())
    ]
    for model, at, schema in held:
        assert -JSON_READS <= schema["minimum"] < schema["maximum"] <= JSON_READS, (model, at)
    assert held


def is_number(value: object) -> bool:
    """Whether an example shows a number there."""
    return isinstance(value, int) and not isinstance(value, bool)


NUMBERS = [pytest.param(model, at, id=named(model, at)) for model, at in shown(is_number)]
WRITTEN = [written for written, _ in rows("numbers")] + ["9" * 4_299, "9" * 6_000]


@pytest.mark.parametrize("written", WRITTEN, ids=lambda text: f"{text[:20]}-{len(text)}")
@pytest.mark.parametrize(("model", "at"), NUMBERS)
def test_a_number_beyond_its_bounds_is_refused_in_every_request(
    model: type[RequestModel], at: Place, written: str
) -> None:
    body = json.dumps(replaced(example(model), at, "@number@")).replace('"@number@"', written)
    with pytest.raises(ValidationError):
        model.model_validate_json(body)


@pytest.mark.parametrize("written", [str(MOST + 1), "9007199254740992", "9" * 4_299, "9" * 6_000])
@pytest.mark.parametrize(
    "at",
    [
        ("version",),
        ("contest_days",),
        ("longest_validity", "fitness_days"),
        ("longest_validity", "risk_assessment_days"),
        ("tariff", "components", 0, "persons"),
        ("tariff", "components", 0, "nights"),
        ("tariff", "components", 0, "rounding", "place"),
    ],
)
def test_a_number_beyond_its_bounds_is_refused_in_an_agreement(at: Place, written: str) -> None:
    with pytest.raises(ValueError, match=r"`|digits"):
        read_agreement(replaced(as_plain(FIRST), at, written))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("1899-12-31", "2026-01-01"),
        ("2025-01-01", "2200-01-02"),
        ("2025-01-01", "9999-12-31"),
        ("0001-01-01", "2026-01-01"),
    ],
)
def test_the_days_of_an_agreement_and_of_its_components_are_of_our_time(
    start: str, end: str
) -> None:
    days = {"start": start, "end": end}
    for at in (("effective",), ("tariff", "components", 0, "effective")):
        with pytest.raises(ValueError, match="within the years 1900 to 2199"):
            read_agreement(replaced(as_plain(FIRST), at, days))


@pytest.mark.parametrize(("code", "right"), rows("currencies"))
def test_an_agreement_is_in_a_currency_that_is_paid_in(code: str, right: str) -> None:
    """A tariff in XXX, in gold or in a currency that is gone is refused before anybody signs it."""
    plain = replaced(as_plain(FIRST), ("tariff",), {"currency": code, "components": []})
    if right.isdigit():
        assert read_agreement(plain).tariff.currency == code
        return
    with pytest.raises((ValueError, msgspec.ValidationError), match=r"\$\.tariff\.currency"):
        read_agreement(plain)


def test_a_month_of_an_entry_is_of_our_time() -> None:
    """Otherwise whoever reads it would reckon with a year that no calendar has."""
    assert msgspec.convert("2025-03", Month) == "2025-03"
    for month in ("0000-01", "1899-12", "2200-01", "9999-12"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(month, Month)


@pytest.mark.parametrize("service", ASSEMBLED)
def test_every_whole_number_of_a_path_or_query_has_its_bounds(
    service: str, tmp_path: Path, witness_host: WitnessHost
) -> None:
    document = assembled(service, tmp_path, witness_host).openapi()
    asked = [
        (parameter["name"], schema)
        for operations in document["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        for _, schema in whole_numbers(parameter["schema"])
    ]
    for name, schema in asked:
        assert schema.get("minimum", -inf) >= -JSON_READS, name
        assert schema.get("maximum", inf) <= JSON_READS, name
    assert {name for name, _ in asked} >= {"limit"}


FITS = {sa.Integer: 2**31 - 1, sa.BigInteger: 2**63 - 1}
OF_THE_LEDGER = {
    "sequence",
    "last_sequence",
    "drafted_in",
    "recorded_in",
    "settled_in",
    "number",
    "version",
    "place",
}
"""Columns that no event's number fills: indices, and what counts rows of one entry."""


@pytest.mark.parametrize("service", ASSEMBLED)
def test_every_number_of_an_entry_fits_in_its_column(service: str) -> None:
    """A column is named like the field that fills it; an amount's column has no limit."""
    largest = {
        at.rpartition(".")[2]: schema["maximum"]
        for event in EVENT_TYPES.values()
        for at, schema in whole_numbers(schema_of(event))
    }
    named = {
        "approved_capacity": "places",
        "proposed_capacity": "places",
        "own_population": "count",
        "nights_due": "due",
        "nights_attested": "attested",
        "overstay_days": "day",
    }
    for table in importlib.import_module(f"services.{service}.projections").VIEWS.tables:
        for column in table.columns:
            if type(column.type) in FITS and column.name not in OF_THE_LEDGER:
                field = named.get(column.name, column.name)
                assert largest[field] <= FITS[type(column.type)], (table.name, column.name)
