"""What one state gains by an entry the other bears: every entry's postings sum to zero."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.money import Money
from shared.tariff.accounts import Account, Posting, Postings, between, invoiced, received_ahead

AMOUNT = Money("65.00", "USD")


def held(postings: Postings) -> dict[tuple[str, str], int]:
    """What the postings add to each account."""
    return {
        (posting.account.party, posting.account.kind): posting.amount.minor for posting in postings
    }


def test_a_charge_is_what_the_one_earns_and_the_other_bears() -> None:
    assert between("accrued", "SLV", "USA", AMOUNT) == (
        Posting(Account("accrued", "SLV"), AMOUNT),
        Posting(Account("accrued", "USA"), -AMOUNT),
    )


def test_money_ahead_changes_hands_and_is_owed_back() -> None:
    assert held(received_ahead("SLV", "USA", AMOUNT)) == {
        ("SLV", "cash"): 6500,
        ("USA", "cash"): -6500,
        ("SLV", "prepaid"): -6500,
        ("USA", "prepaid"): 6500,
    }


def test_what_is_invoiced_is_accrued_no_more_but_owed() -> None:
    assert held(invoiced("SLV", "USA", AMOUNT)) == {
        ("SLV", "accrued"): -6500,
        ("USA", "accrued"): 6500,
        ("SLV", "receivable"): 6500,
        ("USA", "payable"): -6500,
    }
    assert invoiced("SLV", "USA", Money("0.00", "USD")) == ()


@given(st.integers(-(10**12), 10**12))
def test_whatever_is_posted_sums_to_zero(minor: int) -> None:
    amount = Money.of(minor, "EUR")
    for postings in (
        between("accrued", "SLV", "USA", amount),
        received_ahead("SLV", "USA", amount),
        invoiced("SLV", "USA", amount),
    ):
        assert sum(posting.amount.minor for posting in postings) == 0
