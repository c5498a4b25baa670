"""Books: every money entry's postings sum to zero in each currency, and so do all of them."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from services.audit.domain.expectations import Notes
from shared.contracts.billing import Posting
from shared.kernel.ids import AgreementId
from shared.kernel.money import Money

Accounts = tuple[str, str]
"""The account that an amount is a debit of, and the one that it is a credit of."""


class BothWays(msgspec.Struct, frozen=True):
    """An amount in minor units, and the same amount the other way round."""

    minor: int
    negated: Money


@lru_cache(maxsize=4096)
def both_ways(amount: Money) -> BothWays:
    """The few amounts of a tariff stand in hundreds of thousands of entries."""
    return BothWays(amount.minor, -amount)


class Books:
    """What every account of every agreement holds, in minor units."""

    def __init__(self, notes: Notes) -> None:
        """Begin with nothing posted."""
        self._notes = notes
        self._pairs: dict[tuple[AgreementId, Accounts, str], int] = {}
        self._others: dict[tuple[AgreementId, str, str], int] = {}

    def post(
        self,
        agreement: AgreementId,
        postings: tuple[Posting, ...],
        amount: Money,
        value: BothWays,
        accounts: Accounts,
    ) -> None:
        """Enter what is written, and check it: the first account's debit, the second's credit."""
        if postings == (Posting(accounts[0], amount), Posting(accounts[1], value.negated)):
            key = (agreement, accounts, amount.currency)
            self._pairs[key] = self._pairs.get(key, 0) + value.minor
            return
        for one in postings:
            other = (agreement, one.account, one.amount.currency)
            self._others[other] = self._others.get(other, 0) + one.amount.minor
        expected = f"{accounts[0]} {amount}, {accounts[1]} {value.negated}"
        said = ", ".join(f"{one.account} {one.amount}" for one in postings)
        self._notes.differs("double entry", f"postings {expected}", said)

    def balances(self) -> dict[tuple[AgreementId, str, str], int]:
        """What every account holds: a debit is positive, a credit negative."""
        held = dict(self._others)
        for (agreement, accounts, currency), minor in self._pairs.items():
            for account, posted in zip(accounts, (minor, -minor), strict=True):
                key = (agreement, account, currency)
                held[key] = held.get(key, 0) + posted
        return held

    def sums(self) -> dict[str, int]:
        """The sum of all postings in each currency: zero, or an entry was found wrong."""
        sums: dict[str, int] = {}
        for (_, _, currency), minor in self.balances().items():
            sums[currency] = sums.get(currency, 0) + minor
        return sums
