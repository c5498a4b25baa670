"""One person is in one place at a time, by whatever pseudonym and whoever comes first (G12)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from services.intake.domain.case.propose_case import (
    PROPOSE_CASE,
    CaseIsOpenAlready,
    ProposalState,
    ProposeCase,
)
from services.intake.domain.manifest.gate import GateClosed, GateState
from services.intake.domain.manifest.put_on import (
    MANIFEST_PERSON,
    AlreadyOnManifest,
    ListingState,
    ManifestingState,
    ManifestPerson,
)
from services.intake.domain.manifest.seal_manifest import SEAL_MANIFEST, SealManifest
from services.intake.domain.manifest.state import ManifestState
from services.placement.domain.custody.reserve_place import RESERVE_PLACE
from shared.contracts.intake import CaseProposed
from shared.contracts.manifest import (
    LegDeparted,
    LegDepartureAuthorised,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
    PersonRemoved,
)
from shared.contracts.placement import PlaceRefused, PlaceReserved
from shared.kernel.decider import Boundary, Decider, Reading
from tests.unit.audit.names import AGENCY, person
from tests.unit.audit.rules import broken
from tests.unit.audit.story import Story, in_custody
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import nobody_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable

RELEASED = datetime(2025, 3, 17, 20, tzinfo=UTC)


def _one_held_one_free() -> Story:
    """One pseudonym is in custody, another is cleared: nobody knows yet that they are one."""
    story = in_custody(1)
    story.registered(2)
    story.proposed(2)
    story.cleared(2)
    return story


def _merged(story: Story) -> None:
    """The first gives way; what goes on has to be cleared again."""
    story.same_as(1, 2)
    story.cleared(2)


def _finds_nothing(story: Story) -> bool:
    return story.audited()[1] == []


def test_g12_who_is_held_by_another_pseudonym_gets_no_place_and_is_taken_off() -> None:
    story = _one_held_one_free()
    _merged(story)
    story.opened(2)
    story.listed(2, 2)
    listed = story.world.logs["intake"].last(PersonManifested)
    refused = story.world.logs["placement"].last(PlaceRefused)
    assert (listed.person, listed.pseudonyms) == (person(2), (person(1),))
    assert (refused.refusal.rule, refused.refusal.reason) == ("G12", "PersonElsewhere")
    assert story.world.logs["intake"].last(PersonRemoved).no_place == refused.refusal
    assert _finds_nothing(story)


def _sealed(story: Story) -> None:
    story.sealed(2)


def _boarded(story: Story) -> None:
    story.boarded(2, 2)


def _departed(story: Story) -> None:
    story.departed(2)


@pytest.mark.parametrize("done", [0, 1, 2])
def test_g12_who_is_merged_after_a_place_was_held_passes_no_gate_with_it(done: int) -> None:
    """The clearance that a merging undoes can be had again; the place is asked for again too."""
    steps: tuple[Callable[[Story], None], ...] = (_sealed, _boarded, _departed)
    story = _one_held_one_free()
    story.opened(2)
    story.listed(2, 2)
    for step in steps[:done]:
        step(story)
    _merged(story)
    with pytest.raises(GateClosed) as closed:
        steps[done](story)
    assert [finding.rule for finding in closed.value.refusal.findings] == ["G12"]
    story.taken_off(2, 2)
    story.opened(3)
    story.listed(3, 2)
    assert story.world.logs["placement"].last(PlaceRefused).refusal.rule == "G12"
    assert _finds_nothing(story)


def test_g12_who_is_told_apart_again_travels_by_a_name_of_their_own() -> None:
    story = _one_held_one_free()
    _merged(story)
    story.different_from(1, 2, by=AGENCY)
    story.cleared(2)
    story.travelled(2, 2)
    story.accepted(2)
    assert _finds_nothing(story)


def test_g12_who_is_told_apart_on_the_way_keeps_the_place_that_both_were_looked_for() -> None:
    story = _let_go()
    story.opened(2)
    story.listed(2, 2)
    story.different_from(1, 2, by=AGENCY)
    story.cleared(2)
    story.sealed(2)
    assert _finds_nothing(story)


def _let_go() -> Story:
    """Held by one pseudonym, then merged and released."""
    story = _one_held_one_free()
    _merged(story)
    story.on(RELEASED).left(1, ended_at=RELEASED)
    return story


def test_g12_a_manifest_that_leaves_a_pseudonym_out_is_found_at_every_gate() -> None:
    story = _let_go()
    story.travelled(2, 2)
    assert _finds_nothing(story)
    found = Tampering(story.facts(), PersonManifested, 1).event(pseudonyms=()).facts
    last = (PersonManifested, ManifestSealed, PersonBoarded, LegDepartureAuthorised, LegDeparted)
    for gate in last:
        assert broken("G12") in Tampering(found, gate, 1).here()


def test_g12_a_place_for_somebody_who_is_held_elsewhere_is_found() -> None:
    story = _one_held_one_free()
    story.world.weakened.append((RESERVE_PLACE, Decider(nobody_elsewhere, RESERVE_PLACE.decide)))
    _merged(story)
    story.opened(2)
    story.listed(2, 2)
    assert Tampering(story.facts(), PlaceReserved, 1).here() == {broken("G12")}


def test_g12_a_person_is_on_one_journey_by_whatever_pseudonym() -> None:
    story = Story().agreed().facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
        story.opened(number)
    story.listed(1, 1)
    _merged(story)
    with pytest.raises(AlreadyOnManifest, match=f"as {person(1)}"):
        story.listed(2, 2)
    assert _finds_nothing(story)
    story.world.weakened.append((MANIFEST_PERSON, Decider(_on_no_list, MANIFEST_PERSON.decide)))
    story.listed(2, 2)
    assert broken("G12") in Tampering(story.facts(), PersonManifested, 1).here()


def _on_no_list(command: ManifestPerson) -> Reading[ManifestingState]:
    """The boundary weakened on purpose: the person's journeys are not in it."""
    whole = MANIFEST_PERSON.boundary(command)
    assert not isinstance(whole, Boundary)
    return msgspec.structs.replace((yield from whole), listing=ListingState())


