"""G9: identity needs a person where it is doubtful; identities are merged and unmerged."""

from __future__ import annotations

from itertools import pairwise

import pytest

from services.intake.domain import identity_match
from services.intake.domain.clearance import state as clearance
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.clearance.state import RequirementsNotMet
from services.intake.domain.identity_match import STEPS, TooManyPseudonyms
from services.intake.domain.identity_merge import (
    MERGE_PERSONS,
    TELL_PERSONS_APART,
    GaveWayAlready,
    HoldStandsOnOneOfThem,
    MergedAlready,
    MergePersons,
    NothingToTellApart,
    OnePseudonym,
    SomebodyElseDecides,
    TellPersonsApart,
    TheOtherWaits,
)
from services.intake.domain.parties import ActsOnlyForItself
from services.intake.domain.person import PersonIsUnknown
from shared.contracts.hold import HoldLifted, PersonScope
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import HoldId, PersonId
from tests.support.two_subjects import spelt_otherwise
from tests.unit.intake import given
from tests.unit.intake.given import CASE, HOLD, NOW, PERSON, SENDER, facts, when
from tests.unit.intake.screening import BEGUN

OTHER = PersonId("01955e3a-0000-7000-8000-000000000002")
THIRD = PersonId("01955e3a-0000-7000-8000-000000000003")
COLLEAGUE = Actor("USA", "intake-agency", "intake-desk-2")
SUPERVISOR = Actor("USA", "intake-agency", "supervisor-1")
REGISTERED = tuple(
    given.replaced(given.REGISTERED, person=person) for person in (PERSON, OTHER, THIRD)
)
FOUND = NearMatchFound(person=PERSON, other=OTHER, registrar=str(SENDER))
DOCUMENTED = (*BEGUN, *REGISTERED[1:], *facts())
LIFTED = HoldLifted(hold=HOLD, scope=PersonScope(OTHER), instrument="x", lifted_by="XX:court:c/2")


def same(
    person: PersonId = PERSON, other: PersonId = OTHER, actor: Actor = COLLEAGUE
) -> MergePersons:
    """The decision that two are one person."""
    return MergePersons(person=person, other=other, actor=actor)


def different(
    person: PersonId = PERSON, other: PersonId = OTHER, actor: Actor = COLLEAGUE
) -> TellPersonsApart:
    """The decision that two are two persons."""
    return TellPersonsApart(person=person, other=other, actor=actor)


def merged(person: PersonId = PERSON, other: PersonId = OTHER) -> PersonsMerged:
    """Two pseudonyms of one state, merged."""
    return PersonsMerged(person=person, other=other, set_aside=True, decided_by=str(COLLEAGUE))


def clear() -> ClearCase:
    """The request for clearance: whose else the person may be is for the log to say."""
    return ClearCase(case=CASE, now=NOW, actor=SENDER)


def state(*log: Event, aliases: tuple[PersonId, ...] = (OTHER,)) -> clearance.ClearanceState:
    """The case, read with its person's other pseudonyms."""
    return given.folded(clearance.fold(CASE, PERSON, "SLV", aliases), log)


def test_g9_a_near_match_waits_for_a_person() -> None:
    with pytest.raises(RequirementsNotMet) as caught:
        when(CLEAR_CASE, clear(), *DOCUMENTED, FOUND)
    (finding,) = caught.value.findings
    assert (finding.rule, finding.evidence) == ("G9", f"person/{OTHER}")
    (apart,) = when(TELL_PERSONS_APART, different(), *DOCUMENTED, FOUND)
    assert apart == PersonsToldApart(person=PERSON, other=OTHER, decided_by=str(COLLEAGUE))
    assert when(CLEAR_CASE, clear(), *DOCUMENTED, FOUND, apart) == (given.cleared(),)


def test_g9_who_was_registered_before_does_not_wait_for_somebody_who_resembles_them() -> None:
    found = NearMatchFound(person=OTHER, other=PERSON, registrar=str(SENDER))
    assert when(CLEAR_CASE, clear(), *DOCUMENTED, found) == (given.cleared(),)


def test_g9_a_pseudonym_that_gave_way_is_cleared_no_more_and_the_other_one_is() -> None:
    (event,) = when(MERGE_PERSONS, same(), *DOCUMENTED, FOUND)
    assert event == merged()
    with pytest.raises(RequirementsNotMet, match="gave way"):
        when(CLEAR_CASE, clear(), *DOCUMENTED, FOUND, event)
    stays = merged(OTHER, PERSON)
    assert when(CLEAR_CASE, clear(), *DOCUMENTED, stays) == (given.cleared(),)


def test_g9_pseudonyms_of_two_states_both_stand_and_share_their_orders() -> None:
    theirs = given.replaced(REGISTERED[1], registered_by="VEN")
    (event,) = when(MERGE_PERSONS, same(), *BEGUN, theirs, *facts(), FOUND)
    assert isinstance(event, PersonsMerged)
    assert not event.set_aside
    log = (*DOCUMENTED, FOUND, event)
    assert when(CLEAR_CASE, clear(), *log) == (given.cleared(),)
    with pytest.raises(clearance.HoldStandsAgainstDeparture):
        when(CLEAR_CASE, clear(), *log, given.hold(PersonScope(OTHER)))


