"""A code that names nothing is refused where it comes in, above all in an order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.intake.api.facts import SignedFact
from services.intake.api.holds import Order
from services.placement.api.facilities import Registration
from shared.contracts.agreement import as_plain, read_agreement
from shared.kernel.codes import Country as WrittenCountry
from shared.kernel.codes import Timezone as WrittenTimezone
from shared.kernel.reference.countries import COUNTRIES
from shared.kernel.reference.timezones import ZONES
from shared.web.content.models import Country, Timezone
from tests.support.drawn_events import FIRST
from tests.support.request_models import Json, Path, example, named, replaced, shown

if TYPE_CHECKING:
    from shared.web.content.models import RequestModel


def is_code(value: Json) -> bool:
    """Whether a value names a country or the time zone of a place."""
    return isinstance(value, str) and (value in COUNTRIES or value in ZONES)


CODES = [pytest.param(model, at, id=named(model, at)) for model, at in shown(is_code)]


def faults(model: type[RequestModel], body: Json) -> str:
    with pytest.raises(ValidationError) as refused:
        model.model_validate_json(json.dumps(body))
    return "\n".join(f"{error['type']}: {error['msg']}" for error in refused.value.errors())


@pytest.mark.parametrize(("model", "at"), CODES)
def test_every_request_model_refuses_a_code_that_names_nothing(
    model: type[RequestModel], at: Path
) -> None:
    body = example(model)
    for wrong in ("QQQ", "YUG", "XYZ"):
        assert "unknown_code: " in faults(model, replaced(body, at, wrong))


ORDER = example(Order)
PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
FACT = example(SignedFact)


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ({"kind": "country", "country": "SAL"}, "did you mean"),
        ({"kind": "country", "country": "YUG"}, "not used any more"),
        ({"kind": "country", "country": "XXX"}, "no country has the code XXX"),
        ({"kind": "person", "person": PERSON, "destination": "ELS"}, "SLV (El Salvador)?"),
    ],
)
def test_an_order_against_a_country_that_does_not_exist_is_refused(
    scope: dict[str, str], said: str
) -> None:
    assert said in faults(Order, {**ORDER, "scope": scope})


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ({"kind": "nationality", "nationalities": ["GER"], "disputed": False}, "DEU (Germany)"),
        ({"kind": "nationality", "nationalities": ["VEN", "UNO"], "disputed": False}, "[1]"),
        ({"kind": "nationality", "nationalities": ["PRI"], "disputed": False}, "say USA"),
        ({"kind": "nationality", "nationalities": ["VEN", "GBN"], "disputed": False}, "say GBR"),
        ({"kind": "notice", "language": "xx", "served_on": "2025-03-01"}, "ISO 639"),
        ({"kind": "notice", "language": "zxx", "served_on": "2025-03-01"}, "no language at all"),
        ({"kind": "notice", "language": "und", "served_on": "2025-03-01"}, "nobody has determined"),
        ({"kind": "notice", "language": "mul", "served_on": "2025-03-01"}, "several languages"),
        ({"kind": "notice", "language": "mis", "served_on": "2025-03-01"}, "no code"),
        ({**FACT["fact"], "offence": "9901"}, "no section of ICCS"),
        (
            {
                "kind": "risk-assessment",
                "destination": "SLV",
                "onward": ["HND", "QQQ"],
                "substantial_grounds": False,
                "valid_until": "2026-01-01",
            },
            "$.onward[1]",
        ),
    ],
)
def test_a_fact_names_what_there_is(fact: dict[str, Any], said: str) -> None:
    assert said in faults(SignedFact, {**FACT, "fact": fact})


def test_g7_a_stateless_person_has_a_nationality_that_can_be_written_down() -> None:
    fact = {"kind": "nationality", "nationalities": ["XXA"], "disputed": False}
    SignedFact.model_validate_json(json.dumps({**FACT, "fact": fact}))


@pytest.mark.parametrize("place", ["PRI", "HKG", "ATA"])
def test_a_territory_stays_a_place(place: str) -> None:
    scope = {"kind": "country", "country": place}
    Order.model_validate_json(json.dumps({**ORDER, "scope": scope}))


@pytest.mark.parametrize("zone", ["EST5EDT", "GMT0", "W-SU", "Etc/GMT+5", "UTC", "localtime"])
def test_a_facility_is_in_the_time_zone_of_a_place(zone: str) -> None:
    assert "unknown_code" in faults(Registration, {"facility": "f", "timezone": zone})


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        (("parties", "sending"), "ABC", "at `$.parties.sending`"),
        (("facilities", 0, "timezone"), "EST5EDT", "at `$.facilities[0].timezone`"),
        (("admission", "offences"), ["0501", "9901"], "at `$.admission.offences[1]`"),
        (("admission", "excluded_nationalities"), ["SUN"], "not used any more"),
        (("admission", "excluded_nationalities"), ["VEN", "GUM"], "say USA - at"),
        (("parties", "sending"), "PRI", "PRI is a territory of USA: say USA"),
        (("parties", "receiving"), "ATA", "is no state"),
    ],
)
def test_an_agreement_names_what_there_is(path: Path, code: Json, said: str) -> None:
    with pytest.raises(ValueError, match="`") as refused:
        read_agreement(replaced(as_plain(FIRST), path, code))
    assert said in str(refused.value)


RIMS: dict[str, tuple[TypeAdapter[str], msgspec.json.Decoder[str]]] = {
    "country": (TypeAdapter(Country), msgspec.json.Decoder(WrittenCountry)),
    "timezone": (TypeAdapter(Timezone), msgspec.json.Decoder(WrittenTimezone)),
}


@pytest.mark.parametrize("kind", RIMS)
@given(
    code=st.sampled_from([*COUNTRIES, *ZONES])
    | st.text(max_size=12)
    | st.from_regex(r"[A-Z]{3}\n?", fullmatch=True)
)
def test_what_a_rim_takes_its_contract_reads(kind: str, code: str) -> None:
    taken, read = RIMS[kind]
    try:
        value = taken.validate_python(code)
    except ValidationError:
        return
    assert read.decode(msgspec.json.encode(value)) == code
