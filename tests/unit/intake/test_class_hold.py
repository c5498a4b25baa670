"""A hold on a class catches whoever comes to match it, at whichever gate, and later (G3)."""

from typing import Any

import msgspec
import pytest

from services.intake.domain import class_fit, class_holds
from services.intake.domain.case.state import CaseState
from services.intake.domain.class_fit import Determined, Fitting
from services.intake.domain.class_holds import Shapes
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.clearance.state import HoldStandsAgainstDeparture
from services.intake.domain.manifest.gate import GateClosed
from shared.contracts.class_scope import ClassScope
from shared.contracts.hold import CountryScope, HoldScope
from shared.contracts.hold_scope import AgreementScope, FlightScope
from shared.contracts.identity import NearMatchFound, PersonsToldApart
from shared.contracts.intake import CaseWithdrawn, NationalityDetermined, PersonRegistered
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.manifest import BoardingRefused, LegDepartureRefused
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, ManifestId
from tests.support.decider_specification import DecisionLog, folded
from tests.support.intake_log import (
    AGREEMENT,
    AUTHORITY,
    DOCUMENT,
    MANIFEST,
    NOW,
    OTHER,
    RECEIVER,
    SENDER,
    case_events,
    hold,
    lifted,
    traveller,
)
from tests.support.journeys import Journey

ONE, TWO = traveller(1), traveller(2)
STOP = "DDD"
FITTING: dict[str, HoldScope] = {
    "kind of case": ClassScope(case_kind="third-country"),
    "nationality": ClassScope(nationality=OTHER),
    "legal basis, by offence": ClassScope(offence="0201"),
    "legal basis, by court": ClassScope(court="COURT-1"),
    "destination": ClassScope(destination=RECEIVER),
    "all of them": ClassScope("third-country", OTHER, "0201", "court-1", RECEIVER),
    "agreement": AgreementScope(AGREEMENT),
}
"""What fits the persons of the test's log."""
NOT_FITTING: dict[str, HoldScope] = {
    "another kind of case": ClassScope(case_kind="repatriation"),
    "another nationality": ClassScope(nationality="EEE"),
    "another offence": ClassScope(offence="0501"),
    "a narrower offence": ClassScope(offence="02011"),
    "another court": ClassScope(court="court-2"),
    "another destination": ClassScope(destination=STOP),
    "a stopover": ClassScope(stopover=RECEIVER),
    "all but one": ClassScope("third-country", OTHER, "0201", "court-2", RECEIVER),
    "another agreement": AgreementScope(AgreementId("aaa-ccc-2025")),
    "another flight": FlightScope(ManifestId("manifest-2")),
}


def clear(log: DecisionLog) -> tuple[Event, ...]:
    return log.decide(CLEAR_CASE, ClearCase(case=ONE.case, on=NOW.date(), now=NOW, actor=AUTHORITY))


def of_case(event: type[Event], log: DecisionLog) -> Any:  # noqa: ANN401 - whichever type is asked for
    """The first event of a type in the log, which is the first person's."""
    return next(recorded for recorded in log.events if isinstance(recorded, event))


@pytest.mark.parametrize("scope", FITTING.values(), ids=FITTING)
def test_g3_a_scope_is_an_agreement_or_any_combination_of_basis_nationality_and_country(
    scope: HoldScope,
) -> None:
    """Asserted between seal and boarding, it blocks at the door, and the refusal names it."""
    journey = Journey(1).sealed()
    journey.log.events.append(hold(scope))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.board(ONE)
    first = journey.log.last(BoardingRefused).refusal.findings[0]
    assert (first.rule, first.evidence) == ("G3", "hold/hold-1")
    journey.log.events.append(lifted(scope))
    with pytest.raises(GateClosed):
        journey.board(ONE)
    (granted,) = clear(journey.log)
    assert [(orders.scope, orders.asserted) for orders in granted.orders] == [(scope.tag, 1)]  # type: ignore[attr-defined]  # a clearance
    assert journey.board(ONE)


