"""A nationality is a state's, whatever code of a territory or a class an entry has for it."""

from __future__ import annotations

import msgspec
import pytest

from shared.contracts.intake import (
    CaseProposed,
    ClearanceGranted,
    NationalityDetermined,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
)
from shared.kernel.reference.territories import TERRITORIES
from tests.unit.audit.names import document
from tests.unit.audit.rules import broken
from tests.unit.audit.tampering import Found, Tampering, under
from tests.unit.audit.told import main_job


def cleared(*held: str, **changed: object) -> set[Found]:
    """What is found at the clearance of somebody with these nationalities, under these terms."""
    facts = under(main_job(), msgspec.structs.replace(document(), **changed))
    tampered = Tampering(facts, NationalityDetermined).event(nationalities=held)
    return Tampering(tampered.facts, ClearanceGranted).here()


@pytest.mark.parametrize(
    "held", [("PRI",), ("GUM",), ("VEN", "ASM"), ("UMI",), ("ATA",), ("VEN", "ATA")]
)
def test_g7_a_national_of_the_sending_state_is_one_under_a_territorys_code(
    held: tuple[str, ...],
) -> None:
    """Nationals of the sending state are refused; disputed or unknown nationality counts as its."""
    assert cleared(*held) == {broken("G7")}


def test_g7_an_instrument_of_the_sending_state_is_one_for_its_territories_too() -> None:
    own = {"nationalities": ("PRI",), "instrument": "ACT-1"}
    assert Tampering(main_job(), NationalityDetermined).event(**own).findings() == []


@pytest.mark.parametrize("held", ["GBN", "HKG", "GRL"])
def test_g7_a_territory_of_another_state_is_not_the_senders(held: str) -> None:
    assert cleared(held) == set()


def test_g7_a_territory_that_sends_sends_nationals_of_its_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nationals of the sending state are refused, should an entry name a territory as a party."""
    held = Tampering(main_job(), NationalityDetermined).event(nationalities=("GTM",))
    assert Tampering(held.facts, ClearanceGranted).here() == set()
    monkeypatch.setitem(TERRITORIES, "USA", "GTM")
    assert Tampering(held.facts, ClearanceGranted).here() == {broken("G7")}


@pytest.mark.parametrize(
    ("excluded", "held"), [("CHN", "HKG"), ("HKG", "CHN"), ("GBR", "GBN"), ("JEY", "BMU")]
)
def test_g8_who_is_excluded_is_excluded_under_every_code_of_the_state(
    excluded: str, held: str
) -> None:
    admission = msgspec.structs.replace(document().admission, excluded_nationalities=(excluded,))
    assert cleared(held, admission=admission) == {broken("G8")}


def test_g8_a_national_goes_home_to_the_state_of_the_territory_and_is_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = Tampering(main_job(), CaseProposed).event(kind="repatriation").facts
    facts = Tampering(facts, NationalityDetermined).event(nationalities=("HND",)).facts

    def declined() -> set[Found]:
        accepted = Tampering(facts, ReceivingStateAccepted)
        words = msgspec.structs.asdict(accepted.words)
        return accepted.instead(ReceivingStateDeclined(**words)).here()

    assert broken("G8") in Tampering(facts, ClearanceGranted).here()
    assert broken("repatriation") not in declined()
    monkeypatch.setitem(TERRITORIES, "HND", "SLV")
    assert broken("G8") not in Tampering(facts, ClearanceGranted).here()
    assert broken("repatriation") in declined()