@pytest.mark.parametrize(
    "link", [NearMatchFound(person=OTHER, other=PERSON, registrar="x"), merged(OTHER, PERSON)]
)
def test_g9_an_order_about_any_pseudonym_that_may_be_the_persons_binds_all_of_them(
    link: Event,
) -> None:
    order = given.hold(PersonScope(OTHER))
    with pytest.raises(clearance.HoldStandsAgainstDeparture):
        when(CLEAR_CASE, clear(), *DOCUMENTED, order, link)
    after = state(*DOCUMENTED, link, given.cleared(), order, LIFTED)
    assert (after.case.cleared, after.holds.standing) == (False, ())


def test_g9_a_merging_undoes_the_clearance_because_what_is_known_of_the_person_changed() -> None:
    log = (*DOCUMENTED, given.cleared(), merged(OTHER, PERSON))
    assert state(*log).case.status == "under-review"
    assert when(CLEAR_CASE, clear(), *log) == (given.cleared(),)


def test_g1_one_match_leads_to_another_and_an_order_at_the_end_of_them_binds() -> None:
    chain = (merged(OTHER, PERSON), merged(THIRD, OTHER))
    assert when(CLEAR_CASE, clear(), *DOCUMENTED, *chain) == (given.cleared(),)
    order = given.hold(PersonScope(THIRD))
    with pytest.raises(clearance.HoldStandsAgainstDeparture):
        when(CLEAR_CASE, clear(), *DOCUMENTED, *chain, order)
    apart = PersonsToldApart(person=THIRD, other=OTHER, decided_by="x")
    assert when(CLEAR_CASE, clear(), *DOCUMENTED, *chain, apart, order) == (given.cleared(),)


def test_g1_a_chain_of_matches_that_does_not_end_is_refused_and_says_what_to_do() -> None:
    names = [PERSON, *(PersonId(f"pseudonym-{number}") for number in range(STEPS + 1))]
    chain = [merged(later, earlier) for earlier, later in pairwise(names)]
    with pytest.raises(TooManyPseudonyms, match="decide the near matches first"):
        when(CLEAR_CASE, clear(), *DOCUMENTED, *chain)
    assert when(CLEAR_CASE, clear(), *DOCUMENTED, *chain[: STEPS - 2]) == (given.cleared(),)


def test_g9_what_was_merged_is_unmerged_by_somebody_else() -> None:
    log = (*REGISTERED, FOUND, merged())
    with pytest.raises(SomebodyElseDecides) as caught:
        when(TELL_PERSONS_APART, different(), *log)
    assert caught.value.refusal.rule == "G9"
    (apart,) = when(TELL_PERSONS_APART, different(actor=SUPERVISOR), *log)
    assert given.folded(identity_match.fold(PERSON), (*log, apart)).known == ()


def test_g2_telling_persons_apart_takes_an_order_off_nobody() -> None:
    chain = (*REGISTERED, FOUND, merged(THIRD, OTHER))
    order = given.hold(PersonScope(THIRD))
    command = different(actor=SUPERVISOR)
    with pytest.raises(HoldStandsOnOneOfThem) as caught:
        when(TELL_PERSONS_APART, command, *chain, order)
    assert [one.evidence for one in caught.value.findings] == [f"hold/{HOLD}"]
    lifted = given.replaced(LIFTED, scope=PersonScope(THIRD))
    when(TELL_PERSONS_APART, command, *chain, order, lifted)


def test_a_lifted_order_leaves_another_ones_standing() -> None:
    second = given.hold(PersonScope(OTHER, "RWA"), hold_id=HoldId("second"))
    log = (*REGISTERED, FOUND, given.hold(PersonScope(OTHER)), second, LIFTED)
    with pytest.raises(HoldStandsOnOneOfThem) as caught:
        when(TELL_PERSONS_APART, different(), *log)
    assert [one.evidence for one in caught.value.findings] == ["hold/second"]


def test_g9_who_registered_a_person_does_not_decide_who_they_are() -> None:
    for registrar in (SENDER, spelt_otherwise(SENDER)):
        with pytest.raises(SomebodyElseDecides):
            when(MERGE_PERSONS, same(actor=registrar), *REGISTERED, FOUND)
    with pytest.raises(SomebodyElseDecides):
        when(TELL_PERSONS_APART, different(actor=SENDER), *REGISTERED, FOUND)


@pytest.mark.parametrize(
    ("command", "log", "refusal"),
    [
        (same(PERSON, PERSON), (), OnePseudonym),
        (same(), (merged(),), MergedAlready),
        (same(PERSON, OTHER), (merged(OTHER, THIRD),), GaveWayAlready),
        (same(actor=Actor("SLV", "intake-agency", "one")), (), ActsOnlyForItself),
        (same(PERSON, PersonId("nobody")), (), PersonIsUnknown),
        (same(PersonId("nobody"), PERSON), (), PersonIsUnknown),
    ],
)
def test_persons_are_merged_by_their_own_state_once_and_never_in_a_circle(
    command: MergePersons, log: tuple[Event, ...], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        when(MERGE_PERSONS, command, *REGISTERED, *log)


def test_persons_who_were_never_alike_are_not_told_apart() -> None:
    with pytest.raises(NothingToTellApart):
        when(TELL_PERSONS_APART, different(), *REGISTERED)


def test_a_near_match_is_decided_for_the_person_who_waits() -> None:
    with pytest.raises(TheOtherWaits, match=PERSON):
        when(TELL_PERSONS_APART, different(OTHER, PERSON), *REGISTERED, FOUND)


def test_anything_else_says_nothing_about_who_is_who() -> None:
    unchanged = identity_match.Likenesses()
    assert identity_match.evolve(unchanged, given.cleared()) is unchanged
