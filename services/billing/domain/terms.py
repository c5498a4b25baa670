"""The terms of an agreement as both states signed them, version by version (F8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shared.contracts.agreement import AgreementDocument, digest
from shared.contracts.billing import TermsActivated
from shared.kernel.dates import DatePeriod
from shared.kernel.decider import Decider, Fold, on, only
from shared.kernel.ids import AgreementId, AgreementRef, EntryRef, agreement_of, version_of
from shared.kernel.rejected import Conflict, NotYet, RuleBroken, Unknown
from shared.tariff.registry import Component

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.kernel.event import Event


class TermsAlreadyActivated(Conflict):
    """A version's terms are activated once."""


class SignedTermsDiffer(RuleBroken):
    """These are not the terms that both states signed (F8)."""

    RULE = "F8"


class TermsUnknown(Unknown):
    """No terms of that name were signed by both states (F8)."""

    RULE = "F8"


class TermsState(msgspec.Struct, frozen=True):
    """Every version of one agreement that both states have signed, in the order of activation."""

    versions: tuple[TermsActivated, ...] = ()

    def version(self, ref: AgreementRef) -> TermsActivated | None:
        """The terms of exactly this version."""
        return next((signed for signed in self.versions if signed.agreement == ref), None)

    def signed(self, ref: AgreementRef) -> TermsActivated:
        """The terms of a version that is known to be signed; raises `NotYet` until they arrive."""
        signed = self.version(ref)
        if signed is None:
            message = f"the terms of {ref} have not arrived from intake"
            raise NotYet(message)
        return signed

    def named(self, name: AgreementRef, days: DatePeriod | None = None) -> TermsActivated:
        """The version that a name gives. Of an agreement alone it is the latest that has begun when
        these days are over, or the latest of all.
        """
        begun = _begun(self.versions, days) if days else ()
        latest = max(begun or self.versions, key=_number, default=None)
        signed = self.version(name) if "@" in name else latest
        if signed is None:
            message = f"no terms of {name} are in force: both states must sign them in intake first"
            raise TermsUnknown(message)
        return signed

    def in_force(self, days: DatePeriod, currency: str) -> TermsActivated | None:
        """The version that is in force last among these days, if one is (D6).

        Of those that have begun by then it is the latest: from its first day on it replaces all
        before it, so that none of them comes back when its own days have run out. One in another
        currency would leave the month with lines that no invoice can hold.
        """
        alike = [signed for signed in self.versions if signed.tariff.currency == currency]
        latest = max(_begun(alike, days), key=_number, default=None)
        return latest if latest is not None and days.start < latest.effective.end else None


def _begun(versions: Iterable[TermsActivated], days: DatePeriod) -> list[TermsActivated]:
    return [signed for signed in versions if signed.effective.start < days.end]


def _number(terms: TermsActivated) -> int:
    # An older version may get its second signature after a newer one: in intake too the newer
    # one is the one in force.
    return version_of(terms.agreement)


class ActivateTerms(msgspec.Struct, frozen=True, kw_only=True):
    """Take over the terms that intake says both states have signed. There is no other way in."""

    agreement: AgreementRef
    document: AgreementDocument
    digest: str
    signed: EntryRef


def fold(agreement: AgreementId) -> Fold[TermsState]:
    """The signed terms of one agreement."""
    return Fold(
        f"terms/{agreement}", (on(TermsActivated, agreement=agreement),), TermsState(), evolve
    )


def evolve(state: TermsState, event: Event) -> TermsState:
    """Take in a version that was activated."""
    match event:
        case TermsActivated():
            return TermsState((*state.versions, event))
        case _:
            return state


def component_of(terms: TermsActivated, component: str) -> Component | None:
    """The component of that name in these terms."""
    return next((known for known in terms.tariff.components if known.id == component), None)


def _decide(command: ActivateTerms, state: TermsState) -> tuple[Event, ...]:
    document = command.document
    if state.version(command.agreement) is not None:
        message = f"the terms of {command.agreement} stand: an amendment needs a new version"
        raise TermsAlreadyActivated(message)
    if document.ref != command.agreement or digest(document) != command.digest:
        message = f"the document is not the one that was signed as {command.agreement}"
        raise SignedTermsDiffer(message)
    activated = TermsActivated(
        agreement=command.agreement,
        digest=command.digest,
        parties=document.parties,
        effective=document.effective,
        tariff=document.tariff,
        signed=command.signed,
        night_rule=document.night_rule,
        facilities=document.facilities,
    )
    return (activated,)


ACTIVATE_TERMS: Decider[ActivateTerms, TermsState] = Decider(
    boundary=lambda command: only(fold(agreement_of(command.agreement))), decide=_decide
)
