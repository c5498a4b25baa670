"""An agreement: its versions, who has signed each, and which one a day is under (D6, F8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

import msgspec

from services.intake.domain.parties import ActsOnlyForItself
from shared.contracts.agreement import AgreementDocument, agreed_on
from shared.contracts.intake import AgreementProposed, AgreementSigned
from shared.kernel.actor import Actor
from shared.kernel.codes import Country, Sha256
from shared.kernel.decider import Fold, on
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId
from shared.kernel.rejected import RuleBroken, Unknown


class Version(msgspec.Struct, frozen=True):
    """One version of an agreement, and which states have signed it."""

    document: AgreementDocument
    digest: Sha256
    signed_by: tuple[Country, ...] = ()

    @property
    def signed_by_both(self) -> bool:
        """Whether both states have signed exactly this document."""
        parties = self.document.parties
        return {parties.sending, parties.receiving} <= set(self.signed_by)


class AgreementState(msgspec.Struct, frozen=True):
    """Every version of an agreement, the oldest first; no version means that nobody proposed it."""

    versions: tuple[Version, ...] = ()

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
        return document if document is not None and agreed_on(day, document) else None

    def changes(self, today: date) -> Iterator[tuple[date, AgreementDocument | None]]:
        """The days after today on which another version comes into force, or none is any more."""
        terms = [version.document.effective for version in self.versions if version.signed_by_both]
        known = self.in_force(today)
        for day in sorted({day for term in terms for day in (term.start, term.end)}):
            if day > today and (then := self.in_force(day)) != known:
                known = then
                yield day, then

    def version(self, number: int) -> Version | None:
        """The version of that number, signed or not."""
        return next((held for held in self.versions if held.document.version == number), None)


AgreementChange = AgreementProposed | AgreementSigned


def evolve(state: AgreementState, event: Event) -> AgreementState:
    """The agreement after one more of its events."""
    if not isinstance(event, AgreementChange):
        return state
    match event:
        case AgreementProposed():
            return AgreementState((*state.versions, Version(event.document, event.digest)))
        case AgreementSigned():
            return AgreementState(
                tuple(with_signature(version, event) for version in state.versions)
            )
        case _:
            assert_never(event)


def with_signature(version: Version, event: AgreementSigned) -> Version:
    """The version after one more signature; that of another version changes nothing."""
    if version.document.ref != event.agreement:
        return version
    return msgspec.structs.replace(version, signed_by=(*version.signed_by, event.party))


def fold(agreement: AgreementId) -> Fold[AgreementState]:
    """All versions of one agreement; worth keeping, every case under it depends on it."""
    return Fold(
        name=f"agreement/{agreement}",
        alternatives=(on(AgreementProposed, AgreementSigned, agreement=agreement),),
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
