"""The journal: every money entry's postings sum to zero in each currency, and so do all of them."""

from __future__ import annotations

from functools import lru_cache

from shared.kernel.ids import AgreementId
from shared.kernel.money import Money
from shared.tariff.accounts import Account, Postings

Key = tuple[AgreementId, Account, str]


@lru_cache(maxsize=4096)
def minor_of(amount: Money) -> int:
    """An amount in minor units: the few of a tariff stand in hundreds of thousands of entries."""
    return amount.minor


class Journal:
    """What every account of every agreement holds, in minor units."""

    def __init__(self) -> None:
        """Begin with nothing posted."""
        self.balances: dict[Key, int] = {}

    def post(self, agreement: AgreementId, written: Postings) -> None:
        """Enter what is written."""
        for posting in written:
            key = (agreement, posting.account, posting.amount.currency)
            self.balances[key] = self.balances.get(key, 0) + minor_of(posting.amount)

    def sums(self) -> dict[str, int]:
        """The sum of all postings in each currency: zero, or an entry was found wrong."""
        sums: dict[str, int] = {}
        for (_, _, currency), minor in self.balances.items():
            sums[currency] = sums.get(currency, 0) + minor
        return sums
