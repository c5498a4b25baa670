"""Who acts: a party, an office, and a subject that may name its body."""

import pytest

from shared.kernel.actor import Actor
from tests.support.two_subjects import PAIRS


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("district-court-9/clerk-1", "district-court-9"),
        ("district-court-9/appeals/clerk-1", "district-court-9"),
        ("firm:a/lawyer-1", "firm:a"),
        ("clerk-1", "clerk-1"),
        ("/clerk-1", ""),
    ],
)
def test_a_subject_is_written_body_and_person_and_is_read_back_whole(
    subject: str, body: str
) -> None:
    actor = Actor("XX", "court", subject)
    assert actor.body == body
    assert Actor.read(str(actor)) == actor


def test_an_actor_without_an_office_is_none() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        Actor.read("XX/court")


@pytest.mark.parametrize(("first", "second", "same"), PAIRS)
def test_d10_a_subject_is_one_however_it_is_spelt_and_another_in_another_party(
    first: str, second: str, *, same: bool
) -> None:
    one, other = Actor.read(first), Actor.read(second)
    assert one.is_same_subject(other) == other.is_same_subject(one) == same


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("XX:court:court-1/a", "XX:court:court-1/b", True),
        ("XX:court:court-1/a", "XX:court:Court-1/b", True),
        ("XX:court:court-1/a", "XX:court:court-2/a", False),
        ("XX:court:court-1/a", "XX:counsel:court-1/b", False),
        ("XX:court:court-1/a", "USA:court:court-1/b", False),
        ("XX:court:court-1", "XX:court:court-1", False),
        ("XX:court:court-1", "XX:court:court-1/b", False),
        ("XX:court:/a", "XX:court:/b", False),
    ],
)
def test_two_of_one_body_are_of_the_same_office_and_party_and_name_it(
    first: str, second: str, *, same: bool
) -> None:
    one, other = Actor.read(first), Actor.read(second)
    assert one.is_same_body(other) == other.is_same_body(one) == same
