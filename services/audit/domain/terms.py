"""Terms and their pools: which signed component prices a night, and what the n-th one costs."""

from __future__ import annotations

from datetime import date
from typing import assert_never

import msgspec

from services.audit.domain.agreements import Agreements
from services.audit.domain.expectations import Notes
from services.audit.domain.journal import Accounts
from services.audit.domain.obligations import Reactions
from shared.contracts.agreement import Component, Parties, PerNight, Prepaid, Tariff
from shared.contracts.billing import TermsActivated
from shared.contracts.codes import Country, Slug
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import AgreementId, AgreementRef, agreement_of
from shared.kernel.money import Money
from shared.tariff.night import cost


class Pool(msgspec.Struct):
    """One component of one signed version, and how many person-nights it has priced."""

    agreement: AgreementRef
    component: Component
    minor: int
    """The signed amount or rate, in minor units."""
    currency: str
    accounts: Accounts
    """What a night is a debit of, drawn from the prepayment or receivable, and a credit of."""
    nights: int = 0
    """How many person-nights it pays for, if it is prepaid."""
    count: int = 0
    earned: int = 0
    """What it has earned so far, in minor units: it follows from the count alone (F7)."""
    paid_ahead: bool = False

    @staticmethod
    def of(agreement: AgreementRef, component: Component, payer: Country) -> Pool:
        """A component that has priced nothing so far."""
        name, earned = component.id, f"earned-{component.id}"
        match component:
            case Prepaid():
                accounts = (f"unearned-{name}", earned)
                nights = component.persons * component.nights
                price = component.amount
                return Pool(agreement, component, price.minor, price.currency, accounts, nights)
            case PerNight():
                accounts = (f"receivable-{payer.lower()}", earned)
                price = component.rate
                return Pool(agreement, component, price.minor, price.currency, accounts)
            case _:
                assert_never(component)

    @property
    def is_prepaid(self) -> bool:
        """Whether its nights are due as a prepayment and not for themselves (F7)."""
        return self.nights > 0

    def next(self, night: date) -> int | None:
        """What its next person-night costs in minor units, if it prices this night at all."""
        if not self.nights:
            return self.minor
        component, count = self.component, self.count + 1
        if count > self.nights or not isinstance(component, Prepaid):
            return None
        return self.earns(count) - self.earned if night in component.period else None

    def earns(self, count: int) -> int:
        """What so many person-nights earn in all: rounded once, half to even (fees.md; F7)."""
        if not self.nights:
            return self.minor * count
        whole, rest = divmod(self.minor * count, self.nights)
        over = 2 * rest - self.nights
        return whole + int(over > 0 or (over == 0 and whole % 2 == 1))

    def hand_back(self) -> int:
        """What the last person-night cost; it is as if it had not been priced."""
        before = self.earned
        self.count -= 1
        self.earned = self.earns(self.count)
        return before - self.earned

    def follows(self) -> Money | None:
        """What the signed tariff says that it has earned, where that is something else."""
        component = self.component
        said = cost(component, 1, self.count)
        return None if said.minor == self.earned else said


class Signed(msgspec.Struct):
    """The terms of one version, as both states signed them."""

    agreement: AgreementRef
    number: int
    parties: Parties
    effective: DatePeriod
    tariff: Tariff
    pools: dict[Slug, Pool]

    def prices(self, night: date) -> list[tuple[Pool, int]]:
        """What a night costs under this version: prepaid places while they last, or by the night.

        Nothing at all means that it does not price the night: that is unpriced, never free.
        """
        if night not in self.effective:
            return []
        nightly: list[tuple[Pool, int]] = []
        for pool in self.pools.values():
            minor = pool.next(night)
            if minor is not None:
                if pool.is_prepaid:
                    return [(pool, minor)]
                nightly.append((pool, minor))
        return nightly


class Terms:
    """Every version whose terms billing has activated."""

    def __init__(self, notes: Notes, agreements: Agreements, reactions: Reactions) -> None:
        """Begin with none."""
        self._notes = notes
        self._agreements = agreements
        self._reactions = reactions
        self.signed: dict[AgreementRef, Signed] = {}
        self._of: dict[AgreementId, list[Signed]] = {}

    def activated(self, event: TermsActivated) -> None:
        """Exactly the terms that both states signed; there is no other way in (F8)."""
        notes, ref = self._notes, event.agreement
        self._reactions.done("terms", (ref,))
        notes.same("F8", "the cause", event.signed, notes.fact.causation)
        version = self._agreements.versions.get(ref)
        if version is None or version.activated != event.signed:
            found = "no such entry" if version is None else version.activated
            notes.missing("F8", f"the signed terms of {ref}, {event.signed}", found)
        else:
            document = version.document
            notes.same("F8", "the digest", version.digest, event.digest)
            for name in ("parties", "effective", "tariff"):
                if getattr(document, name) != getattr(event, name):
                    notes.broken("F8", f"the {name} that were signed", getattr(event, name))
        if ref in self.signed:
            notes.broken("F8", "terms that are activated once", ref)
            return
        payer = event.parties.sending
        pools = {one.id: Pool.of(ref, one, payer) for one in event.tariff.components}
        number = int(ref.partition("@")[2])
        found_terms = Signed(ref, number, event.parties, event.effective, event.tariff, pools)
        self.signed[ref] = found_terms
        self._of.setdefault(agreement_of(ref), []).append(found_terms)

    def prices(self, accepted: AgreementRef, night: date) -> list[tuple[Pool, int]]:
        """What a night costs: by the version of the custody, then by the others, latest first."""
        own = self.signed.get(accepted)
        if own is None:
            return []
        return own.prices(night) or self._other_prices(own, night)

    def _other_prices(self, own: Signed, night: date) -> list[tuple[Pool, int]]:
        for one in sorted(self._of[agreement_of(own.agreement)], key=_number, reverse=True):
            if one is not own and one.tariff.currency == own.tariff.currency:
                prices = one.prices(night)
                if prices:
                    return prices
        return []

    def versions(self, agreement: AgreementId) -> list[Signed]:
        """Every signed version of an agreement, as far as billing has activated it."""
        return self._of.get(agreement, [])

    def pool(self, agreement: AgreementRef, component: Slug) -> Pool | None:
        """A component of a signed version."""
        signed = self.signed.get(agreement)
        return signed.pools.get(component) if signed else None


def _number(signed: Signed) -> int:
    return signed.number
