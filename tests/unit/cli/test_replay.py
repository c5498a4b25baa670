"""The demo's replay: what the services claim is compared with what follows from the logs."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from cli.demo.rebuilt import Line, Rebuilt
from cli.demo.replay import ClaimedLine, Claims, Verdict, differences
from cli.servers.process import free_port
from shared.contracts.agreement import (
    Admission,
    AgreementDocument,
    Parties,
    Tariff,
    digest,
)
from shared.contracts.hold import CountryScope, HoldAsserted, HoldLifted, HoldScope, PersonScope
from shared.contracts.intake import AgreementActivated
from shared.contracts.invoice import InvoiceDrafted, InvoiceLineDrafted
from shared.contracts.manifest import Custodian, LegDeparted, PersonBoarded, PersonManifested
from shared.contracts.placement import (
    CustodyAccepted,
    HeadcountAttested,
    PersonReleased,
    PlaceReserved,
    Presence,
)
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event
from shared.kernel.ids import (
    AgreementId,
    AgreementRef,
    CaseId,
    CustodyId,
    EntryRef,
    FacilityId,
    HoldId,
    InvoiceId,
    ManifestId,
    PersonId,
)
from shared.kernel.money import Money
from tests.support.processes import ROOT
from tests.support.tariffs import nightly

TERMS = AgreementRef("usa-slv-2025@1")
CECOT = FacilityId("cecot")
PERSON = PersonId("01900000-0000-7000-8000-000000000001")
OTHER = PersonId("01900000-0000-7000-8000-000000000002")
CUSTODY = CustodyId("01900000-0000-7000-8000-000000000003")
CASE = CaseId(CUSTODY)
MANIFEST = ManifestId("01900000-0000-7000-8000-000000000004")
HOLD = HoldId("01900000-0000-7000-8000-000000000005")
INVOICE = InvoiceId("01900000-0000-7000-8000-000000000006")
ENTRY = EntryRef("accord.example/intake/0#1")
ARRIVAL = date(2025, 4, 2)
AT_NOON = datetime(2025, 4, 2, 12, tzinfo=UTC)
NIGHTS = 3
INVOICED: dict[str, Any] = {"invoice": INVOICE, "agreement": TERMS, "period": "2025-04"}
STAY: dict[str, Any] = {"custody": CUSTODY, "person": PERSON, "agreement": TERMS, "facility": CECOT}
PASSENGER: dict[str, Any] = {
    "case": CASE,
    "person": PERSON,
    "agreement": TERMS,
    "manifest": MANIFEST,
}
DOCUMENT = AgreementDocument(
    agreement=AgreementId("usa-slv-2025"),
    version=1,
    parties=Parties("USA", "SLV"),
    effective=DatePeriod(date(2025, 3, 1), date(2026, 4, 1)),
    admission=Admission(("third-country",)),
    required_facts=(),
    facilities=(),
    tariff=Tariff("USD", (nightly("bed", "65.00"),)),
)
LINE = ClaimedLine(CUSTODY, "bed", NIGHTS, Money("195.00", "USD"))
CLAIMS = Claims(
    bootstrap=None,
    prefix="accord",
    urls={},
    policy="",
    sizes={},
    custody={CUSTODY: "in-custody"},
    period="2025-04",
    earned=Money("195.00", "USD"),
    lines=(LINE,),
)


def a_stay_of_three_nights() -> list[Event]:
    """The terms, an arrival, three nights attested, and the month's invoice."""
    nights = [attested(ARRIVAL + timedelta(days=day)) for day in range(NIGHTS)]
    return [*an_arrival(), *nights, *an_invoice()]


def an_arrival() -> list[Event]:
    custodian = Custodian("SLV", "cecot", "SLV")
    return [
        AgreementActivated(agreement=TERMS, digest=digest(DOCUMENT), document=DOCUMENT),
        PersonManifested(**PASSENGER, facility=CECOT, sending="USA", receiving="SLV"),
        PlaceReserved(**STAY, manifest=MANIFEST, sending="USA", receiving="SLV"),
        CustodyAccepted(
            **STAY,
            offer=ENTRY,
            custodian=custodian,
            sending="USA",
            receiving="SLV",
            accepted_at=AT_NOON,
            arrived_on=ARRIVAL,
            timezone="America/El_Salvador",
            place_was_reserved=True,
        ),
    ]


def an_invoice() -> list[Event]:
    return [
        InvoiceLineDrafted(
            **INVOICED,
            line=1,
            custody=CUSTODY,
            person=PERSON,
            component="bed",
            unit="person-night",
            quantity=NIGHTS,
            amount=LINE.amount,
            evidence=(),
        ),
        InvoiceDrafted(
            **INVOICED,
            payer="USA",
            payee="SLV",
            lines=1,
            earned=CLAIMS.earned,
            drawn=Money("0.00", "USD"),
            due=CLAIMS.earned,
        ),
    ]


def attested(night: date) -> HeadcountAttested:
    return HeadcountAttested(
        facility=CECOT,
        agreement=TERMS,
        night=night,
        timezone="America/El_Salvador",
        present=(Presence(CUSTODY, PERSON),),
        part=1,
        parts=1,
        attested_by="SLV:facility-registry:desk-1",
    )


