"""Books: every money entry's postings sum to zero in each currency, and so do all of them."""

from __future__ import annotations

from services.audit.domain.expectations import Notes
from shared.kernel.ids import AgreementId
from shared.tariff.accounts import Account, Postings

Key = tuple[AgreementId, Account, str]


class Books:
    """What every account of every agreement holds, in minor units."""

    def __init__(self, notes: Notes) -> None:
        """Begin with nothing posted."""
        self._notes = notes
        self.balances: dict[Key, int] = {}

    def post(self, agreement: AgreementId, written: Postings, expected: Postings) -> None:
        """Enter what is written, and check it against what follows from the entry's amount."""
        for posting in written:
            key = (agreement, posting.account, posting.amount.currency)
            self.balances[key] = self.balances.get(key, 0) + posting.amount.minor
        if written != expected:
            self._notes.differs("double entry", f"postings {_said(expected)}", _said(written))

    def sums(self) -> dict[str, int]:
        """The sum of all postings in each currency: zero, or an entry was found wrong."""
        sums: dict[str, int] = {}
        for (_, _, currency), minor in self.balances.items():
            sums[currency] = sums.get(currency, 0) + minor
        return sums


def _said(postings: Postings) -> str:
    """Postings for people."""
    return ", ".join(
        f"{posting.account.kind} of {posting.account.party} {posting.amount}"
        for posting in postings
    )
