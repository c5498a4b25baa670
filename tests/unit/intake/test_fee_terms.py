"""Before anybody signs, the tariff says who charges for every fact, once (fees.md)."""

from __future__ import annotations

import msgspec
import pytest

from services.intake.domain.agreement import PROPOSE_AGREEMENT, ProposeAgreement
from services.intake.domain.fee_terms import ComponentMeansSomethingElse, TariffUnclear
from shared.contracts.agreement import AgreementDocument, Tariff
from shared.tariff.registry import Component
from tests.support.tariffs import nightly
from tests.unit.intake import given
from tests.unit.intake.given import SENDING_AUTHORITY, when

FIRST = given.document()
(GRANT,) = FIRST.tariff.components


def terms(*components: Component, version: int = 1) -> AgreementDocument:
    """The first agreement with these components."""
    tariff = Tariff("USD", components)
    return msgspec.structs.replace(FIRST, tariff=tariff, version=version)


def propose(document: AgreementDocument, *earlier: AgreementDocument) -> None:
    """Put it forward after these versions."""
    said = [given.proposed(version) for version in earlier]
    when(PROPOSE_AGREEMENT, ProposeAgreement(document, SENDING_AUTHORITY), *said)


def test_two_components_that_would_charge_the_same_night_are_refused() -> None:
    with pytest.raises(TariffUnclear) as broken:
        propose(terms(GRANT, nightly("bed", "65.00")))
    (finding,) = broken.value.findings
    assert finding.missing.startswith("'grant' and 'bed' both charge for a night")


def test_they_are_agreed_when_the_terms_say_which_comes_first_or_that_both_apply() -> None:
    propose(terms(GRANT, nightly("bed", "65.00", after=("grant",))))
    propose(terms(GRANT, nightly("food", "4.10", beside=("grant",))))


def test_a_night_that_no_component_charges_for_is_refused() -> None:
    with pytest.raises(TariffUnclear, match="leaves open what is charged") as broken:
        propose(terms())
    assert [finding.missing for finding in broken.value.findings] == [
        "no component charges for a night, first on 2025-03-16"
    ]


def test_kinds_of_case_restrict_nothing_as_long_as_no_fact_says_them() -> None:
    with pytest.raises(TariffUnclear):
        propose(terms(msgspec.structs.replace(GRANT, population=("third-country",))))


def test_a_component_keeps_its_meaning_and_amended_terms_get_a_name_of_their_own() -> None:
    first = terms(nightly("bed", "65.00"))
    propose(terms(nightly("bed", "65.00"), version=2), first)
    propose(terms(nightly("bed-2026", "70.00"), version=2), first)
    with pytest.raises(ComponentMeansSomethingElse) as broken:
        propose(terms(nightly("bed", "70.00"), version=2), first)
    (finding,) = broken.value.findings
    assert finding.missing.startswith("'bed' has other terms than it had before")
