"""Who acts: a party, an office, and a subject that may name its body."""

import pytest

from shared.kernel.actor import Actor


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
