"""Who gets no place is told why: the removal repeats what placement said (G19)."""

from __future__ import annotations

from shared.contracts.manifest import PersonRemoved
from shared.contracts.placement import PlaceRefused
from tests.unit.audit.rules import broken
from tests.unit.audit.story import Story, audited
from tests.unit.audit.tampering import Tampering


def _unregistered() -> Story:
    """A person is listed for a facility that nobody registered, and taken off again."""
    story = Story().agreed()
    story.registered(1)
    story.proposed(1)
    story.cleared(1)
    story.opened(1)
    story.listed(1, 1)
    return story


def test_g19_a_facility_that_is_not_registered_is_said_to_whoever_asked() -> None:
    facts = _unregistered().facts()
    (removed,) = (fact.event for fact in facts if isinstance(fact.event, PersonRemoved))
    assert removed.no_place is not None
    assert "has not been registered" in removed.no_place.detail
    assert audited(facts)[1] == []


def test_g19_a_removal_that_keeps_the_reason_to_itself_or_makes_one_up_is_found() -> None:
    facts = _unregistered().facts()
    silent = Tampering(facts, PersonRemoved).event(no_place=None)
    assert broken("G19") in silent.here()
    (refused,) = (fact.event for fact in facts if isinstance(fact.event, PlaceRefused))
    made_up = Tampering(facts, PersonRemoved).event(cause="requested", no_place=refused.refusal)
    assert broken("G19") in made_up.here()
    unheard = Tampering(facts, PersonRemoved).envelope(causation="accord.example/placement/0#99")
    assert broken("G19") in unheard.here()


def test_a_place_refused_for_a_journey_that_nobody_planned_is_an_answer_to_nobody() -> None:
    nowhere = Tampering(_unregistered().facts(), PlaceRefused).event(manifest="m-9")
    assert audited(nowhere.facts)[1] != []
