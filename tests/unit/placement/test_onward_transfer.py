"""Nobody is sent on to a third country without consent, assessment and agreement (G5; T10)."""

from datetime import date, datetime, timedelta

import pytest

from services.placement.domain.custody.state import (
    CustodyIsUnknown,
    NotInCustody,
    NotTheReceivingState,
)
from services.placement.domain.onward.authorise import (
    AUTHORISE_ONWARD_TRANSFER,
    AuthoriseOnwardTransfer,
    NotWhatWasAsked,
)
from services.placement.domain.onward.complete import (
    COMPLETE_ONWARD_TRANSFER,
    CompleteOnwardTransfer,
    OnwardTransferNotAgreed,
)
from services.placement.domain.onward.request import (
    REQUEST_ONWARD_TRANSFER,
    Consent,
    ConsentMissing,
    NotAThirdCountry,
    OnwardRequestedAlready,
    RequestOnwardTransfer,
)
from services.placement.domain.onward.state import OnwardState, ToBeReturned, evolve
from shared.contracts.onward_transfer import (
    OnwardTransferAuthorised,
    OnwardTransferCompleted,
    OnwardTransferRefused,
    OnwardTransferRequested,
)
from shared.contracts.placement import PersonAccountedFor, PersonUnaccounted
from shared.kernel.actor import Actor
from shared.kernel.ids import EntryRef
from tests.unit.placement.story import NIGHT, NOW, REGISTRY, SENDER, TAKEN, Story, custody
from tests.unit.placement.test_return_order import order

CONSENT = Consent("ef" * 32, NIGHT + timedelta(days=20))
AGREED = TAKEN + timedelta(days=30)
LEFT = AGREED + timedelta(hours=3)
ENDS = AGREED + timedelta(hours=24)
EVERYBODY = 252


def request(
    story: Story,
    number: int = 1,
    consent: Consent | None = CONSENT,
    onward: str = "VEN",
    actor: Actor = REGISTRY,
) -> OnwardTransferRequested:
    command = RequestOnwardTransfer(
        custody=custody(number), actor=actor, now=NOW, onward=onward, consent=consent
    )
    (requested,) = story.decide(REQUEST_ONWARD_TRANSFER, command)
    assert isinstance(requested, OnwardTransferRequested)
    return requested


def authorise(
    story: Story, number: int = 1, onward: str = "VEN", consent: str = CONSENT.document
) -> OnwardTransferAuthorised:
    command = AuthoriseOnwardTransfer(
        custody=custody(number),
        onward=onward,
        consent=consent,
        agreed=EntryRef("accord.example/intake/0#90"),
        agreed_at=AGREED,
        ends_at=ENDS,
    )
    (authorised,) = story.decide(AUTHORISE_ONWARD_TRANSFER, command)
    assert isinstance(authorised, OnwardTransferAuthorised)
    return authorised


def complete(
    story: Story, number: int = 1, at: datetime = LEFT, actor: Actor = REGISTRY
) -> OnwardTransferCompleted:
    command = CompleteOnwardTransfer(custody=custody(number), actor=actor, now=NOW, ended_at=at)
    completed, *_ = story.decide(COMPLETE_ONWARD_TRANSFER, command)
    assert isinstance(completed, OnwardTransferCompleted)
    return completed


def test_t10_252_persons_without_consent_and_assessment_are_refused_and_stay(story: Story) -> None:
    """G5: asked without consent, and then sent on by the facility's own word: each is refused."""
    story.facility(EVERYBODY).hold(*range(1, EVERYBODY + 1))
    for number in range(1, EVERYBODY + 1):
        with pytest.raises(ConsentMissing) as refused:
            request(story, number, None)
        assert (refused.value.rule, refused.value.refusal.findings[0].rule) == ("G5", "G5")
        with pytest.raises(OnwardTransferNotAgreed, match="no assessment"):
            complete(story, number)
    refusals = [event for event in story.events if isinstance(event, OnwardTransferRefused)]
    assert len(refusals) == 2 * EVERYBODY
    assert story.site.in_custody == EVERYBODY


