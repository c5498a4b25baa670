"""Two subjects, as the audit compares them by itself (D10)."""

import pytest

from services.audit.domain.actors import same_body, same_subject
from shared.contracts.facility import CapacityApproved, CapacityProposed
from shared.kernel.actor import Actor
from tests.support.two_subjects import PAIRS, spelt_otherwise
from tests.unit.audit.rules import broken
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import main_job


@pytest.mark.parametrize(("first", "second", "same"), PAIRS)
def test_d10_a_subject_is_one_however_it_is_spelt_and_another_in_another_party(
    first: str, second: str, *, same: bool
) -> None:
    assert same_subject(first, second) == same_subject(second, first) == same


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("XX:court:court-1/a", "XX:court:COURT-1/b", True),
        ("XX:court:court-1/a", "XX:court:court-2/a", False),
        ("XX:court:court-1/a", "USA:court:court-1/b", False),
        ("XX:court:court-1", "XX:court:court-1", False),
        ("XX:court:/a", "XX:court:/a", False),
        ("nobody", "nobody", False),
    ],
)
def test_an_issuing_office_is_a_body_that_its_subjects_name(
    first: str, second: str, *, same: bool
) -> None:
    assert same_body(first, second) == same


def test_a_capacity_is_not_approved_by_its_proposer_under_another_spelling() -> None:
    proposer = Actor.read(Tampering(main_job(), CapacityProposed).fact.actor)
    same = str(spelt_otherwise(proposer))
    assert broken("G19") in Tampering(main_job(), CapacityApproved).envelope(actor=same).here()
