"""What billing records: terms, stays, fees, prepayments, and whose nights are one person's.

Every money entry carries its postings, and they sum to zero in its currency.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec

from shared.contracts.agreement import AgreedFacility, NightRule, Parties, Tariff
from shared.contracts.intake import AgreementTag, FacilityTag, PersonTag
from shared.contracts.laws import Copied, Laws, Names, Past, Says, Signed
from shared.contracts.placement import CustodyTag
from shared.kernel.bounds import Whole
from shared.kernel.codes import Code, Sha256, Slug
from shared.kernel.dates import DatePeriod
from shared.kernel.event import Event, Tag
from shared.kernel.ids import EntryRef, PersonId
from shared.kernel.money import Money
from shared.kernel.rejected import Refusal
from shared.tariff.accounts import Postings
from shared.tariff.fact import (
    Fact,
    MonthEnd,
    Occasion,
    Occurred,
    PersonNight,
    PersonsCounted,
)

Month = Annotated[str, msgspec.Meta(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])\Z")]


AS_SIGNED = (
    "digest parties=document.parties effective=document.effective tariff=document.tariff"
    " night_rule=document.night_rule facilities=document.facilities"
)
OF_THE_CUSTODY = "person agreement arrived_on facility"
BY_THE_PAYEES_TREASURY = Signed(
    "parties.receiving", ("treasury",), of="TermsActivated", by="agreement"
)


class TermsActivated(Event, frozen=True):
    """Both states signed these terms; accrual may begin (F8: unsigned terms never can)."""

    TYPE: ClassVar[str] = "billing.TermsActivated.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (
        Says("signed", "causation", "F8"),
        Names("signed", of="AgreementActivated", by="agreement", rule="F8"),
        Copied(AS_SIGNED, of="AgreementActivated", by="agreement", rule="F8"),
    )
    agreement: AgreementTag
    digest: Sha256
    parties: Parties
    effective: DatePeriod
    tariff: Tariff
    signed: EntryRef
    night_rule: NightRule = "arrival-counts-departure-does-not"
    facilities: tuple[AgreedFacility, ...] = ()
    """In whose time zones hours are reckoned (F13)."""


class StayEvent(Event, frozen=True):
    """A fact about what one person's custody costs."""

    SUBJECT: ClassVar[str] = "custody"
    LAWS: ClassVar[Laws] = (Copied("person", of="StayOpened", by="custody", rule="G20"),)
    custody: CustodyTag
    person: PersonTag
    agreement: AgreementTag


class StayOpened(StayEvent, frozen=True):
    """Custody was accepted: nights from `arrived_on` may be attested (G20)."""

    TYPE: ClassVar[str] = "billing.StayOpened.v1"
    LAWS: ClassVar[Laws] = (
        Says("accepted", "causation", "G20"),
        Names("accepted", of="CustodyAccepted", by="custody", rule="G20"),
        Copied(OF_THE_CUSTODY, of="CustodyAccepted", by="custody", rule="G20", required=True),
    )
    facility: FacilityTag
    arrived_on: date
    accepted: EntryRef


class StayClosed(StayEvent, frozen=True):
    """Custody ended: no night from `owed_until` on is owed (F10; T7)."""

    TYPE: ClassVar[str] = "billing.StayClosed.v1"
    LAWS: ClassVar[Laws] = (
        Says("ended", "causation", "T7"),
        Names("ended", of="CustodyEnded", by="custody", rule="T7"),
        Copied("departed_on", of="CustodyEnded", by="custody", rule="T7"),
        Copied("agreement", of="CustodyAccepted", by="custody", rule="G20"),
    )
    departed_on: date
    ended: EntryRef
    owed_until: date
    """The first day after the nights of the stay, by the night rule that its agreement signed."""


class NightEvent(StayEvent, frozen=True):
    """A fact about one person's one attested night."""

    night: date
    period: Annotated[Month, Tag("period")]
    """The month that bears it: the night's own, or the next one that was open when it came late."""
    attested: EntryRef


class FeeEntry(Event, frozen=True, kw_only=True):
    """What one component charges for one fact, or takes back; whichever component it is."""

    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (Copied("person", of="StayOpened", by="custody", rule="G20"),)
    agreement: AgreementTag
    component: Slug
    period: Annotated[Month, Tag("period")]
    """The month that bears it: the fact's own, or the next one that was open when it came late."""
    unit: Slug
    quantity: Whole
    amount: Money
    postings: Postings
    evidence: Annotated[tuple[EntryRef, ...], msgspec.Meta(min_length=1)]
    """The entries that say so: of a night, what attested it."""
    custody: CustodyTag | None = None
    """Whose it is, where the fact is a person's."""
    person: PersonTag | None = None
    night: date | None = None
    reason: Slug | None = None
    """Why something is owed that nobody used."""
    occasion: Occasion | None = None
    """The service or the cancellation that is charged for, where it is one."""

    @property
    def fact(self) -> Fact:
        """The fact that is charged for: whoever charges it again comes to the same amount."""
        if self.occasion is not None:
            return Occurred(self.occasion, self.evidence)
        because = next(iter(self.evidence), EntryRef(""))
        if self.custody is None or self.person is None or self.night is None:
            return MonthEnd(self.period, because)
        return PersonNight(self.custody, self.person, self.night, because)


