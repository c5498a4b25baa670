"""G5 by the audit's own check: nobody is sent on without consent, assessment and agreement."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from services.intake.domain.case import state as cases
from services.intake.domain.clearance.state import (
    AssuranceStands,
    ClearanceState,
    HoldStandsAgainstDeparture,
)
from services.intake.domain.onward_transfer import AGREE_ONWARD_TRANSFER
from services.placement.domain.onward.authorise import AUTHORISE_ONWARD_TRANSFER
from services.placement.domain.onward.complete import COMPLETE_ONWARD_TRANSFER
from services.placement.domain.onward.request import REQUEST_ONWARD_TRANSFER
from services.placement.domain.returns.state import ReturnState
from shared.contracts.hold import CountryScope, HoldScope, PersonScope
from shared.contracts.intake import RiskOfIllTreatmentAssessed
from shared.contracts.manifest import LegDeparted
from shared.contracts.onward_transfer import (
    OnwardTransferAgreed,
    OnwardTransferAuthorised,
    OnwardTransferCompleted,
    OnwardTransferRequested,
)
from shared.kernel.decider import Decider
from tests.unit.audit.assurances_told import FIRST, assured
from tests.unit.audit.names import case, custody, person
from tests.unit.audit.onward_told import ONWARD, agreed, assessed, left, requested, sent_on
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering, said

if TYPE_CHECKING:
    from shared.kernel.event import Event

DAY = timedelta(days=1)


def words(kind: type) -> OnwardTransferAgreed:
    told: OnwardTransferAgreed = Tampering(sent_on(), kind).words
    return told


def test_g5_an_honest_onward_transfer_has_no_finding() -> None:
    assert audited(sent_on())[1] == []


@pytest.mark.parametrize(
    "row",
    [
        (OnwardTransferRequested, {"consented_on": date(2025, 3, 1)}, broken("G5")),
        (OnwardTransferRequested, {"onward": "USA"}, broken("G5")),
        (OnwardTransferAgreed, {"onward": "SLV"}, broken("G5")),
        (OnwardTransferAgreed, {"onward": "VEN"}, broken("G5")),
        (OnwardTransferAgreed, {"assessment": "ef" * 32}, broken("G5")),
        (OnwardTransferAgreed, {"agreed_at": words(OnwardTransferAgreed).agreed_at - 2 * DAY},
         broken("G5")),
        (OnwardTransferAgreed, {"ends_at": words(OnwardTransferAgreed).ends_at + 99 * DAY},
         broken("G5")),
        (OnwardTransferAuthorised, {"onward": "VEN"}, broken("G5")),
        (OnwardTransferAuthorised, {"consent": "00" * 32}, broken("G5")),
        (OnwardTransferCompleted, {"ended_at": words(OnwardTransferAgreed).ends_at + DAY},
         broken("G5")),
    ],
)  # fmt: skip
def test_g5_what_lacks_consent_assessment_or_agreement_is_found(row: Row) -> None:
    assert breaks(sent_on(), row)


def test_g5_an_assessment_with_grounds_or_of_no_further_country_covers_nobody() -> None:
    for changed in (
        {"substantial_grounds": True},
        {"onward": ()},
        {"valid_until": date(2025, 4, 20)},
    ):
        facts = Tampering(sent_on(), RiskOfIllTreatmentAssessed, 1).event(**changed).facts
        assert broken("G5") in Tampering(facts, OnwardTransferAgreed).here()


def test_g5_who_left_without_the_agreement_is_found() -> None:
    """Going round it: the facility sends a person on by its own word."""
    alone = Tampering(sent_on(), OnwardTransferAuthorised).gone().findings()
    assert missing("G5") in said(alone)


def weakened(story: Story, decider: Decider[Any, Any], **blind: Any) -> None:  # noqa: ANN401 - any part of a state
    """The service decides as before, and does not see some of what it has read."""

    def decide(command: Any, state: Any) -> tuple[Event, ...]:  # noqa: ANN401 - of this decider
        return decider.decide(command, msgspec.structs.replace(state, **blind))

    story.world.weakened.append((decider, Decider(decider.boundary, decide)))


@pytest.mark.parametrize("scope", [PersonScope(person(1), ONWARD), CountryScope(ONWARD)])
def test_g3_an_order_against_the_onward_country_that_was_passed_over_is_found(
    scope: HoldScope,
) -> None:
    """Going round it: intake does not look at orders."""
    story = assessed(ONWARD)
    story.held(1, scope)
    requested(story)
    with pytest.raises(HoldStandsAgainstDeparture):
        agreed(story)
    cleared = clearance_of(story)
    weakened(story, AGREE_ONWARD_TRANSFER, clearance=cleared)
    agreed(story)
    assert broken("G3") in Tampering(story.facts(), OnwardTransferAgreed).here()
    undeparted = Tampering(story.facts(), LegDeparted).gone()
    assert broken("G3") not in Tampering(undeparted.facts, OnwardTransferAgreed).here()


def clearance_of(story: Story) -> ClearanceState:
    """The case as intake knows it, without any order."""
    case_state = story.world.logs["intake"].fold(cases.fold(case(1)))
    return ClearanceState(case=case_state)


def test_d5_an_assurance_that_was_passed_over_is_found() -> None:
    story = assessed(ONWARD)
    requested(story)
    assured(story, 1, FIRST, story.now + 3 * DAY)
    with pytest.raises(AssuranceStands):
        agreed(story)
    weakened(story, AGREE_ONWARD_TRANSFER, clearance=clearance_of(story))
    agreed(story)
    assert broken("D5") in Tampering(story.facts(), OnwardTransferAgreed).here()


def test_g16_who_is_to_be_returned_and_is_sent_on_all_the_same_is_found() -> None:
    story = assessed(ONWARD)
    story.return_ordered(1)
    for decider in (REQUEST_ONWARD_TRANSFER, AUTHORISE_ONWARD_TRANSFER, COMPLETE_ONWARD_TRANSFER):
        weakened(story, decider, back=ReturnState())
    requested(story)
    agreed(story)
    left(story)
    for kind in (OnwardTransferRequested, OnwardTransferAuthorised, OnwardTransferCompleted):
        assert broken("G16") in Tampering(story.facts(), kind).here()


def test_g13_of_whom_nobody_knows_nobody_sends_on_either() -> None:
    for kind in (OnwardTransferRequested, OnwardTransferAgreed, OnwardTransferCompleted):
        unknown = Tampering(sent_on(), kind).event(custody=custody(9))
        assert {missing("G5"), missing("G13"), broken("G13")} & unknown.here(), kind