def test_g5_with_consent_and_agreement_a_person_is_sent_on_and_the_place_is_free(
    story: Story,
) -> None:
    story.facility(1).hold(1)
    requested, authorised = request(story), authorise(story)
    completed = complete(story)
    assert (requested.onward, requested.consented_on) == ("VEN", CONSENT.given_on)
    assert (completed.onward, completed.agreed) == ("VEN", authorised.agreed)
    assert completed.departed_on == NIGHT + timedelta(days=30)
    assert (story.site.in_custody, story.site.available) == (0, 1)
    with pytest.raises(NotInCustody, match="OnwardTransferCompleted"):
        complete(story)
    with pytest.raises(NotInCustody):
        authorise(story)


def test_g5_consent_is_one_that_was_given_in_this_custody(story: Story) -> None:
    """Going round it: with a paper from before the handover."""
    story.facility(1).hold(1)
    with pytest.raises(ConsentMissing, match="2025-03-15"):
        request(story, consent=Consent(CONSENT.document, date(2025, 3, 15)))


def test_only_the_state_that_holds_a_person_asks_and_for_a_third_country(story: Story) -> None:
    story.facility(1).hold(1)
    for onward in ("USA", "SLV"):
        with pytest.raises(NotAThirdCountry, match="two states"):
            request(story, onward=onward)
    with pytest.raises(NotTheReceivingState):
        request(story, actor=SENDER)
    with pytest.raises(NotTheReceivingState):
        complete(story, actor=SENDER)
    with pytest.raises(CustodyIsUnknown):
        request(story, 9)
    with pytest.raises(NotInCustody):
        authorise(story, 9)


def test_the_same_is_asked_once_and_another_country_anew(story: Story) -> None:
    story.facility(1).hold(1)
    request(story)
    with pytest.raises(OnwardRequestedAlready):
        request(story)
    request(story, onward="COL")
    with pytest.raises(NotWhatWasAsked):
        authorise(story)


def test_g5_the_agreement_is_to_what_was_asked_and_to_nothing_else(story: Story) -> None:
    """Going round it: an agreement to one country, used for another."""
    story.facility(1).hold(1)
    with pytest.raises(NotWhatWasAsked):
        authorise(story)
    request(story)
    for onward, consent in (("COL", CONSENT.document), ("VEN", "00" * 32)):
        with pytest.raises(NotWhatWasAsked):
            authorise(story, onward=onward, consent=consent)
    authorise(story)
    request(story, onward="COL")
    with pytest.raises(OnwardTransferNotAgreed):
        complete(story)


@pytest.mark.parametrize("at", [AGREED - timedelta(minutes=1), ENDS + timedelta(minutes=1)])
def test_g5_nobody_leaves_before_it_is_agreed_or_after_the_day(story: Story, at: datetime) -> None:
    story.facility(1).hold(1)
    request(story)
    authorise(story)
    with pytest.raises(OnwardTransferNotAgreed, match="is from"):
        complete(story, at=at)


def test_g16_who_is_to_be_returned_is_sent_nowhere_else(story: Story) -> None:
    """Going round it: sent on, so that the order of return finds nobody."""
    story.facility(1).hold(1)
    request(story)
    authorise(story)
    order(story)
    for attempt in (lambda: request(story, onward="COL"), lambda: complete(story)):
        with pytest.raises(ToBeReturned, match="25-cv-951") as refused:
            attempt()
        assert isinstance(refused.value.recorded, OnwardTransferRefused)
    with pytest.raises(ToBeReturned):
        authorise(story)


def test_d2_who_left_for_the_sending_state_is_not_sent_on(story: Story) -> None:
    story.facility(1).hold(1)
    story.depart(1, LEFT)
    with pytest.raises(ToBeReturned, match="left for the sending state"):
        request(story)


def test_nights_missed_after_a_person_was_sent_on_are_explained(story: Story) -> None:
    story.facility(1).hold(1)
    request(story)
    authorise(story)
    story.attest(NIGHT + timedelta(days=31))
    assert story.last(PersonUnaccounted).custody == custody(1)
    complete(story)
    assert story.last(PersonAccountedFor).night == NIGHT + timedelta(days=30)


def test_what_is_no_step_of_sending_on_changes_nothing(story: Story) -> None:
    story.facility(1).hold(1)
    assert evolve(OnwardState(), story.events[-1]) == OnwardState()