def _parted_and_merged_again() -> Story:
    """Listed by one pseudonym while both are one person's, and by the other while they are two."""
    story = Story().agreed().facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        story.cleared(number)
        story.opened(number)
    _merged(story)
    story.listed(2, 2)
    story.different_from(1, 2, by=AGENCY)
    story.cleared(1)
    story.listed(1, 1)
    _merged(story)
    return story


def test_g12_who_was_two_persons_meanwhile_passes_no_gate_by_the_place_from_before() -> None:
    story = _parted_and_merged_again()
    with pytest.raises(GateClosed) as closed:
        story.sealed(2)
    assert [finding.rule for finding in closed.value.refusal.findings] == ["G12"]
    story.taken_off(1, 1)
    story.taken_off(2, 2)
    story.travelled(3, 2)
    assert _finds_nothing(story)


def test_g12_a_gate_that_forgets_who_was_told_apart_meanwhile_is_found() -> None:
    story = _parted_and_merged_again()
    story.world.weakened.append((SEAL_MANIFEST, Decider(_as_never_parted, SEAL_MANIFEST.decide)))
    story.sealed(2)
    assert broken("G12") in Tampering(story.facts(), ManifestSealed, 0).here()


def _as_never_parted(command: SealManifest) -> Reading[GateState[ManifestState]]:
    """The boundary weakened on purpose: whoever is one person again was never two."""
    whole = SEAL_MANIFEST.boundary(command)
    assert not isinstance(whole, Boundary)
    passing = yield from whole
    never = (msgspec.structs.replace(cleared, parted=()) for cleared in passing.clearances)
    return msgspec.structs.replace(passing, clearances=tuple(never))


def test_g12_a_person_has_one_open_case_by_whatever_pseudonym() -> None:
    story = Story().agreed().facility()
    story.registered(1)
    story.registered(2)
    story.proposed(1)
    story.same_as(1, 2)
    with pytest.raises(CaseIsOpenAlready):
        story.proposed(2)
    story.world.weakened.append((PROPOSE_CASE, Decider(_of_one_pseudonym, PROPOSE_CASE.decide)))
    story.proposed(2)
    assert broken("G12") in Tampering(story.facts(), CaseProposed, 1).here()


def _of_one_pseudonym(command: ProposeCase) -> Reading[ProposalState]:
    """The boundary weakened on purpose: nobody who was merged with the person is in it."""
    whole = PROPOSE_CASE.boundary(command)
    assert not isinstance(whole, Boundary)
    return msgspec.structs.replace((yield from whole), merged=())
