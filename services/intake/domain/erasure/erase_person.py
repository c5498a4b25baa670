"""Erasing who a person is: the agency asks, the central authority erases, nobody needs it (G22)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from services.intake.domain import holds_in_force, identity_match
from services.intake.domain import person as persons
from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.erasure import state as needs
from services.intake.domain.erasure.state import CaseOver, NeedState
from services.intake.domain.holds_in_force import HoldsState
from services.intake.domain.identity_match import Likenesses
from services.intake.domain.parties import office_of, only_for, same_subject
from services.intake.domain.person import PersonState
from shared.contracts.erasure import ErasureAsked, ErasureReason, ErasureRefused, PersonErased
from shared.kernel.actor import Actor
from shared.kernel.codes import Sha256
from shared.kernel.decider import Decider, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, PersonId, agreement_of, version_of
from shared.kernel.rejected import Conflict, Finding, NotAllowed, Refusal, RuleBroken


class IdentityStillNeeded(RuleBroken):
    """Nobody is erased while they can be held, looked for or asked about; no reason overrides."""

    RULE = "G12"


class ErasureNotAsked(Conflict):
    """The intake agency asks first, for this reason and by this paper."""


class ErasedByTwoSubjects(NotAllowed):
    """The intake agency asks, and somebody else, of the central authority, erases (G22)."""

    RULE = "G22"


class ErasePerson(msgspec.Struct, frozen=True, kw_only=True):
    """Ask, for the intake agency that registered a person, or erase, for its central authority.

    `document` is the digest of the signed decision, `on` the day in UTC.
    """

    person: PersonId
    reason: ErasureReason
    document: Sha256
    on: date
    actor: Actor


class ErasureState(msgspec.Struct, frozen=True):
    """The person, and what each of their pseudonyms is needed for."""

    own: PersonState
    known: Likenesses
    needs: dict[PersonId, NeedState]
    meant_by: tuple[str, ...]
    """Who registered any of these pseudonyms as whom an order means (D9)."""
    holds: HoldsState
    agreements: dict[AgreementId, AgreementState]


def _boundary(command: ErasePerson) -> Reading[ErasureState]:
    known = yield from identity_match.alike(command.person)
    same = (command.person, *known.merged_with(command.person))
    own, *others = yield from together(*map(persons.fold, same))
    registered = [state.registered for state in (own, *others) if state.registered]
    meant_by = tuple(its.meant_by for its in registered if its.meant_by)
    needed = yield from together(*map(needs.fold, same))
    maybe = sorted({command.person, *known.aliases(command.person)})
    holds = yield from holds_in_force.on_persons(*maybe)
    names = sorted({agreement_of(over.agreement) for need in needed for over in need.over})
    terms = (yield from together(*map(agreements.fold, names))) if names else ()
    by_pseudonym = dict(zip(same, needed, strict=True))
    agreed = dict(zip(names, terms, strict=True))
    return ErasureState(own, known, by_pseudonym, meant_by, holds, agreed)


def _erase(command: ErasePerson, state: ErasureState) -> tuple[Event, ...]:
    registered = persons.registration(state.own, command.person)
    only_for(command.actor, registered.registered_by, "have this person erased")
    if state.meant_by:
        raise ErasedByTwoSubjects(
            f"{state.meant_by[0]} registered whom an order means: no agency has them erased"
        )
    if found := tuple(_still_needs(command, state)):
        raise IdentityStillNeeded(
            "who this person is is still needed: ask again once nothing of this stands",
            findings=found,
        ).on_record(lambda refusal: _refused(command, refusal))
    if command.actor.office == "intake-agency":
        asked = ErasureAsked(
            person=command.person,
            reason=command.reason,
            document=command.document,
            asked_by=str(command.actor),
        )
        return (asked,)
    return (_erased(command, state.needs[command.person].asked),)


def _erased(command: ErasePerson, asked: ErasureAsked | None) -> PersonErased:
    if command.actor.office != "central-authority":
        raise ErasedByTwoSubjects("the intake agency asks, and the central authority erases")
    if asked is None or (asked.reason, asked.document) != (command.reason, command.document):
        raise ErasureNotAsked("have the intake agency ask, for this reason and by this paper")
    if same_subject(asked.asked_by, command.actor):
        raise ErasedByTwoSubjects("you asked for it: somebody else erases")
    return PersonErased(
        person=command.person,
        reason=command.reason,
        document=command.document,
        office=office_of(command.actor),
        erased_by=str(command.actor),
    )


def _refused(command: ErasePerson, refusal: Refusal) -> ErasureRefused:
    return ErasureRefused(
        person=command.person,
        reason=command.reason,
        document=command.document,
        refusal=refusal,
    )


def _still_needs(command: ErasePerson, state: ErasureState) -> Iterator[Finding]:
    """Whatever stands about any pseudonym of the person: it would bind nobody afterwards."""
    for likeness in state.known.known:
        if not likeness.merged:
            missing = "the decision whether two are one person"
            yield Finding(rule="G9", missing=missing, evidence=f"person/{likeness.person}")
    for hold in state.holds.standing:
        missing = f"the lifting of the order {hold.reference}"
        yield Finding(rule="G2", missing=missing, evidence=f"hold/{hold.hold}")
    for need in state.needs.values():
        yield from _of_a_pseudonym(need)
        for over in need.over:
            yield from _kept(over, state.agreements[agreement_of(over.agreement)], command.on)


def _of_a_pseudonym(need: NeedState) -> Iterator[Finding]:
    for given in need.assured:
        missing = f"the end of the assurance {given.reference}"
        yield Finding(rule="D5", missing=missing, evidence=f"assurance/{given.assurance}")
    if need.case:
        missing, open_case = "the end of the case", f"case/{need.case.case}"
        yield Finding(rule="G12", missing=missing, evidence=open_case)
    for case in need.in_custody:
        missing = "that the sending state has the person back from custody"
        yield Finding(rule="G12", missing=missing, evidence=f"case/{case}")


def _kept(over: CaseOver, agreement: AgreementState, on: date) -> Iterator[Finding]:
    """Its version's retention ends with the last second of its last day, in UTC (D4)."""
    version = agreement.version(version_of(over.agreement))
    if version is None or over.on is None:
        missing = "the version and the day that say how long it is kept"
        yield Finding(rule="G12", missing=missing, evidence=f"agreement/{over.agreement}")
        return
    terms = version.document.retention
    days = terms.after_departure_days if over.departed else terms.otherwise_days
    last = over.on + timedelta(days=days)
    if on <= last:
        missing = f"the end of the retention, after {last}"
        yield Finding(rule="G12", missing=missing, evidence=f"agreement/{over.agreement}")


ERASE_PERSON = Decider(boundary=_boundary, decide=_erase)
