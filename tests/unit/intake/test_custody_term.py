"""What the sending state hands over with a person about the end of the custody (G15)."""

from services.intake.domain import custody_term
from shared.contracts.agreement import read_agreement
from shared.contracts.lawful_end import CustodyTerm
from tests.support.first_agreement import first_agreement


def test_g15_without_a_judgment_the_agreement_gives_the_margin_and_nobody_an_end() -> None:
    """Who goes home to their own state has none: placement asks for an end and guesses none."""
    document = read_agreement(first_agreement())

    assert custody_term.term(document, ()) == CustodyTerm(
        return_margin_days=document.return_margin_days
    )
