"""Merging: a person of the state decides whether two pseudonyms are one person's (G9)."""

from __future__ import annotations

import msgspec

from services.intake.domain import holds_in_force, identity_match
from services.intake.domain import person as persons
from services.intake.domain.designate_person import (
    designators,
    is_its_own,
    only_whoever_decides,
)
from services.intake.domain.holds_in_force import HoldsState
from services.intake.domain.identity_match import Likeness, Likenesses
from services.intake.domain.parties import only_for, same_subject
from services.intake.domain.person import PersonState, is_of_agency
from shared.contracts.hold import HoldAsserted
from shared.contracts.identity import PersonsMerged, PersonsToldApart
from shared.contracts.intake import PersonRegistered
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import PersonId
from shared.kernel.rejected import Conflict, Finding, NotAllowed, RuleBroken


class OnePseudonym(Conflict):
    """A pseudonym is compared with another one."""


class MergedAlready(Conflict):
    """The two are one person's already."""


class GaveWayAlready(Conflict):
    """The other pseudonym gave way to a third: that one goes on."""


class NothingToTellApart(Conflict):
    """The two are told apart already, or are one person's by way of others: then those are told
    apart.
    """


class TheOtherWaits(Conflict):
    """A near match is decided for the person who waits, by the state that registered them."""


class SomebodyElseDecides(NotAllowed):
    """Who registered a person does not decide who they are, and who merged does not unmerge."""

    RULE = "G9"


class HoldStandsOnOneOfThem(RuleBroken):
    """To tell two persons apart may not take an order off either of them: nobody overrides (G2)."""

    RULE = "G2"


class SayWhoIsWho(msgspec.Struct, frozen=True, kw_only=True):
    """What both decisions bring: two pseudonyms."""

    person: PersonId
    other: PersonId
    actor: Actor


class MergePersons(SayWhoIsWho, frozen=True):
    """Say that `person` is `other`; registered by one state, `person` gives way."""


class TellPersonsApart(SayWhoIsWho, frozen=True):
    """Say that `person` is not `other`: whether a near match was found, they were merged before,
    or the vault's index alone shows the two.
    """


class WhoIsWhoState(msgspec.Struct, frozen=True):
    """Both registrations, what is known of both, and the orders that bind them."""

    person: PersonState
    other: PersonState
    likenesses: Likenesses
    holds: HoldsState
    reached: tuple[PersonState, ...]
    """Everybody whom they are or may be, over however many steps."""


def _boundary(command: SayWhoIsWho) -> Reading[WhoIsWhoState]:
    known = yield from identity_match.alike(command.person, command.other)
    everybody = sorted({command.person, command.other, *known.aliases(command.person)})
    reached = yield from together(*map(persons.fold, everybody))
    holds = yield from holds_in_force.on_persons(*everybody)
    by_pseudonym = dict(zip(everybody, reached, strict=True))
    person, other = by_pseudonym[command.person], by_pseudonym[command.other]
    return WhoIsWhoState(person, other, known, holds, reached)


def _merge(command: MergePersons, state: WhoIsWhoState) -> tuple[Event, ...]:
    known = _decidable(command, state)
    if known and known.merged:
        raise MergedAlready(f"{command.person} and {command.other} are merged already")
    _by_somebody_else(command, known)
    gone = next(
        (likeness for likeness in state.likenesses.of(command.other) if likeness.set_aside), None
    )
    if gone:
        raise GaveWayAlready(f"{command.other} gave way to {gone.other}: name that one")
    registered = persons.registration(state.person, command.person)
    others = persons.registration(state.other, command.other)
    merged = PersonsMerged(
        person=command.person,
        other=command.other,
        set_aside=_gives_way(registered, others),
        decided_by=str(command.actor),
    )
    return (merged,)


def _gives_way(registered: PersonRegistered, other: PersonRegistered) -> bool:
    """Of two pseudonyms that one state's agency gave, the first: an office's own stays (D9)."""
    return is_of_agency(registered, other.registered_by) and other.meant_by is None


def _tell_apart(command: TellPersonsApart, state: WhoIsWhoState) -> tuple[Event, ...]:
    known = _decidable(command, state)
    meant_by = next(designators(*_registrations(command, state, known)), None)
    only_whoever_decides(command.actor, meant_by)
    if meant_by and known:
        _by_somebody_else(command, known)
        _none_of_others(command, state.holds)
    elif known is None:
        _not_said_yet(command, state.likenesses)
    else:
        _may_be_undone(command, known, state.holds)
    apart = PersonsToldApart(
        person=command.person, other=command.other, decided_by=str(command.actor)
    )
    return (apart,)


def _not_said_yet(command: TellPersonsApart, known: Likenesses) -> None:
    """No entry says that they are alike, so that no order binds both by it and nobody waits."""
    person, other = command.person, command.other
    if known.told_apart(person, other):
        raise NothingToTellApart(f"{person} and {other} are two persons already")
    if other in known.merged_with(person):
        raise NothingToTellApart(
            f"{person} and {other} are one person by way of others: tell those apart"
        )


def _registrations(
    command: TellPersonsApart, state: WhoIsWhoState, known: Likeness | None
) -> tuple[PersonRegistered, ...]:
    """Of both; and of everybody by way of whom an order may be about them, if they are alike."""
    reached = state.reached if known else ()
    return (
        persons.registration(state.person, command.person),
        persons.registration(state.other, command.other),
        *(each.registered for each in reached if each.registered),
    )


def _none_of_others(command: TellPersonsApart, holds: HoldsState) -> None:
    """Whose order it is says whom it does not mean; another's order stays on both (G2, D9)."""
    _may_stand(tuple(hold for hold in holds.standing if not is_its_own(hold, command.actor)))


def _may_be_undone(command: TellPersonsApart, known: Likeness, holds: HoldsState) -> None:
    _by_somebody_else(command, known)
    if not known.merged and known.person != command.person:
        raise TheOtherWaits(f"{known.person} waits for this: whose state registered them decides")
    _may_stand(holds.standing)


def _may_stand(standing: tuple[HoldAsserted, ...]) -> None:
    if standing:
        raise HoldStandsOnOneOfThem(
            "an order stands about one of them and binds both: its issuer lifts it first",
            findings=tuple(_standing(hold) for hold in standing),
        )


def _standing(hold: HoldAsserted) -> Finding:
    missing = f"the lifting of the order {hold.reference}"
    return Finding(rule="G2", missing=missing, evidence=f"hold/{hold.hold}")


def _decidable(command: SayWhoIsWho, state: WhoIsWhoState) -> Likeness | None:
    """What is known of the two, if this actor may decide about them."""
    registered = persons.registration(state.person, command.person)
    only_for(command.actor, registered.registered_by, "say who this person is")
    persons.registration(state.other, command.other)
    if command.person == command.other:
        raise OnePseudonym(f"{command.person} is one pseudonym: name another one")
    return state.likenesses.between(command.person, command.other)


def _by_somebody_else(command: SayWhoIsWho, known: Likeness | None) -> None:
    if known and same_subject(known.said_by, command.actor):
        raise SomebodyElseDecides("you registered or merged them: somebody else decides")


MERGE_PERSONS = Decider(boundary=_boundary, decide=_merge)
TELL_PERSONS_APART = Decider(boundary=_boundary, decide=_tell_apart)
