"""An agreement: its versions, who has signed each, and which one a day is under (D6, F8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import assert_never

import msgspec

from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.agreement import AgreementDocument, agreed_on
from shared.contracts.agreement_course import (
    AgreementResumed,
    AgreementSuspended,
    AgreementTerminated,
    ReturnDrillRecorded,
)
from shared.contracts.funded_departures import DeparturesFunded, DeparturesUnfunded
from shared.contracts.intake import AgreementProposed, AgreementSigned
from shared.kernel.actor import Actor
from shared.kernel.codes import Country, Sha256
from shared.kernel.dates import ONE_DAY
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId
from shared.kernel.rejected import RuleBroken, Unknown


class Signature(msgspec.Struct, frozen=True):
    """A state's signature on a version: a detached JWS over its canonical terms."""

    party: Country
    jws: str


class Version(msgspec.Struct, frozen=True):
    """One version of an agreement, and which states have signed it."""

    document: AgreementDocument
    digest: Sha256
    signatures: tuple[Signature, ...] = ()

    @property
    def signed_by(self) -> tuple[Country, ...]:
        """The states that have signed it, in the order in which they did."""
        return tuple(signature.party for signature in self.signatures)

    @property
    def signed_by_both(self) -> bool:
        """Whether both states have signed exactly this document."""
        parties = self.document.parties
        return {parties.sending, parties.receiving} <= set(self.signed_by)


class AgreementState(msgspec.Struct, frozen=True):
    """Every version of an agreement, the oldest first, and what stops all of them; no version
    means that nobody proposed it.
    """

    versions: tuple[Version, ...] = ()
    suspensions: tuple[AgreementSuspended, ...] = ()
    """Those that stand, the oldest first (G23)."""
    resumed: tuple[tuple[AgreementSuspended, datetime], ...] = ()
    """Those that ended, and when: a departure that is told late may have been under one."""
    terminated: AgreementTerminated | None = None
    first_drill: ReturnDrillRecorded | None = None
    """The earliest return that was practised, of those that are recorded (G24)."""
    unfunded: DeparturesUnfunded | None = None
    """What says that its money has run out, while it has (D12)."""

    def on(self, day: date) -> AgreementDocument | None:
        """The version that binds whatever is done on a day in UTC; none before both signed (F8).

        From its first day on a version replaces all before it, for good: the latest of those that
        have begun binds, though its own term be over (D6). Before any has begun the first to begin
        does. Whether its term has the day is `term.outside`'s to say.
        """
        signed = [version.document for version in self.versions if version.signed_by_both]
        begun = [document for document in signed if document.effective.start <= day]
        if begun:
            return begun[-1]
        return min(reversed(signed), key=lambda coming: coming.effective.start, default=None)

    def in_force(self, day: date) -> AgreementDocument | None:
        """The version whose term has a day; none before the first day, after a last, in a gap."""
        document = self.on(day)
        if document is None or not agreed_on(day, document) or self.has_ended(day):
            return None
        return document

    def has_ended(self, day: date) -> bool:
        """Whether a notice of termination has run out before a day: it ends every version."""
        return self.terminated is not None and day > self.terminated.last_day

    def changes(self, today: date) -> Iterator[tuple[date, AgreementDocument | None]]:
        """The days after today on which another version comes into force, or none is any more."""
        terms = [version.document.effective for version in self.versions if version.signed_by_both]
        known = self.in_force(today)
        days = {day for term in terms for day in (term.start, term.end)}
        if self.terminated is not None:
            days.add(self.terminated.last_day + ONE_DAY)
        for day in sorted(days):
            if day > today and (then := self.in_force(day)) != known:
                known = then
                yield day, then

    def version(self, number: int) -> Version | None:
        """The version of that number, signed or not."""
        return next((held for held in self.versions if held.document.version == number), None)


AgreementChange = (
    AgreementProposed
    | AgreementSigned
    | AgreementSuspended
    | AgreementResumed
    | AgreementTerminated
    | ReturnDrillRecorded
    | DeparturesUnfunded
    | DeparturesFunded
)


def evolve(state: AgreementState, event: Event) -> AgreementState:
    """The agreement after one more of its events."""
    if not isinstance(event, AgreementChange):
        return state
    changed = msgspec.structs.replace
    match event:
        case AgreementProposed():
            proposed = Version(event.document, event.digest)
            return changed(state, versions=(*state.versions, proposed))
        case AgreementSigned():
            versions = tuple(with_signature(version, event) for version in state.versions)
            return changed(state, versions=versions)
        case AgreementSuspended():
            return changed(state, suspensions=(*state.suspensions, event))
        case AgreementResumed():
            return _resumed(state, event)
        case AgreementTerminated():
            return changed(state, terminated=event)
        case ReturnDrillRecorded():
            known = state.first_drill
            is_first = known is None or event.held_on < known.held_on
            return changed(state, first_drill=event if is_first else known)
        case DeparturesUnfunded():
            return changed(state, unfunded=event)
        case DeparturesFunded():
            return changed(state, unfunded=None)
        case _:
            assert_never(event)


def _resumed(state: AgreementState, event: AgreementResumed) -> AgreementState:
    stand = tuple(each for each in state.suspensions if each.suspension != event.suspension)
    ended = (each for each in state.suspensions if each.suspension == event.suspension)
    resumed = (*state.resumed, *((each, event.resumed_at) for each in ended))
    return msgspec.structs.replace(state, suspensions=stand, resumed=resumed)


def with_signature(version: Version, event: AgreementSigned) -> Version:
    """The version after one more signature; that of another version changes nothing."""
    if version.document.ref != event.agreement:
        return version
    signature = Signature(event.party, event.signature)
    return msgspec.structs.replace(version, signatures=(*version.signatures, signature))


def fold(agreement: AgreementId) -> Fold[AgreementState]:
    """All versions of one agreement and what stops it; worth keeping, every case depends on it."""
    return Fold(
        name=f"agreement/{agreement}",
        alternatives=(on(AgreementChange, agreement=agreement),),
        initial=AgreementState(),
        evolve=evolve,
        snapshot=AgreementState,
    )


class AgreementIsUnknown(Unknown):
    """Nobody proposed an agreement, or a version of it, by that name."""


class NotSignedByBoth(RuleBroken):
    """Nothing happens under an agreement before both states have signed that version (F8)."""

    RULE = "F8"


def party_to(document: AgreementDocument, actor: Actor) -> None:
    """Refuse (`ActsOnlyForItself`) who acts for a state that is no party to the agreement."""
    parties = document.parties
    if actor.party not in (parties.sending, parties.receiving):
        raise ActsOnlyForItself(f"{actor.party} is no party to {document.ref}")


def binding(state: AgreementState, agreement: AgreementId, day: date) -> AgreementDocument:
    """The version that binds a day, its term or not; raises when both signed none (F8)."""
    if not state.versions:
        raise AgreementIsUnknown(f"there is no agreement {agreement}")
    document = state.on(day)
    if document is None:
        detail = f"no version of {agreement} has both signatures: nothing happens under it before"
        raise NotSignedByBoth(detail)
    return document