class FeeAccrued(FeeEntry, frozen=True, kw_only=True):
    """A fact was charged under a component of the signed terms, once (G20)."""

    TYPE: ClassVar[str] = "billing.FeeAccrued.v1"
    attested_by: str | None = None
    """Who attested it, where somebody has to."""
    pseudonyms: tuple[PersonId, ...] = ()
    """Every other pseudonym that is the person's, in order: a month counts them once (F6)."""

    @property
    def fact(self) -> Fact:
        """The fact that is charged for, of a person by every pseudonym."""
        fact = super().fact
        if isinstance(fact, PersonNight) and self.pseudonyms:
            return msgspec.structs.replace(fact, pseudonyms=self.pseudonyms)
        return fact


class FeeReversed(FeeEntry, frozen=True, kw_only=True):
    """A charge was taken back: the stay had ended before that night, a return had been ordered by
    then, the night is charged under another pseudonym of the person, or a service was withdrawn.
    The amount is negative.

    What it gives back is what the component says, so that what it has earned always follows from
    what it has borne: it may differ from the charge by the one minor unit that rounding leaves.
    """

    TYPE: ClassVar[str] = "billing.FeeReversed.v1"
    because: EntryRef
    """The entry that ended the stay, ordered the return, or merged the two persons; of a service
    the one that approved it, and so what was charged.
    """


class FeeRecounted(FeeEntry, frozen=True, kw_only=True):
    """A month counts fewer persons under a component since two pseudonyms were merged, or more
    since they were told apart (F6). The amount is negative where it counts fewer.

    It is one of the custodies': the one that has the last night of theirs in the month.
    """

    TYPE: ClassVar[str] = "billing.FeeRecounted.v1"
    counted: Month
    """The month whose persons they are; `period` bears it."""
    persons: tuple[tuple[PersonId, ...], ...]
    """Who is one person in it from here on, each by every pseudonym, in order."""

    @property
    def fact(self) -> PersonsCounted:
        """Who is one person in the month."""
        because = next(iter(self.evidence), EntryRef(""))
        return PersonsCounted(self.counted, self.persons, because)


class NightNotCharged(NightEvent, frozen=True):
    """A rule keeps an attested night off the bill: outside the stay or charged before (G20; T8)."""

    TYPE: ClassVar[str] = "billing.NightNotCharged.v1"
    refusal: Refusal


class NightAlreadyCharged(NightNotCharged, frozen=True):
    """An attested night of a stay is charged under another custody or attestation (G20; T8).

    If that charge is taken back, this one follows: what was attested is owed once, not never.
    """

    TYPE: ClassVar[str] = "billing.NightAlreadyCharged.v1"
    LAWS: ClassVar[Laws] = (Copied("arrived_on", of="StayOpened", by="custody", rule="G20"),)
    attested_by: str
    arrived_on: date
    """The first night of the stay that it belongs to."""


class NightUnpriced(NightEvent, frozen=True):
    """The signed terms do not price this attested night: its invoice cannot issue."""

    TYPE: ClassVar[str] = "billing.NightUnpriced.v1"
    attested_by: str


class ChargedIdentity(Event, frozen=True):
    """Whose nights are one person's, as intake decided it: billing decides on its own log (G20)."""

    SUBJECT: ClassVar[str] = "person"
    LAWS: ClassVar[Laws] = (Says("decided", "causation", "G20"),)
    person: PersonTag
    other: PersonTag
    persons: Annotated[tuple[PersonId, ...], Tag("person")]
    """Every pseudonym that is one person's with either of them, before or after it, in order: each
    of them sees it.
    """
    decided: EntryRef


class PersonsChargedAsOne(ChargedIdentity, frozen=True):
    """Two pseudonyms were merged: from here on a night of theirs is charged once (G20; T8).

    What was charged twice by then is taken back for every custody but the one that began first.
    """

    TYPE: ClassVar[str] = "billing.PersonsChargedAsOne.v1"
    LAWS: ClassVar[Laws] = (
        Copied("person other", of="PersonsMerged", by="decided=ref", rule="G20", required=True),
    )


class PersonsChargedApart(ChargedIdentity, frozen=True):
    """A merging was undone: what was kept off the bill for the other's night is owed (G20)."""

    TYPE: ClassVar[str] = "billing.PersonsChargedApart.v1"
    LAWS: ClassVar[Laws] = (
        Copied("person other", of="PersonsToldApart", by="decided=ref", rule="G20", required=True),
    )


class PrepaymentReceived(Event, frozen=True):
    """Money was paid ahead; it is owed back until attested nights earn it."""

    TYPE: ClassVar[str] = "billing.PrepaymentReceived.v1"
    SUBJECT: ClassVar[str] = "agreement"
    LAWS: ClassVar[Laws] = (BY_THE_PAYEES_TREASURY, Past("received_on", "F7"))
    agreement: AgreementTag
    component: Slug
    amount: Money
    reference: Code
    received_on: date
    postings: Postings


class PrepaymentRefused(Event, frozen=True):
    """Money that was reported as paid ahead did not pass a rule."""

    TYPE: ClassVar[str] = "billing.PrepaymentRefused.v1"
    SUBJECT: ClassVar[str] = "agreement"
    agreement: AgreementTag
    component: Slug
    amount: Money
    refusal: Refusal
