"""The chart of accounts: what each of the two states has earned, paid and owes under an agreement.

One book holds both states' positions. What one state gains by an entry the other bears, so the
postings of every entry sum to zero in its currency, and so does the whole book.
"""

from functools import lru_cache
from typing import Literal

import msgspec

from shared.kernel.codes import Country
from shared.kernel.money import Money

AccountKind = Literal[
    "accrued",
    "receivable",
    "payable",
    "cash",
    "prepaid",
    "disputed",
    "deductions",
    "earmarked",
    "frozen",
    "interest",
]
"""`accrued`: charged and not invoiced yet. `receivable` of the state that is paid and `payable` of
the one that pays: invoiced and not paid. `disputed`: invoiced, and held apart.
`deductions`: invoiced, and taken off by a credit note. `prepaid`: paid ahead, not earned yet.
"""


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One account of one state, under one agreement."""

    kind: AccountKind
    party: Country


class Posting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One side of a double entry: a debit is positive, a credit negative."""

    account: Account
    amount: Money


Postings = tuple[Posting, ...]


@lru_cache(maxsize=4096)
def between(kind: AccountKind, payee: Country, payer: Country, amount: Money) -> Postings:
    """An amount as a debit of the payee's account and a credit of the payer's.

    The few amounts of a tariff stand in hundreds of thousands of entries.
    """
    return Posting(Account(kind, payee), amount), Posting(Account(kind, payer), -amount)


def received_ahead(payee: Country, payer: Country, amount: Money) -> Postings:
    """Money that changed hands and is owed back as far as nothing has earned it."""
    paid = between("cash", payee, payer, amount)
    return (*paid, *between("prepaid", payee, payer, -amount))


def paid(payee: Country, payer: Country, amount: Money) -> Postings:
    """Money that changed hands for what was owed: so much less of it is."""
    owed = (
        Posting(Account("receivable", payee), -amount),
        Posting(Account("payable", payer), amount),
    )
    return (*between("cash", payee, payer, amount), *owed)


def held_apart(payee: Country, payer: Country, amount: Money) -> Postings:
    """What is disputed of what was invoiced: so much less is owed until the dispute is over."""
    return (
        *between("disputed", payee, payer, amount),
        Posting(Account("receivable", payee), -amount),
        Posting(Account("payable", payer), amount),
    )


def credited(payee: Country, payer: Country, amount: Money) -> Postings:
    """What is not owed of what was invoiced, by a credit note."""
    return (
        *between("deductions", payee, payer, amount),
        Posting(Account("receivable", payee), -amount),
        Posting(Account("payable", payer), amount),
    )


def invoiced(payee: Country, payer: Country, due: Money) -> Postings:
    """What was accrued is owed from here: receivable of the one, payable of the other."""
    if not due.minor:
        return ()
    owed = (
        Posting(Account("receivable", payee), due),
        Posting(Account("payable", payer), -due),
    )
    return (*between("accrued", payee, payer, -due), *owed)
