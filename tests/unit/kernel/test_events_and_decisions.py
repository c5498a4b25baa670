"""Tags, queries, folds and refusals: what every decision is made of."""

from typing import Annotated, ClassVar

import pytest

from shared.contracts.catalog import EVENT_TYPES
from shared.contracts.hold import CountryScope, HoldLifted
from shared.contracts.manifest import LegArrived
from shared.kernel.actor import Actor
from shared.kernel.decider import Boundary, Fold, fold_all, on, only
from shared.kernel.event import Event, Tag, concrete, names_of, subject_of, tag_fields, tags_of
from shared.kernel.ids import CaseId, HoldId
from shared.kernel.query import BROAD_TAGS, Alternative, Query
from shared.kernel.rejected import (
    Conflict,
    Finding,
    NotAllowed,
    Refusal,
    Rejected,
    RuleBroken,
    Unknown,
)


class Noted(Event, frozen=True):
    """An event of the tests."""

    TYPE: ClassVar[str] = "test.Noted.v1"
    SUBJECT: ClassVar[str] = "case"
    case: Annotated[CaseId, Tag("case")]
    others: tuple[Annotated[CaseId, Tag("case")], ...] = ()
    hold: Annotated[HoldId | None, Tag("hold")] = None


class Homeless(Event, frozen=True):
    """An event whose subject no field is tagged as."""

    TYPE: ClassVar[str] = "test.Homeless.v1"
    SUBJECT: ClassVar[str] = "nowhere"
    case: Annotated[CaseId, Tag("case")]


def test_tags_come_from_the_annotated_fields_without_repeats() -> None:
    noted = Noted(case=CaseId("1"), others=(CaseId("2"), CaseId("1")))
    assert tags_of(noted) == {"case:1", "case:2"}
    assert tags_of(Noted(case=CaseId("1"), hold=HoldId("h"))) == {"case:1", "hold:h"}


def test_the_subject_is_the_tag_that_the_type_names() -> None:
    assert subject_of(Noted(case=CaseId("1"))) == "case/1"
    with pytest.raises(LookupError, match="nowhere"):
        subject_of(Homeless(case=CaseId("1")))


def test_an_alternative_is_walked_by_the_tag_that_fewest_entries_carry() -> None:
    month = on(Noted, agreement="usa-slv-2025", period="2025-03", facility="cecot")
    assert month.narrowest_first == ["period:2025-03", "facility:cecot", "agreement:usa-slv-2025"]
    person = on(Noted, agreement="usa-slv-2025", case="1", manifest="2")
    assert person.narrowest_first == ["case:1", "manifest:2", "agreement:usa-slv-2025"]


def test_every_kind_of_tag_is_known_as_broad_or_as_one_subjects() -> None:
    kinds = {mark.prefix for kind in EVENT_TYPES.values() for _, mark in tag_fields(kind)}
    narrow = {"case", "custody", "hold", "incident", "invoice", "manifest", "person", "reference"}
    narrow |= {"search", "service", "suspension", "appropriation", "assurance", "exclusion"}
    narrow |= {"counted"}  # a stranger on a list
    narrow |= {"quote", "fixed-on"}  # of an exchange rate, and of nothing else
    assert kinds == narrow | set(BROAD_TAGS)


def test_an_alternative_asks_for_any_of_its_types_and_all_of_its_tags() -> None:
    one = on(Noted, HoldLifted, case="1", hold_scope="country:SLV")
    assert one.tags == {"case:1", "hold-scope:country:SLV"}
    assert one.matches("test.Noted.v1", frozenset({"case:1", "hold-scope:country:SLV", "more:x"}))
    assert not one.matches("test.Noted.v1", frozenset({"case:1"}))
    assert not one.matches("test.Other.v1", one.tags)
    query = Query((one, on(Noted, case="2")))
    assert query.matches("test.Noted.v1", frozenset({"case:2"}))
    assert not query.matches("test.Noted.v1", frozenset({"case:3"}))


