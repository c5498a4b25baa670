"""Terms and their pools: which signed component prices a night, and what the n-th one costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from services.audit.domain.agreements import Agreements
from services.audit.domain.notes import Notes
from services.audit.domain.reactions import Reactions
from shared.contracts.agreement import Component, Parties, PerNight, Prepaid, Tariff
from shared.contracts.billing import TermsActivated
from shared.contracts.codes import Slug
from shared.kernel.dates import DatePeriod
from shared.kernel.ids import AgreementId, AgreementRef, agreement_of
from shared.tariff import prepaid


class Pool(msgspec.Struct):
    """One component of one signed version, and how many person-nights it has priced."""

    agreement: AgreementRef
    component: Component
    count: int = 0
    earned: int = 0
    """What it has earned so far, in minor units: it follows from the count alone (F7)."""
    paid_ahead: bool = False

    def next(self, night: date) -> int | None:
        """What its next person-night costs in minor units, if it prices this night at all."""
        component = self.component
        if isinstance(component, PerNight):
            return component.rate.minor
        if prepaid.covers(component, night, self.count + 1):
            return prepaid.earned(component, self.count + 1).minor - self.earned
        return None

    def take(self, minor: int) -> None:
        """One more person-night was priced."""
        self.count += 1
        self.earned += minor

    def hand_back(self) -> int:
        """What the last person-night cost; it is as if it had not been priced."""
        before = self.earned
        self.count -= 1
        if isinstance(self.component, PerNight):
            self.earned -= self.component.rate.minor
        else:
            self.earned = prepaid.earned(self.component, max(self.count, 0)).minor
        return before - self.earned


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
                if isinstance(pool.component, Prepaid):
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
        pools = {one.id: Pool(ref, one) for one in event.tariff.components}
        number = int(ref.partition("@")[2])
        found_terms = Signed(ref, number, event.parties, event.effective, event.tariff, pools)
        self.signed[ref] = found_terms
        self._of.setdefault(agreement_of(ref), []).append(found_terms)

    def prices(self, accepted: AgreementRef, night: date) -> list[tuple[Pool, int]]:
        """What a night costs: by the version of the custody, then by the others, latest first."""
        for signed in self._pricing(accepted):
            prices = signed.prices(night)
            if prices:
                return prices
        return []

    def _pricing(self, accepted: AgreementRef) -> Iterator[Signed]:
        own = self.signed.get(accepted)
        if own is None:
            return
        yield own
        others = sorted(self._of[agreement_of(accepted)], key=_number, reverse=True)
        for one in others:
            if one is not own and one.tariff.currency == own.tariff.currency:
                yield one

    def versions(self, agreement: AgreementId) -> list[Signed]:
        """Every signed version of an agreement, as far as billing has activated it."""
        return self._of.get(agreement, [])

    def pool(self, agreement: AgreementRef, component: Slug) -> Pool | None:
        """A component of a signed version."""
        signed = self.signed.get(agreement)
        return signed.pools.get(component) if signed else None


def bears(pool: Pool, parties: Parties) -> tuple[str, str]:
    """The accounts of a night's debit and credit: drawn from what was prepaid, or receivable."""
    component = pool.component
    if isinstance(component, Prepaid):
        return f"unearned-{component.id}", f"earned-{component.id}"
    return f"receivable-{parties.sending.lower()}", f"earned-{component.id}"


def _number(signed: Signed) -> int:
    return signed.number