@pytest.mark.parametrize("scope", NOT_FITTING.values(), ids=NOT_FITTING)
def test_g3_who_does_not_fit_all_that_an_order_names_is_not_covered(scope: HoldScope) -> None:
    journey = Journey(1).sealed()
    journey.log.events.append(hold(scope))
    assert journey.board(ONE)


def test_g3_a_class_that_names_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="at least one of case_kind, nationality"):
        ClassScope()
    with pytest.raises(msgspec.ValidationError, match="at least one of"):
        msgspec.convert({"kind": "class"}, HoldScope)


@pytest.mark.parametrize("step", ["manifest", "seal", "board", "authorise", "depart"])
def test_g4_a_class_hold_closes_every_gate_from_its_entry_on(step: str) -> None:
    journey = Journey(1)
    steps: dict[str, Any] = {
        "manifest": lambda: journey.manifest(ONE),
        "seal": journey.seal,
        "board": lambda: journey.board(ONE),
        "authorise": journey.authorise,
        "depart": journey.depart,
    }
    journey.opened()
    for name, taken in steps.items():
        if name == step:
            break
        taken()
        if name == "manifest":
            journey.confirm(ONE)
    journey.log.events.append(hold(ClassScope(nationality=OTHER)))
    with pytest.raises(HoldStandsAgainstDeparture):
        steps[step]()


def test_g3_whoever_comes_to_match_later_is_caught() -> None:
    """The order stands first; the nationality that it names is determined after the boarding."""
    journey = Journey(1).opened()
    journey.log.events.append(hold(ClassScope(nationality="EEE", destination=RECEIVER)))
    journey.manifest(ONE)
    journey.confirm(ONE)
    journey.seal()
    journey.board(ONE)
    known = of_case(NationalityDetermined, journey.log)
    journey.log.events.append(msgspec.structs.replace(known, nationalities=(OTHER, "EEE")))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.authorise()
    assert journey.log.last(LegDepartureRefused).refusal.findings[0].rule == "G3"


@pytest.mark.parametrize(
    ("scope", "changed"),
    [
        (ClassScope(nationality=OTHER), (NationalityDetermined, {"nationalities": ("EEE",)})),
        (ClassScope(court="court-1"), (LegalBasisRecorded, {"court": "court-9"})),
    ],
    ids=["nationality", "court"],
)
def test_g3_nobody_boards_on_a_clearance_from_before_they_were_taken_out_of_a_class(
    scope: HoldScope, changed: tuple[Any, dict[str, Any]]
) -> None:
    """Whoever is said to be somebody else after an order on a class is cleared again, or stays."""
    journey = Journey(1).sealed()
    journey.log.events.append(hold(scope))
    kind, content = changed
    said = msgspec.structs.replace(of_case(kind, journey.log), **content)
    journey.log.events.append(said)
    with pytest.raises(GateClosed, match="settle every finding and clear the case again"):
        journey.board(ONE)


def test_g3_g9_telling_two_persons_apart_takes_neither_out_of_a_class() -> None:
    """The order on a class catches one by what the other is, and stands: nobody boards on the
    clearance from before it once they are two persons again.
    """
    journey = Journey(1, 2).sealed()
    names = {"person": TWO.person, "other": ONE.person}
    journey.log.events.append(NearMatchFound(**names, registrar="x"))
    known = of_case(NationalityDetermined, journey.log)
    theirs = {"case": TWO.case, "person": TWO.person, "nationalities": ("EEE",)}
    journey.log.events.append(msgspec.structs.replace(known, **theirs))
    journey.log.events.append(hold(ClassScope(nationality="EEE")))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.board(ONE)
    journey.log.events.append(PersonsToldApart(**names, decided_by="y"))
    with pytest.raises(GateClosed, match="settle every finding and clear the case again"):
        journey.board(ONE)


def test_g3_withdrawing_a_case_takes_nobody_out_of_a_class() -> None:
    """Another case of the same person says another nationality: the first still counts."""
    journey = Journey(1)
    journey.log.events.append(hold(ClassScope(nationality=OTHER)))
    journey.log.events.append(
        CaseWithdrawn(case=ONE.case, person=ONE.person, agreement=DOCUMENT.ref)
    )
    again = msgspec.structs.replace(TWO, person=ONE.person)
    journey.log.events += [
        msgspec.structs.replace(event, nationalities=("EEE",))
        if isinstance(event, NationalityDetermined)
        else event
        for event in case_events(again)
    ]
    journey.opened()
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.manifest(again)