def rebuilt_from(*events: Event) -> Rebuilt:
    rebuilt = Rebuilt()
    for place, event in enumerate(events):
        rebuilt.take(event, f"entry {place}")
    return rebuilt


def hold_on(scope: HoldScope) -> HoldAsserted:
    return HoldAsserted(
        hold=HOLD,
        scope=scope,
        form="written",
        received_at=AT_NOON,
        issued_by="USA",
        office="court",
        reference="order-9",
        asserted_by="USA:court:desk-1",
    )


def lifted(scope: HoldScope) -> HoldLifted:
    return HoldLifted(hold=HOLD, scope=scope, instrument="order-10", lifted_by="USA:court:desk-1")


BOARDED = PersonBoarded(**PASSENGER)
DEPARTED = LegDeparted(
    manifest=MANIFEST, agreement=TERMS, leg=1, cases=(CASE,), departed_at=AT_NOON
)


def test_what_follows_from_the_logs_is_what_was_claimed() -> None:
    assert [*differences(CLAIMS, rebuilt_from(*a_stay_of_three_nights()))] == []


@pytest.mark.parametrize(
    ("claimed", "told"),
    [
        ({"custody": {CUSTODY: "released"}}, "rebuilt in-custody, claimed released"),
        ({"custody": {}}, "rebuilt in-custody, claimed not there"),
        (
            {"custody": {CUSTODY: "in-custody", "another": "in-custody"}},
            "custody another: rebuilt not there, claimed in-custody",
        ),
        ({"lines": (msgspec.structs.replace(LINE, quantity=4),)}, "quantity=4"),
        ({"lines": ()}, "the invoice over HTTP"),
        ({"earned": Money("195.01", "USD")}, "rebuilt USD 195.00, claimed USD 195.01"),
    ],
)
def test_a_claim_that_does_not_follow_is_told(claimed: dict[str, object], told: str) -> None:
    claims = msgspec.structs.replace(CLAIMS, **claimed)
    (difference,) = differences(claims, rebuilt_from(*a_stay_of_three_nights()))
    assert told in difference


def test_a_night_twice_in_the_log_is_charged_once_and_one_outside_the_stay_not_at_all() -> None:
    events = a_stay_of_three_nights()
    outside = attested(ARRIVAL - timedelta(days=1))
    rebuilt = rebuilt_from(*events, attested(ARRIVAL), outside)
    assert [*differences(CLAIMS, rebuilt)] == []


def test_an_invoice_whose_entries_say_something_else_is_told() -> None:
    *events, line, invoice = a_stay_of_three_nights()
    wrong = msgspec.structs.replace(line, quantity=NIGHTS + 1)
    (difference,) = differences(CLAIMS, rebuilt_from(*events, wrong, invoice))
    assert "the invoice's entries" in difference


def test_nights_on_and_after_the_day_of_release_are_given_back() -> None:
    released = PersonReleased(**STAY, ended_at=AT_NOON, departed_on=ARRIVAL + timedelta(days=1))
    rebuilt = rebuilt_from(*a_stay_of_three_nights(), released)
    assert rebuilt.custody == {CUSTODY: "released"}
    assert rebuilt.lines == {
        "2025-04": {(CUSTODY, "bed"): Line(quantity=1, amount=Money("65.00", "USD"))}
    }


@pytest.mark.parametrize("passing", [BOARDED, DEPARTED])
@pytest.mark.parametrize(
    "scope", [PersonScope(PERSON), PersonScope(PERSON, "SLV"), CountryScope("SLV")]
)
def test_whoever_passed_while_a_hold_stood_is_told(scope: HoldScope, passing: Event) -> None:
    held = rebuilt_from(*a_stay_of_three_nights(), hold_on(scope), passing)
    (difference,) = differences(CLAIMS, held)
    assert f"case {CASE} passed while hold {HOLD} stood" in difference
    freed = rebuilt_from(*a_stay_of_three_nights(), hold_on(scope), lifted(scope), passing)
    assert [*differences(CLAIMS, freed)] == []


@pytest.mark.parametrize(
    "scope", [PersonScope(OTHER), PersonScope(PERSON, "GTM"), CountryScope("GTM")]
)
def test_a_hold_on_somebody_else_or_another_destination_is_no_difference(scope: HoldScope) -> None:
    rebuilt = rebuilt_from(*a_stay_of_three_nights(), hold_on(scope), DEPARTED)
    assert [*differences(CLAIMS, rebuilt)] == []


def test_a_log_that_cannot_be_read_is_not_called_equal() -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    services = ("intake", "placement", "billing")
    claims = msgspec.structs.replace(
        CLAIMS, urls=dict.fromkeys(services, nowhere), sizes=dict.fromkeys(services, 1)
    )
    done = subprocess.run(
        [sys.executable, "-m", "cli.demo.replay"],
        cwd=ROOT,
        input=msgspec.json.encode(claims),
        capture_output=True,
        check=False,
    )
    verdict = msgspec.json.decode(done.stdout, type=Verdict)
    assert done.returncode == 3
    assert not verdict.equal
    assert "could not check" in (verdict.difference or "")
