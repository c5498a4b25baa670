"""The documents in `agreements/`: each can be proposed, and comes to what its source says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from services.intake.domain import fee_terms
from shared.contracts.agreement import AgreementDocument
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.money import Money, total
from shared.kernel.reference.named_codes import faults
from shared.tariff.fact import MonthEnd, Occurred, PersonNight, Service
from shared.tariff.pricing import price
from shared.web.yaml_document import read_yaml

FOLDER = Path(__file__).parents[3] / "agreements"
DOCUMENTS = sorted(FOLDER.glob("*.yaml"))


def read(path: Path) -> AgreementDocument:
    """The document as the endpoint reads it."""
    return msgspec.convert(read_yaml(path.read_bytes()), AgreementDocument, strict=False)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_document_can_be_proposed_as_it_stands(path: Path) -> None:
    document = read(path)
    assert document.agreement == path.stem
    assert [*faults(document)] == []
    fee_terms.check(document, [])


@pytest.mark.parametrize(
    ("name", "months", "comes_to"),
    [
        ("nor-nld-2015", 36, "76500000.00"),  # F1
        ("bel-nld-2010", 36, "90000000.00"),  # F4: and never 500 × 365 × 164.38 a year
        ("dnk-rks-2027", 120, "210000000.00"),  # F5
        ("swe-est-2026", 9, "22950000.00"),  # F6: nobody comes, the minimum is owed
    ],
)
def test_f1_f4_f5_f6_with_nobody_there_come_to_what_their_sources_say(
    name: str, months: int, comes_to: str
) -> None:
    document = read(FOLDER / f"{name}.yaml")
    first = document.effective.start
    ends = [
        date(first.year + (first.month - 1 + number) // 12, (first.month - 1 + number) % 12 + 1, 1)
        for number in range(months)
    ]
    earned: list[Money] = []
    for component in document.tariff.components:
        tally = component.empty
        for end in ends:
            charge = component.close(MonthEnd(f"{end:%Y-%m}", EntryRef("o#1")), tally)
            if charge is None:
                continue  # what was not given in it costs nothing
            tally, earned = charge.tally, [*earned, charge.amount]

    assert total(earned, "EUR") == Money(comes_to, "EUR")


def test_f11_the_document_with_services_comes_to_1992() -> None:
    """F11: 'Western Tidewater: USD 65.00 a night, USD 0.30 a mile, USD 10.00 an hour'."""
    day, entry = date(2026, 1, 1), (EntryRef("o#1"),)
    services = (
        Service("guard", "hour", 3, "guard-log", day),
        Service("transport", "mile", 40, "trip-log", day),
    )
    facts: list[PersonNight | Occurred] = [Occurred(service, entry) for service in services]
    facts += [
        PersonNight(CustodyId("c"), PersonId("p"), night, entry[0])
        for night in DatePeriod(day, date(2026, 1, 31)).dates()
    ]
    tariff = read(FOLDER / "usa-slv-services.yaml").tariff
    tallies = {component.id: component.empty for component in tariff.components}
    earned: list[Money] = []
    for fact in facts:
        (priced,) = price(tariff.components, fact, lambda component: tallies[component.id])
        tallies[priced.component.id] = priced.charge.tally
        earned.append(priced.charge.amount)

    assert total(earned, "USD") == Money("1992.00", "USD")


def test_f9_eswatini_15_of_160_are_9_4_per_cent_and_340000_a_person() -> None:
    """F9: 'USD 5,100,000 for up to 160; 15 arrive'."""
    (grant,) = read(FOLDER / "usa-swz-2025.yaml").tariff.components
    tally = grant.empty
    for number in range(15 * 365):
        night = PersonNight(
            CustodyId("c"), PersonId("p"), date(2025, 7, 16), EntryRef(f"o#{number}")
        )
        charge = grant.charge(night, tally)
        assert charge is not None
        tally = charge.tally
    told = grant.statement(tally).utilisation

    assert told is not None
    assert (told.share, told.per_person) == ("9.4", Money("340000.00", "USD"))
