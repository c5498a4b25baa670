"""The sending state agrees that a person is sent on where that is computed, and for a day (G5)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from services.intake.domain.agreement.stopped import AgreementIsSuspended
from services.intake.domain.clearance.state import (
    AssuranceStands,
    HoldStandsAgainstDeparture,
    RiskNotExcluded,
)
from services.intake.domain.onward_transfer import (
    AGREE_ONWARD_TRANSFER,
    AgreeOnwardTransfer,
    NobodyToSendOn,
    NotAThirdCountry,
)
from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.assurance import AssuranceGiven
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, PersonScope
from shared.contracts.onward_transfer import OnwardAgreementRefused, OnwardTransferAgreed
from shared.kernel.dates import last_second
from shared.kernel.ids import AssuranceId, custody_of
from tests.support.decider_specification import Outcome, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    CASE,
    NOW,
    PAPER,
    PERSON,
    RECEIVING_AUTHORITY,
    SENDING_AUTHORITY,
    TODAY,
    facts,
)
from tests.unit.intake.screening import BEGUN, YESTERDAY, risk
from tests.unit.intake.test_clearance import MANIFESTED
from tests.unit.intake.test_suspended_case import SUSPENDED

if TYPE_CHECKING:
    from shared.contracts.intake import CaseFact
    from shared.kernel.actor import Actor
    from shared.kernel.event import Event
    from shared.kernel.rejected import RuleBroken

ONWARD = "VEN"
CONSENT = "ef" * 32
COVERED = risk(onward=(ONWARD,))


def agreeing(
    *log: Event,
    assessed: CaseFact = COVERED,
    onward: str = ONWARD,
    actor: Actor = SENDING_AUTHORITY,
) -> Outcome:
    """What comes of it for somebody who was handed over."""
    handed_over = (*BEGUN, *facts(assessed), MANIFESTED, made_events.transferred())
    command = AgreeOnwardTransfer(case=CASE, onward=onward, consent=CONSENT, now=NOW, actor=actor)
    return given(*handed_over, *log).when(AGREE_ONWARD_TRANSFER, command)


def test_g5_an_assessment_in_force_that_covers_the_country_lets_a_person_leave_for_a_day() -> None:
    (agreed,) = agreeing().events
    assert isinstance(agreed, OnwardTransferAgreed)
    assert (agreed.custody, agreed.onward, agreed.consent) == (custody_of(CASE), ONWARD, CONSENT)
    assert (agreed.assessment, agreed.ends_at) == (PAPER, NOW + timedelta(hours=24))


def test_g5_the_agreement_ends_with_the_assessment() -> None:
    """Expiry is a limit with the last second of its day (D4)."""
    (agreed,) = agreeing(assessed=risk(onward=(ONWARD,), valid_until=TODAY)).events
    assert isinstance(agreed, OnwardTransferAgreed)
    assert agreed.ends_at == last_second(TODAY)


@pytest.mark.parametrize(
    ("assessed", "missing"),
    [
        (risk(), "no assessment of the risk of ill-treatment in VEN"),
        (risk(onward=("COL",)), "no assessment of the risk of ill-treatment in VEN"),
        (risk(onward=(ONWARD,), valid_until=YESTERDAY), "expired"),
        (risk(onward=(ONWARD,), substantial_grounds=True), "substantial grounds"),
    ],
)
def test_t10_g5_without_an_assessment_in_force_nobody_is_sent_on(
    assessed: CaseFact, missing: str
) -> None:
    rejected = agreeing(assessed=assessed).refused(
        RiskNotExcluded, recording=OnwardAgreementRefused
    )
    assert rejected.rule == "G5"
    assert missing in rejected.detail


ASSURED = AssuranceGiven(
    assurance=AssuranceId("assurance-1"),
    person=PERSON,
    giver="USA",
    to_party="XX",
    to_office="court",
    to_body="district-court-9",
    reference="25-cv-766",
    given_at=NOW,
    until=NOW + timedelta(days=3),
    given_by=str(SENDING_AUTHORITY),
)


@pytest.mark.parametrize(
    ("event", "broken"),
    [
        (made_events.hold(), HoldStandsAgainstDeparture),
        (made_events.hold(PersonScope(PERSON, ONWARD)), HoldStandsAgainstDeparture),
        (made_events.hold(CountryScope(ONWARD)), HoldStandsAgainstDeparture),
        (
            made_events.hold(ClassScope(nationality="VEN", destination=ONWARD)),
            HoldStandsAgainstDeparture,
        ),
        (ASSURED, AssuranceStands),
        (SUSPENDED, AgreementIsSuspended),
    ],
)
def test_g3_an_order_on_the_person_or_the_country_forbids_sending_on_too(
    event: Event, broken: type[RuleBroken]
) -> None:
    rejected = agreeing(event, assessed=risk()).refused(broken, recording=OnwardAgreementRefused)
    assert [finding.rule for finding in rejected.refusal.findings][-1] == "G5"
    assert "and 1 more" in rejected.detail
    agreeing(event).refused(broken, recording=OnwardAgreementRefused)


def test_only_the_sending_state_agrees_and_to_a_third_country() -> None:
    agreeing(actor=RECEIVING_AUTHORITY).refused(ActsOnlyForItself)
    for onward in ("USA", "SLV"):
        agreeing(onward=onward).refused(NotAThirdCountry)


def test_nobody_is_sent_on_who_was_not_handed_over() -> None:
    command = AgreeOnwardTransfer(
        case=CASE, onward=ONWARD, consent=CONSENT, now=NOW, actor=SENDING_AUTHORITY
    )
    for log in ((), (MANIFESTED,)):
        given(*BEGUN, *log).when(AGREE_ONWARD_TRANSFER, command).refused(NobodyToSendOn)