def test_a_decision_never_depends_on_the_whole_log() -> None:
    for types, tags in (
        (frozenset[str](), frozenset({"a:b"})),
        (frozenset({"t"}), frozenset[str]()),
    ):
        with pytest.raises(ValueError, match="at least one type and one tag"):
            Alternative(types, tags)


def test_a_boundary_is_the_query_of_all_its_folds() -> None:
    counting = Fold("count", (on(Noted, case="1"),), 0, lambda state, _: state + 1)
    other = Fold("other", (on(Noted, case="2"),), 0, lambda state, _: state)
    both = Boundary((counting, other), lambda own, others: own + others)
    assert both.query.alternatives == (on(Noted, case="1"), on(Noted, case="2"))
    assert only(counting).combine(7) == 7
    events = [Noted(case=CaseId("1"))] * 3
    assert fold_all(counting, events) == 3
    assert fold_all(counting, events, 4) == 7


def test_a_refusal_says_its_rule_and_what_to_do_and_can_go_on_record() -> None:
    class NoPlace(RuleBroken):
        """A rule of the tests."""

        RULE = "G19"

    finding = Finding(rule="G19", missing="a free place", evidence="facility/cecot")
    rejected = NoPlace("wait for a place", findings=(finding,))
    expected = Refusal(rule="G19", reason="NoPlace", detail="wait for a place", findings=(finding,))
    assert rejected.refusal == expected
    assert rejected.recorded is None
    recorded = rejected.on_record(lambda refusal: Noted(case=CaseId(refusal.rule)))
    assert recorded is rejected
    assert rejected.recorded == Noted(case=CaseId("G19"))
    assert NoPlace("x", rule="clause 4").refusal.rule == "clause 4"
    assert {kind.__mro__[1] for kind in (RuleBroken, Conflict, NotAllowed, Unknown)} == {Rejected}


def test_an_actor_is_written_as_party_office_and_subject() -> None:
    actor = Actor("SLV", "facility-registry", "cecot:registry")
    assert str(actor) == "SLV:facility-registry:cecot:registry"
    assert Actor.read(str(actor)) == actor
    with pytest.raises(ValueError, match="unpack"):
        Actor.read("SLV")


def test_every_person_on_a_leg_is_a_tag_of_it() -> None:
    assert [field for field in LegArrived.__struct_fields__ if field == "cases"] == ["cases"]
    assert CountryScope("SLV").country == "SLV"


class NotedAnew(Event, frozen=True):
    """A family of the tests: what is under it can be recorded, it cannot."""

    SUBJECT: ClassVar[str] = "case"
    case: Annotated[CaseId, Tag("case")]


class NotedTwice(NotedAnew, frozen=True):
    """A member, of a second version."""

    TYPE: ClassVar[str] = "test.NotedTwice.v2"
    FORMERLY: ClassVar[tuple[str, ...]] = ("test.NotedTwice.v1",)


class NotedThrice(NotedTwice, frozen=True):
    """A member of a member, of its first version."""

    TYPE: ClassVar[str] = "test.NotedThrice.v1"


MEMBERS = {"test.NotedTwice.v2", "test.NotedTwice.v1", "test.NotedThrice.v1"}


def test_a_family_means_its_members_and_their_earlier_versions() -> None:
    assert concrete(NotedAnew) == (NotedTwice, NotedThrice)
    assert names_of(NotedAnew) == MEMBERS
    assert names_of(NotedThrice) == {"test.NotedThrice.v1"}
    assert on(NotedAnew, case="1").types == MEMBERS
    assert on(NotedAnew, Noted, case="1").types == MEMBERS | {"test.Noted.v1"}


def test_a_union_means_each_of_its_types() -> None:
    assert on(Noted | NotedAnew, case="1") == on(Noted, NotedAnew, case="1")
