"""G9: identity needs a person where it is doubtful; identities are merged and unmerged."""

from __future__ import annotations

from itertools import pairwise

import msgspec
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
from shared.contracts.intake import ClearanceRefused
from shared.kernel.actor import Actor
from shared.kernel.event import Event
from shared.kernel.ids import HoldId, PersonId
from shared.kernel.rejected import Rejected
from tests.support.decider_specification import folded, given
from tests.support.two_subjects import spelt_otherwise
from tests.unit.intake import made_events
from tests.unit.intake.made_events import CASE, HOLD, NOW, PERSON, SENDER, facts
from tests.unit.intake.screening import BEGUN

OTHER = PersonId("01955e3a-0000-7000-8000-000000000002")
THIRD = PersonId("01955e3a-0000-7000-8000-000000000003")
COLLEAGUE = Actor("USA", "intake-agency", "intake-desk-2")
SUPERVISOR = Actor("USA", "intake-agency", "supervisor-1")
REGISTERED = tuple(
    made_events.replaced(made_events.REGISTERED, person=person) for person in (THIRD, OTHER, PERSON)
)
FOUND = NearMatchFound(person=PERSON, other=OTHER, registrar=str(SENDER))
DOCUMENTED = (*BEGUN, *REGISTERED[:2], *facts())
LIFTED = HoldLifted(
    hold=HOLD, scope=PersonScope(OTHER), instrument="x", lifted_by="XX:court:c/2", lifted_at=NOW
)


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
    return ClearCase(case=CASE, on=NOW.date(), now=NOW, actor=SENDER)


def state(*log: Event, aliases: tuple[PersonId, ...] = (OTHER,)) -> clearance.ClearanceState:
    """The case, read with its person's other pseudonyms."""
    return folded(clearance.fold(CASE, PERSON, "SLV", aliases), log)


def test_g9_a_near_match_waits_for_a_person() -> None:
    refusal = (
        given(*DOCUMENTED, FOUND)
        .when(CLEAR_CASE, clear())
        .refused(RequirementsNotMet, recording=ClearanceRefused)
    )
    (finding,) = refusal.findings
    assert (finding.rule, finding.evidence) == ("G9", f"person/{OTHER}")
    (apart,) = given(*DOCUMENTED, FOUND).when(TELL_PERSONS_APART, different()).events
    assert apart == PersonsToldApart(person=PERSON, other=OTHER, decided_by=str(COLLEAGUE))
    assert given(*DOCUMENTED, FOUND, apart).when(CLEAR_CASE, clear()).events == (
        made_events.cleared(),
    )


def test_g9_who_was_registered_before_does_not_wait_for_somebody_who_resembles_them() -> None:
    found = NearMatchFound(person=OTHER, other=PERSON, registrar=str(SENDER))
    assert given(*DOCUMENTED, found).when(CLEAR_CASE, clear()).events == (made_events.cleared(),)


def test_g9_a_pseudonym_that_gave_way_is_cleared_no_more_and_the_other_one_is() -> None:
    (event,) = given(*DOCUMENTED, FOUND).when(MERGE_PERSONS, same()).events
    assert event == merged()
    given(*DOCUMENTED, FOUND, event).when(CLEAR_CASE, clear()).refused(
        RequirementsNotMet, "gave way", recording=ClearanceRefused
    )
    stays = merged(OTHER, PERSON)
    assert given(*DOCUMENTED, stays).when(CLEAR_CASE, clear()).events == (made_events.cleared(),)


def test_g9_pseudonyms_of_two_states_both_stand_and_share_their_orders() -> None:
    theirs = made_events.replaced(REGISTERED[1], registered_by="VEN")
    (event,) = given(*BEGUN, theirs, *facts(), FOUND).when(MERGE_PERSONS, same()).events
    assert isinstance(event, PersonsMerged)
    assert not event.set_aside
    log = (*DOCUMENTED, FOUND, event)
    assert given(*log).when(CLEAR_CASE, clear()).events == (made_events.cleared(),)
    given(*log, made_events.hold(PersonScope(OTHER))).when(CLEAR_CASE, clear()).refused(
        clearance.HoldStandsAgainstDeparture, recording=ClearanceRefused
    )


