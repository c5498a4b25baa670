"""Books: every money entry's postings sum to zero in each currency, and so do all of them."""

from __future__ import annotations

from services.audit.domain.notes import Notes
from shared.contracts.billing import Posting
from shared.kernel.ids import AgreementId
from shared.kernel.money import Money


class Books:
    """What every account of every agreement holds, in minor units."""

    def __init__(self, notes: Notes) -> None:
        """Begin with nothing posted."""
        self._notes = notes
        self.balances: dict[tuple[AgreementId, str, str], int] = {}

    def post(
        self,
        agreement: AgreementId,
        postings: tuple[Posting, ...],
        amount: Money,
        accounts: tuple[str, str],
    ) -> None:
        """Enter what is written, and check it: the first account's debit, the second's credit."""
        balances = self.balances
        held: list[tuple[str, int, str]] = []
        for one in postings:
            money = one.amount
            posted = money.minor
            held.append((one.account, posted, money.currency))
            key = (agreement, one.account, money.currency)
            balances[key] = balances.get(key, 0) + posted
        minor, currency = amount.minor, amount.currency
        if held != [(accounts[0], minor, currency), (accounts[1], -minor, currency)]:
            expected = f"{accounts[0]} {amount}, {accounts[1]} {-amount}"
            said = ", ".join(f"{one.account} {one.amount}" for one in postings)
            self._notes.differs("double entry", f"postings {expected}", said)

    def sums(self) -> dict[str, int]:
        """The sum of all postings in each currency: zero, or an entry above was found wrong."""
        sums: dict[str, int] = {}
        for (_, _, currency), minor in self.balances.items():
            sums[currency] = sums.get(currency, 0) + minor
        return sums