def test_g9_an_order_on_a_class_binds_every_pseudonym_that_may_be_the_persons() -> None:
    """A near match is of the class: so is whoever it may be, until they are told apart."""
    journey = Journey(1)
    twin = [
        msgspec.structs.replace(event, nationalities=("EEE",))
        for event in case_events(TWO)
        if isinstance(event, NationalityDetermined)
    ]
    journey.log.events += [
        *(
            PersonRegistered(person=person, registered_by=SENDER, commitment="0" * 64)
            for person in (ONE.person, TWO.person)
        ),
        *twin,
        hold(ClassScope(nationality="EEE")),
    ]
    journey.opened()
    match = NearMatchFound(person=TWO.person, other=ONE.person, registrar=f"{SENDER}:court:a/b")
    before, after = DecisionLog(journey.log.events), DecisionLog([*journey.log.events, match])
    journey.log = before
    assert journey.manifest(ONE)
    journey.log = after
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.manifest(ONE)


@pytest.mark.parametrize(
    ("nationalities", "disputed", "counts"),
    [
        (("USA",), False, {"USA"}),
        (("PRI",), False, {"PRI", "USA"}),
        (("VEN", "COL"), True, {"VEN", "COL", SENDER}),
        (("XXA",), False, {"XXA", SENDER}),
        ((), False, {SENDER}),
    ],
)
def test_g7_unknown_nationality_counts_as_the_sending_states_for_a_class_too(
    nationalities: tuple[str, ...],
    disputed: bool,  # noqa: FBT001 - a column of the table
    counts: set[str],
) -> None:
    (known,) = (event for event in case_events(ONE) if isinstance(event, NationalityDetermined))
    said = msgspec.structs.replace(known, nationalities=nationalities, disputed=disputed)
    fold = class_fit.determinations(ONE.person)
    assert folded(fold, (known, said)).counts_as(SENDER) == counts
    assert Determined().counts_as(SENDER) == {SENDER}
    assert fold.evolve(Determined(), hold(CountryScope(RECEIVER))) == Determined()


def test_g3_an_offence_is_of_the_class_of_those_that_contain_it() -> None:
    """ICCS codes are nested: an order on 0201 is one on 02011 too, which a schedule may list."""
    journey = Journey(1).sealed()
    basis = of_case(LegalBasisRecorded, journey.log)
    journey.log.events.append(msgspec.structs.replace(basis, offence="02011"))
    journey.log.events.append(hold(ClassScope(offence="0201")))
    with pytest.raises(HoldStandsAgainstDeparture):
        journey.board(ONE)


def test_what_no_class_names_is_not_read() -> None:
    """However many orders there are: what is read is what this case fits, shape by shape."""
    journey = Journey(1).opened()
    journey.log.events += [
        hold(ClassScope(offence=f"{1000 + number}", destination=RECEIVER), f"hold-{number}")
        for number in range(50)
    ]
    journey.manifest(ONE)
    read = {name for name in journey.log.read if name.startswith("holds-of/")}
    offence_there = f"holds-of/class:offence=0201;destination={RECEIVER}"
    always = {f"agreement:{AGREEMENT}", f"country:{RECEIVER}", f"flight:{MANIFEST}"}
    assert read == {*(f"holds-of/{tag}" for tag in always), offence_there}
    assert not [name for name in journey.log.read if name.startswith("nationalities")]


def test_a_combination_is_remembered_once_and_for_good() -> None:
    scope = ClassScope(nationality=OTHER)
    log = (hold(scope), hold(scope, "hold-2"), lifted(scope), hold(CountryScope(OTHER), "hold-3"))
    assert folded(class_holds.FOLD, log) == Shapes((("nationality",),))
    assert class_holds.evolve(Shapes(), hold(CountryScope(OTHER))) == Shapes()
    assert class_holds.covering(Shapes((("court",),)), Fitting(CaseState(), Determined())) == []