@pytest.mark.parametrize(
    "link", [NearMatchFound(person=OTHER, other=PERSON, registrar="x"), merged(OTHER, PERSON)]
)
def test_g9_an_order_about_any_pseudonym_that_may_be_the_persons_binds_all_of_them(
    link: Event,
) -> None:
    order = made_events.hold(PersonScope(OTHER))
    given(*DOCUMENTED, order, link).when(CLEAR_CASE, clear()).refused(
        clearance.HoldStandsAgainstDeparture, recording=ClearanceRefused
    )
    after = state(*DOCUMENTED, link, made_events.cleared(), order, LIFTED)
    assert (after.case.cleared, after.holds.standing) == (False, ())


def test_g9_a_merging_undoes_the_clearance_because_what_is_known_of_the_person_changed() -> None:
    log = (*DOCUMENTED, made_events.cleared(), merged(OTHER, PERSON))
    assert state(*log).case.status == "under-review"
    assert given(*log).when(CLEAR_CASE, clear()).events == (made_events.cleared(),)


@pytest.mark.parametrize(
    "link", [NearMatchFound(person=OTHER, other=PERSON, registrar="x"), merged(OTHER, PERSON)]
)
def test_g3_g9_telling_apart_undoes_the_clearance_and_an_order_is_not_gone_round_by_it(
    link: Event,
) -> None:
    """The order bound both and was lifted: its lifting does not bring the clearance back (G3), and
    nor does saying that it never was about this person.
    """
    order = made_events.hold(PersonScope(OTHER))
    apart = PersonsToldApart(person=OTHER, other=PERSON, decided_by="x")
    log = (*DOCUMENTED, link, made_events.cleared(), order, LIFTED, apart)
    assert state(*log, aliases=()).case.status == "under-review"
    assert given(*log).when(CLEAR_CASE, clear()).events == (made_events.cleared(),)
    without_order = (*DOCUMENTED, link, made_events.cleared(), apart)
    assert not state(*without_order, aliases=()).case.cleared


def test_g9_whom_nobody_said_to_be_alike_are_told_apart_and_stay_cleared() -> None:
    apart = PersonsToldApart(person=OTHER, other=PERSON, decided_by="x")
    assert state(*DOCUMENTED, made_events.cleared(), apart, aliases=()).case.cleared
    found = NearMatchFound(person=OTHER, other=PERSON, registrar="x")
    assert state(*DOCUMENTED, made_events.cleared(), found, aliases=()).case.cleared


def test_g1_one_match_leads_to_another_and_an_order_at_the_end_of_them_binds() -> None:
    chain = (merged(OTHER, PERSON), merged(THIRD, OTHER))
    assert given(*DOCUMENTED, *chain).when(CLEAR_CASE, clear()).events == (made_events.cleared(),)
    order = made_events.hold(PersonScope(THIRD))
    given(*DOCUMENTED, *chain, order).when(CLEAR_CASE, clear()).refused(
        clearance.HoldStandsAgainstDeparture, recording=ClearanceRefused
    )
    apart = PersonsToldApart(person=THIRD, other=OTHER, decided_by="x")
    given(*DOCUMENTED, *chain, apart).beside(order).when(CLEAR_CASE, clear()).then(
        made_events.cleared()
    )


def test_g1_a_chain_of_matches_that_does_not_end_is_refused_and_says_what_to_do() -> None:
    names = [PERSON, *(PersonId(f"pseudonym-{number}") for number in range(STEPS + 1))]
    chain = [merged(later, earlier) for earlier, later in pairwise(names)]
    given(*DOCUMENTED, *chain).when(CLEAR_CASE, clear()).refused(
        TooManyPseudonyms, "decide the near matches first"
    )
    assert given(*DOCUMENTED, *chain[: STEPS - 2]).when(CLEAR_CASE, clear()).events == (
        made_events.cleared(),
    )


