"""Terms and what their components have borne: which of them price a fact, and what it costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from shared.contracts.agreement import NightRule, Parties, Tariff
from shared.contracts.billing import TermsActivated
from shared.kernel.codes import Slug
from shared.kernel.dates import ONE_DAY, DatePeriod, month
from shared.kernel.ids import (
    AgreementId,
    AgreementRef,
    EntryRef,
    FacilityId,
    agreement_of,
    version_of,
)
from shared.kernel.money import Money
from shared.tariff.component import Charge
from shared.tariff.fact import MonthEnd, Occurred, PersonNight
from shared.tariff.pricing import price
from shared.tariff.registry import AnyTally, Component


class Standing(msgspec.Struct):
    """One component of an agreement, and what it has borne, under whichever version."""

    component: Component
    tally: AnyTally
    earned: int = 0
    """The sum of what it charged, in minor units: it follows from what it has borne (F7)."""
    paid_ahead: bool = False

    def bear(self, charge: Charge[Any], minor: int) -> None:
        """Take in a charge, and what was written of it."""
        self.tally = charge.tally
        self.earned += minor

    def follows(self) -> Money | None:
        """What the signed terms say that it has earned, where that is something else."""
        said = self.component.statement(self.tally).earned
        return None if said.minor == self.earned else said


class Signed(msgspec.Struct):
    """The terms of one version, as both states signed them."""

    agreement: AgreementRef
    number: int
    parties: Parties
    effective: DatePeriod
    tariff: Tariff
    night_rule: NightRule
    signed: EntryRef
    zones: dict[FacilityId, str]
    standings: dict[Slug, Standing]

    def prices(self, fact: PersonNight | Occurred) -> list[tuple[Standing, Charge[Any]]]:
        """What a night or a service costs under this version.

        Nothing at all means that it does not price it: that is unpriced, never free.
        """
        prices = price(self.tariff.components, fact, self._tally)
        return [(self.standings[priced.component.id], priced.charge) for priced in prices]

    def month_end(self, period: str) -> MonthEnd:
        """The end of a month under these terms."""
        return MonthEnd(period, self.signed)

    def _tally(self, component: Component) -> AnyTally:
        return self.standings[component.id].tally


class Terms:
    """Every version whose terms billing has activated."""

    def __init__(self) -> None:
        """Begin with none."""
        self.signed: dict[AgreementRef, Signed] = {}
        self.standings: dict[AgreementId, dict[Slug, Standing]] = {}
        self._of: dict[AgreementId, list[Signed]] = {}

    def activate(self, event: TermsActivated) -> None:
        """Take in terms that both states signed."""
        ref, agreement = event.agreement, agreement_of(event.agreement)
        standings = self.standings.setdefault(agreement, {})
        for component in event.tariff.components:
            standings.setdefault(component.id, Standing(component, component.empty))
        signed = Signed(
            agreement=ref,
            number=version_of(ref),
            parties=event.parties,
            effective=event.effective,
            tariff=event.tariff,
            night_rule=event.night_rule,
            signed=event.signed,
            zones={agreed.facility: agreed.timezone for agreed in event.facilities},
            standings=standings,
        )
        self.signed[ref] = signed
        self._of.setdefault(agreement, []).append(signed)

    def prices(
        self, accepted: AgreementRef, fact: PersonNight | Occurred
    ) -> tuple[Signed | None, list[tuple[Standing, Charge[Any]]]]:
        """What a night or a service costs by the version that is in force on its day (D6)."""
        day = fact.what.day if isinstance(fact, Occurred) else fact.night
        own = self.signed.get(accepted)
        for signed in self._latest_first(own) if own else ():
            if signed.effective.start <= day:
                if day < signed.effective.end:
                    return signed, signed.prices(fact)
                break  # it replaced all before it, and has run out
        return None, []

    def first_after(self, agreement: AgreementRef, arrived: date, departed: date) -> date:
        """The first day after the nights of a stay: the day of departure, and after a stay of one
        day the next one, unless the agreement signed a census at midnight (F10).
        """
        signed = self.signed.get(agreement)
        census = signed is not None and signed.night_rule == "midnight-census"
        return max(departed, arrived if census else arrived + ONE_DAY)

    def in_force(self, closing: Signed, period: str) -> Signed | None:
        """The version, in the closing one's currency, that is in force last in a month (D6)."""
        days = month(period)
        for signed in self._latest_first(closing):
            if signed.effective.start < days.end:
                return signed if days.start < signed.effective.end else None
        return None

    def _latest_first(self, own: Signed) -> list[Signed]:
        """Every version in the same currency."""
        versions = self._of[agreement_of(own.agreement)]
        if len(versions) == 1:
            return versions
        currency = own.tariff.currency
        alike = (signed for signed in versions if signed.tariff.currency == currency)
        return sorted(alike, key=_number, reverse=True)

    def versions(self, agreement: AgreementId) -> list[Signed]:
        """Every signed version of an agreement, as far as billing has activated it."""
        return self._of.get(agreement, [])

    def standing(self, agreement: AgreementRef, component: Slug) -> Standing | None:
        """A component of a signed version."""
        signed = self.signed.get(agreement)
        if signed is None or all(known.id != component for known in signed.tariff.components):
            return None
        return signed.standings[component]


def _number(signed: Signed) -> int:
    return signed.number
