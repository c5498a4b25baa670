"""Before anybody signs, the tariff says who charges for each fact (docs/reference/fees.md)."""

from __future__ import annotations

import msgspec
import pytest

from services.intake.domain.agreement.propose_agreement import PROPOSE_AGREEMENT, ProposeAgreement
from services.intake.domain.fee_terms import (
    AmountBeyondReckoning,
    ComponentMeansSomethingElse,
    TariffUnclear,
)
from shared.contracts.agreement import AgreementDocument, Tariff
from shared.kernel.bounds import MOST_DIGITS
from shared.tariff.registry import Component
from tests.support.bad_input import rows
from tests.support.decider_specification import Outcome, given
from tests.support.tariffs import nightly
from tests.unit.intake import made_events
from tests.unit.intake.made_events import SENDING_AUTHORITY

FIRST = made_events.document()
(GRANT,) = FIRST.tariff.components


def terms(*components: Component, version: int = 1) -> AgreementDocument:
    """The first agreement with these components."""
    tariff = Tariff("USD", components)
    return msgspec.structs.replace(FIRST, tariff=tariff, version=version)


def propose(document: AgreementDocument, *earlier: AgreementDocument) -> Outcome:
    """Put it forward after these versions."""
    said = [made_events.proposed(version) for version in earlier]
    return given(*said).when(PROPOSE_AGREEMENT, ProposeAgreement(document, SENDING_AUTHORITY))


def test_two_components_that_would_charge_the_same_night_are_refused() -> None:
    refusal = propose(terms(GRANT, nightly("bed", "65.00"))).refused(TariffUnclear)
    (finding,) = refusal.findings
    assert finding.missing.startswith("'grant' and 'bed' both charge for a night")


def test_they_are_agreed_when_the_terms_say_which_comes_first_or_that_both_apply() -> None:
    for other in (
        nightly("bed", "65.00", after=("grant",)),
        nightly("food", "4.10", beside=("grant",)),
    ):
        agreed = terms(GRANT, other)
        propose(agreed).then(made_events.proposed(agreed))


def test_a_night_that_no_component_charges_for_is_refused() -> None:
    refusal = propose(terms()).refused(TariffUnclear, "leaves open what is charged")
    assert [finding.missing for finding in refusal.findings] == [
        "no component charges for a night, first on 2025-03-16"
    ]


def test_kinds_of_case_restrict_nothing_as_long_as_no_fact_says_them() -> None:
    restricted = msgspec.structs.replace(GRANT, population=("third-country",))
    propose(terms(restricted)).refused(TariffUnclear)


def test_a_component_keeps_its_meaning_and_amended_terms_get_a_name_of_their_own() -> None:
    first = terms(nightly("bed", "65.00"))
    for component in (nightly("bed", "65.00"), nightly("bed-2026", "70.00")):
        second = terms(component, version=2)
        propose(second, first).then(made_events.proposed(second))
    dearer = terms(nightly("bed", "70.00"), version=2)
    (finding,) = propose(dearer, first).refused(ComponentMeansSomethingElse).findings
    assert finding.missing.startswith("'bed' has other terms than it had before")


@pytest.mark.parametrize(("amount", "right"), rows("amounts"))
def test_a_term_states_an_amount_whose_sums_can_be_computed(amount: str, right: str) -> None:
    if len(amount) > MOST_DIGITS:
        with pytest.raises(ValueError, match="more than 38 digits"):
            nightly("bed", amount)
        return
    outcome = propose(terms(nightly("bed", amount)))
    if right == "no":
        outcome.refused(AmountBeyondReckoning, "bed of usa-slv-2025@1", rule="tariff")
        return
    assert len(outcome.events) == 1


def test_a_tariff_without_a_component_is_refused() -> None:
    propose(terms()).refused(TariffUnclear, rule="tariff")