def test_g9_what_was_merged_is_unmerged_by_somebody_else() -> None:
    log = (*REGISTERED, FOUND, merged())
    refusal = given(*log).when(TELL_PERSONS_APART, different()).refused(SomebodyElseDecides)
    assert refusal.rule == "G9"
    (apart,) = given(*log).when(TELL_PERSONS_APART, different(actor=SUPERVISOR)).events
    assert folded(identity_match.fold(PERSON), (*log, apart)).known == ()


def test_g2_telling_persons_apart_takes_an_order_off_nobody() -> None:
    chain = (*REGISTERED, FOUND, merged(THIRD, OTHER))
    order = made_events.hold(PersonScope(THIRD))
    command = different(actor=SUPERVISOR)
    refusal = given(*chain, order).when(TELL_PERSONS_APART, command).refused(HoldStandsOnOneOfThem)
    assert [finding.evidence for finding in refusal.findings] == [f"hold/{HOLD}"]
    lifted = made_events.replaced(LIFTED, scope=PersonScope(THIRD))
    (apart,) = given(*chain, order, lifted).when(TELL_PERSONS_APART, command).events
    assert isinstance(apart, PersonsToldApart)


def test_a_lifted_order_leaves_another_ones_standing() -> None:
    second = made_events.hold(PersonScope(OTHER, "RWA"), hold_id=HoldId("second"))
    log = (*REGISTERED, FOUND, made_events.hold(PersonScope(OTHER)), second, LIFTED)
    refusal = given(*log).when(TELL_PERSONS_APART, different()).refused(HoldStandsOnOneOfThem)
    assert [finding.evidence for finding in refusal.findings] == ["hold/second"]


def test_g9_who_registered_a_person_does_not_decide_who_they_are() -> None:
    for registrar in (SENDER, spelt_otherwise(SENDER)):
        given(*REGISTERED, FOUND).when(MERGE_PERSONS, same(actor=registrar)).refused(
            SomebodyElseDecides
        )
    given(*REGISTERED, FOUND).when(TELL_PERSONS_APART, different(actor=SENDER)).refused(
        SomebodyElseDecides
    )


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
    command: MergePersons, log: tuple[Event, ...], refusal: type[Rejected]
) -> None:
    given(*REGISTERED, *log).when(MERGE_PERSONS, command).refused(refusal)


def test_g9_whom_the_index_alone_shows_is_told_apart_once_by_either_of_them() -> None:
    log = (*REGISTERED, merged())
    (apart,) = given(*log).when(TELL_PERSONS_APART, different(THIRD)).events
    assert apart == PersonsToldApart(person=THIRD, other=OTHER, decided_by=str(COLLEAGUE))
    for again in (different(THIRD), different(OTHER, THIRD)):
        given(*log, apart).when(TELL_PERSONS_APART, again).refused(NothingToTellApart)
    (one,) = given(*log, apart).when(MERGE_PERSONS, same(THIRD)).events
    supervised = different(THIRD, actor=SUPERVISOR)
    assert given(*log, apart, one).when(TELL_PERSONS_APART, supervised).events == (
        msgspec.structs.replace(apart, decided_by=str(SUPERVISOR)),
    )


def test_g9_who_is_one_person_by_way_of_others_is_told_apart_from_those() -> None:
    log = (*REGISTERED, merged(), merged(OTHER, THIRD))
    given(*log).when(TELL_PERSONS_APART, different(PERSON, THIRD)).refused(
        NothingToTellApart, "by way of others"
    )


def test_a_near_match_is_decided_for_the_person_who_waits() -> None:
    given(*REGISTERED, FOUND).when(TELL_PERSONS_APART, different(OTHER, PERSON)).refused(
        TheOtherWaits, PERSON
    )


def test_anything_else_says_nothing_about_who_is_who() -> None:
    unchanged = identity_match.Likenesses()
    assert identity_match.evolve(unchanged, made_events.cleared()) is unchanged
