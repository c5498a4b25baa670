"""What the locator says, by all that placement knows of a person (G12, G13, G14)."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from services.placement.domain.locate_person import (
    LOCATE_PERSON,
    LocatePerson,
    OfficeDoesNotLocate,
)
from services.placement.domain.whereabouts import FollowedCase, KnownOf, Stay, whereabouts
from shared.contracts.recorded_read import PersonLocated
from shared.kernel.actor import Actor
from shared.kernel.ids import CaseId, EntryRef
from tests.unit.placement.story import CECOT, TERMS, Story, custody, person

AT = datetime(2025, 3, 16, 10, tzinfo=UTC)
NIGHT = date(2025, 3, 17)
MISSED = "accord.example/placement/0#9"
LATER = datetime(2025, 9, 1, 10, tzinfo=UTC)
ASKED = person(1)
COUNSEL = Actor("USA", "counsel", "firm/one")


def stay(number: int, status: str, **changed: Any) -> Stay:  # noqa: ANN401 - fields of a stay
    """A stay of the person, by default one that El Salvador answers for."""
    fields: dict[str, Any] = {
        "custody": custody(number),
        "person": ASKED,
        "agreement": TERMS,
        "facility": CECOT,
        "status": status,
        "responsible_state": "SLV",
    }
    return Stay(**fields | changed)


def case(number: int, stage: Any, since: datetime = AT, sending: str = "USA") -> FollowedCase:  # noqa: ANN401 - a stage
    return FollowedCase(
        case=CaseId(str(custody(number))),
        person=ASKED,
        agreement=TERMS,
        sending=sending,
        receiving="SLV",
        stage=stage,
        since=since,
        entry=EntryRef(f"accord.example/intake/0#{number}"),
    )


HELD = stay(1, "in-custody", accepted_at=AT)
OFFERED = stay(2, "handover-pending", responsible_state="USA", offered_at=AT)
MISSING = stay(
    1,
    "unaccounted",
    accepted_at=AT,
    unaccounted_since=NIGHT,
    unaccounted_entry=MISSED,
)
FREE = stay(1, "released", accepted_at=AT, ended_at=AT, responsible_state=None)
BACK = stay(1, "returned", accepted_at=AT, ended_at=AT, responsible_state="USA")
DEAD = stay(1, "deceased", accepted_at=AT, ended_at=AT)
SENT_ON = stay(1, "onward-transferred", accepted_at=AT, ended_at=AT, responsible_state="VEN")
UNDER_WAY = stay(1, "return-under-way", accepted_at=AT, departed_on=NIGHT)
TURNED_BACK = stay(4, "arrival-refused", responsible_state="USA", ended_at=AT)
RESERVED = stay(3, "place-reserved", responsible_state="USA")
IN_CUSTODY = f"in custody in {CECOT}, responsible: SLV"
NOT_DEPARTED = "not departed, responsible: "
ANSWERS: dict[str, tuple[dict[str, Any], str]] = {
    "in custody": ({"stays": (HELD,)}, IN_CUSTODY),
    "whatever intake has heard of it": (
        {"stays": (HELD,), "cases": (case(1, "handover-offered"),)},
        IN_CUSTODY,
    ),
    "on the way back": (
        {"stays": (UNDER_WAY,)},
        f"on the way back from custody in {CECOT} since {NIGHT}, responsible: SLV",
    ),
    "back after an arrival that was refused": (
        {
            "stays": (stay(4, "returned", responsible_state="USA", ended_at=AT),),
            "cases": (case(4, "returned"),),
        },
        f"returned from custody in {CECOT}, responsible: USA",
    ),
    "refused at arrival": (
        {"stays": (TURNED_BACK,), "cases": (case(4, "handover-offered"),)},
        f"not taken over at arrival in {CECOT} and to be taken back, responsible: USA",
    ),
    "unaccounted for": (
        {"stays": (MISSING,)},
        f"unaccounted for in {CECOT} since the headcount of {NIGHT} ({MISSED}), responsible: SLV",
    ),
    "at large": (
        {"stays": (stay(1, "escaped", accepted_at=AT, escaped_at=AT),)},
        f"escaped from custody in {CECOT}, responsible: SLV",
    ),
    "offered": (
        {"stays": (OFFERED,), "cases": (case(2, "handover-offered"),)},
        f"offered for handover in {CECOT} and not accepted, responsible: USA",
    ),
    "in the air": (
        {"stays": (RESERVED,), "cases": (case(3, "departed"),)},
        "departed on the way to SLV, not handed over, responsible: USA",
    ),
    "on the ground": (
        {"cases": (case(3, "arrived"),)},
        "arrived on the way to SLV, not handed over, responsible: USA",
    ),
    "a case": ({"cases": (case(3, "proposed"),)}, f"{NOT_DEPARTED}USA"),
    "the latest case": (
        {"cases": (case(3, "cleared", LATER, "SLV"), case(4, "proposed"))},
        f"{NOT_DEPARTED}SLV",
    ),
    "a case that is over": ({"cases": (case(3, "withdrawn"),)}, f"{NOT_DEPARTED}USA"),
    "a place that was held": ({"stays": (RESERVED,)}, f"{NOT_DEPARTED}USA"),
    "registered alone": ({"registered_by": "VEN"}, f"{NOT_DEPARTED}VEN"),
    "free": (
        {"stays": (FREE,)},
        f"released from custody in {CECOT}, responsible: no state, they are free",
    ),
    "back": ({"stays": (BACK,)}, f"returned from custody in {CECOT}, responsible: USA"),
    "back, and proposed again": (
        {"stays": (BACK,), "cases": (case(1, "transferred"), case(5, "proposed", LATER))},
        f"{NOT_DEPARTED}USA",
    ),
    "sent on": ({"stays": (SENT_ON,)}, f"sent on from custody in {CECOT}, responsible: VEN"),
    "dead": ({"stays": (DEAD,)}, f"died in custody in {CECOT}, responsible: SLV"),
    "dead, whatever is proposed": (
        {"stays": (DEAD,), "cases": (case(5, "proposed", LATER),)},
        f"died in custody in {CECOT}, responsible: SLV",
    ),
}


@pytest.mark.parametrize(("known", "says"), ANSWERS.values(), ids=ANSWERS)
def test_g12_there_is_always_an_answer_and_a_state_that_is_responsible(
    known: dict[str, Any], says: str
) -> None:
    answered = whereabouts(KnownOf(**{"person": ASKED, "registered_by": None} | known))
    assert answered.says == says
    assert says.endswith(answered.responsible_state or "they are free")


def test_who_is_not_known_is_no_person_who_is_nowhere() -> None:
    answered = whereabouts(KnownOf(person=ASKED, registered_by=None))
    assert (answered.status, answered.responsible_state) == ("not-known-here", None)
    assert "says nothing about anybody's whereabouts" in answered.says


def test_g13_a_place_that_nobody_answers_for_names_whom_to_ask() -> None:
    nobodys = msgspec.structs.replace(RESERVED, responsible_state=None)
    answered = whereabouts(KnownOf(person=ASKED, registered_by=None, stays=(nobodys,)))
    assert answered.says == f"{NOT_DEPARTED}the state that gave this pseudonym"


def test_g22_a_question_is_on_record_with_who_asked_for_what_and_not_with_an_answer() -> None:
    asked = LocatePerson(person=ASKED, actor=COUNSEL, purpose="legal-representation")
    assert Story().decide(LOCATE_PERSON, asked) == (
        PersonLocated(
            asked_by="USA:counsel:firm/one",
            party="USA",
            office="counsel",
            purpose="legal-representation",
            person=ASKED,
        ),
    )


def test_an_office_that_does_not_look_after_persons_is_told_which_do() -> None:
    treasury = Actor("USA", "treasury", "treasury/one")
    asked = LocatePerson(person=ASKED, actor=treasury, purpose="custody")
    with pytest.raises(OfficeDoesNotLocate, match="counsel"):
        Story().decide(LOCATE_PERSON, asked)


def test_g12_who_was_taken_off_on_the_way_is_where_their_custodian_has_them() -> None:
    stopped = msgspec.structs.replace(case(1, "cleared"), held_by="HND/border-police")
    answer = whereabouts(KnownOf(person=ASKED, registered_by="USA", cases=(stopped,)))
    assert (answer.status, answer.responsible_state) == ("taken-off-on-the-way", "USA")
    assert "HND/border-police" in answer.says


def test_g12_whoever_left_again_or_died_since_is_no_longer_where_they_were_taken_off() -> None:
    """'One answer': what came last of a person says where they are, not where they once were."""
    stopped = msgspec.structs.replace(case(4, "proposed"), held_by="HND/border-police")
    dead = KnownOf(person=ASKED, registered_by="USA", stays=(DEAD,), cases=(stopped,))
    assert whereabouts(dead).status == "deceased"
    freed = KnownOf(
        person=ASKED,
        registered_by="USA",
        stays=(FREE,),
        cases=(stopped, case(1, "transferred", LATER)),
    )
    assert whereabouts(freed).status == "released"
    before = msgspec.structs.replace(stopped, since=LATER)
    again = msgspec.structs.replace(freed, cases=(before, case(1, "transferred")))
    assert whereabouts(again).status == "taken-off-on-the-way"
