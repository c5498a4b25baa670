"""Agreements: nothing happens under a version before both states have signed it (F8)."""

from __future__ import annotations

import msgspec
import pytest

from services.audit.domain.replay import Replay
from shared.contracts.agreement import Tariff, digest
from shared.contracts.intake import (
    AgreementActivated,
    AgreementProposed,
    AgreementSigned,
    CaseProposed,
    ClearanceGranted,
    PersonRegistered,
)
from shared.kernel.bounds import MOST_DIGITS
from shared.kernel.reference.currency import REPLACED
from shared.transparency.agreement_keys import AgreementKeys
from tests.support.bad_input import rows
from tests.support.first_agreement import first_agreement
from tests.support.signing import KEYS
from tests.support.tariffs import nightly
from tests.unit.audit.names import NIGHTLY, document
from tests.unit.audit.rules import SIDES, broken, missing
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import SMALL, main_job, pool_used_up


def test_a_later_version_has_the_same_parties_and_replaces_the_one_before() -> None:
    facts = pool_used_up()
    other = document(version="2", parties={"sending": "USA", "receiving": "GTM"})
    changed = Tampering(facts, AgreementProposed, 1).event(document=other, digest=digest(other))
    assert broken("F8") in changed.here()


def test_a_tariff_says_who_charges_for_every_night_once() -> None:
    bed, guard = NIGHTLY["components"]
    for components in ([], [bed, {**guard, "beside": []}]):
        other = document(tariff={**NIGHTLY, "components": components})
        changed = Tampering(main_job(), AgreementProposed)
        assert broken("tariff") in changed.event(document=other, digest=digest(other)).here()


def put_forward(tariff: Tariff) -> Tampering:
    """A proposal with this tariff, which no decision has looked at."""
    other = msgspec.structs.replace(document(), tariff=tariff)
    return Tampering(main_job(), AgreementProposed).event(document=other, digest=digest(other))


def test_an_agreement_states_each_facility_and_each_fact_once() -> None:
    (cecot,) = first_agreement()["facilities"]
    facts = first_agreement()["required_facts"]
    theirs = {"fact": "identity", "side": "receiving", "office": "central-authority"}
    for contradictory in (
        {"facilities": [cecot, {**cecot, "timezone": "America/Guatemala"}]},
        {"required_facts": [*facts, theirs, theirs]},
    ):
        other = document(**contradictory)
        changed = Tampering(main_job(), AgreementProposed)
        assert broken("terms") in changed.event(document=other, digest=digest(other)).here()


@pytest.mark.parametrize(("code", "right"), rows("currencies"))
def test_a_tariff_is_in_a_currency_that_is_paid_in_and_has_a_component(
    code: str, right: str
) -> None:
    """Where a currency is gone, its terms may have been agreed before that: they stay signed."""
    changed = put_forward(Tariff(code, ()))
    assert changed.here() == {broken("tariff")}
    wanted = {finding.expected for finding in changed.findings()}
    unpaid = not right.isdigit() and code not in REPLACED
    assert ("a currency that is paid in" in wanted) == unpaid
    assert "a component that charges" in wanted


@pytest.mark.parametrize(("amount", "right"), rows("amounts"))
def test_a_term_states_an_amount_whose_sums_can_be_computed(amount: str, right: str) -> None:
    if len(amount) > MOST_DIGITS:
        with pytest.raises(ValueError, match="more than 38 digits"):
            nightly("bed", amount)
        return
    found = put_forward(Tariff("USD", (nightly("bed", amount),))).here()
    assert found == (set() if right == "good" else {broken("tariff")})


def test_a_component_of_a_later_version_means_what_it_meant() -> None:
    (seven,) = SMALL["components"]
    dearer = {**seven, "nights": "8"}
    other = document(version="2", tariff={**SMALL, "components": [dearer]})
    changed = Tampering(pool_used_up(), AgreementProposed, 1)
    assert broken("tariff") in changed.event(document=other, digest=digest(other)).here()


def test_an_agreement_is_signed_by_both_before_it_is_in_force() -> None:
    facts = Tampering(main_job(), AgreementSigned, 1).gone().facts
    for event in (AgreementActivated, CaseProposed, ClearanceGranted):
        assert broken("F8") in Tampering(facts, event).here()


def test_signatures_of_both_put_an_agreement_in_force_at_once() -> None:
    facts = Tampering(main_job(), AgreementActivated).gone().facts
    assert missing("F8") in Tampering(facts, AgreementSigned, 1).here()


def test_an_independent_office_registers_nobody() -> None:
    changed = Tampering(main_job(), PersonRegistered).event(registered_by="XX")
    assert SIDES in changed.envelope(actor="XX:intake-agency:somebody").here()


def test_f8_an_audit_without_a_states_key_says_that_it_could_not_check_the_signature() -> None:
    """Never good by silence: each signature that was not checked is named, and nothing else is."""
    replay = Replay(AgreementKeys({"USA": KEYS.keys["USA"]}).fault)
    found = [finding for fact in main_job() for finding in replay.feed(fact)]
    (unchecked,) = [*found, *replay.finish()]
    assert (unchecked.kind, unchecked.rule) == ("coverage-incomplete", "F8")
    assert unchecked.expected == "the signature of SLV over usa-slv-2025@1"
    assert "no key with which SLV signs agreements" in unchecked.found


def test_an_agreement_states_each_clause_once() -> None:
    clause = {"clause": "alone", "excludes": ["minor"]}
    admission = {**first_agreement()["admission"], "clauses": [clause, clause]}
    other = document(admission=admission)
    changed = Tampering(main_job(), AgreementProposed)
    assert broken("terms") in changed.event(document=other, digest=digest(other)).here()
