"""Conditions of boarding and departing, each taken away by itself: every one must be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from services.intake.domain import class_fit, holds_in_force, orders_against, safeguards
from services.intake.domain.agreement import stopped
from services.intake.domain.agreement import term as agreement_term
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.case import state as cases
from services.intake.domain.clearance import state as clearance
from services.intake.domain.holds_in_force import Lifted
from services.intake.domain.identity_match import Likenesses
from services.intake.domain.leg import depart_leg
from services.intake.domain.manifest import board_person, departures, gate, put_on
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest.journey import Journey
from services.intake.domain.way import Way
from shared.contracts.hold_scope import FlightScope
from shared.kernel.decider import Fold
from shared.kernel.ids import PersonId
from shared.ledger.batch_builder import BatchBuilder
from shared.ledger.group_commit import GroupCommit
from shared.ledger.store import Head, Transaction
from shared.ledger.work import Prepared
from tests.simulation.prepared import STAGES, Stage


@dataclass(frozen=True)
class Weakening:
    """What is there no more, the one name that is replaced, and what finds that."""

    says: str
    place: Any
    name: str
    instead: Any
    families: tuple[str, ...]
    missing: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = STAGES
    first: int = 0
    """The seed that its search begins with."""


def _nothing(*_: object) -> tuple[()]:
    return ()


def _no(*_: object) -> bool:
    return False


def _unchanged(state: object, *_: object) -> object:
    return state


def _own(fold: Callable[..., Fold[Any]]) -> Callable[..., Fold[Any]]:
    """Of one pseudonym, whoever else the person may be."""

    def of_one(person: PersonId, *_: PersonId) -> Fold[Any]:
        return fold(person)

    return of_one


def _unread(prefix: str) -> Callable[[str], Fold[Any]]:
    """The orders of these scopes are looked for where there are none."""
    of_scope = holds_in_force.of_scope
    return lambda tag: of_scope("nobody:") if tag.startswith(prefix) else of_scope(tag)


def _old(prefix: str) -> Callable[..., Any]:
    """These folds count as they were read, whatever was recorded since: the check beforehand."""
    current = vars(BatchBuilder)["_current"]

    def as_read(self: BatchBuilder, fold: Fold[Any], prepared: Prepared) -> Any:  # noqa: ANN401 - a fold's own state
        read = prepared.states.get(fold.name)
        if read is not None and fold.name.startswith(prefix):
            return read.state
        return current(self, fold, prepared)

    return as_read


async def _unnoticed(self: GroupCommit, transaction: Transaction, head: Head) -> None:
    """What others appended is counted, and found by nobody."""
    for recorded in await transaction.tail(self._window.next):
        self._window.append(msgspec.structs.replace(recorded, tags=frozenset()))
    self._head = head


def _without(rule: Callable[..., Any]) -> Weakening:
    """Clearance and gates that do not ask this of a case."""
    rules = tuple(known for known in safeguards.RULES if known is not rule)
    says = f"{rule.__doc__}".split(":")[0] + f": {rule.__name__}"
    families, missing = OF_RULES[rule.__name__]
    return Weakening(says, clearance, "RULES", rules, families, missing)


OF_RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "standing_holds": (("person", "country"), ()),
    "standing_assurances": (("assurance",), ()),
    "nationality": (("fact",), ("nationality",)),
    "legal_basis": (("fact",), ("legal-basis",)),
    "risk": (("fact", "time"), ("risk-assessment",)),
    "excluded": (("exclusion",), ()),
    "admission": (("fact", "time", "late fact"), ("acceptance",)),
    "kind": (("other kinds of case",), ()),
    "identity": (("fact",), ("identity", "near-match")),
    "notice": (("a longer contest period", "fact"), ("notice", "counsel")),
    "consulate": (("late fact",), ("consular",)),
}
RULES = tuple(_without(rule) for rule in safeguards.RULES if rule.__name__ in OF_RULES)


def _leg_orders_forgotten(scope: object, *_: object) -> bool:
    return not (isinstance(scope, FlightScope) and scope.leg)


def _no_stopovers(self: Journey, numbers: Any) -> Way:  # noqa: ANN401 - the numbers of legs
    return Way(self.manifest, tuple(numbers), ())


def _clearance_as_granted(
    state: clearance.ClearanceState, against: orders_against.OrdersAgainst
) -> clearance.ClearanceState:
    return msgspec.structs.replace(_UNDER(state, against), case=state.case)


def _uncleared(document: Any, state: clearance.ClearanceState, on: Any) -> Any:  # noqa: ANN401 - as the gate asks
    return () if document is None else clearance.findings(document, state, on)


_UNDER = clearance.under

ORDERS = (
    Weakening("G3: orders on a person", holds_in_force, "_about", _nothing, ("person",)),
    Weakening("G3: on a country", holds_in_force, "of_scope", _unread("country:"), ("country",)),
    Weakening("G3: on an agreement", orders_against, "_agreement", _nothing, ("agreement",)),
    Weakening("G3: on a flight", holds_in_force, "of_scope", _unread("flight:"), ("flight",)),
    Weakening("G3: on a leg", orders_against, "_is_ahead", _leg_orders_forgotten, ("flight",)),
    Weakening("G3: on a class", holds_in_force, "of_scope", _unread("class:"), ("class",)),
    Weakening(
        "G3: where it stops over", Journey, "_way", _no_stopovers, ("country", "person", "class")
    ),
    Weakening(
        "G9: under another pseudonym",
        Likenesses,
        "aliases",
        _nothing,
        ("another name", "alias"),
    ),
    Weakening(
        "G9: their nationality in another case",
        class_fit,
        "determinations",
        _own(class_fit.determinations),
        ("two passengers", "class of another nationality", "another nationality"),
        stages=("open",),
        first=95,
    ),
    Weakening(
        "G3: what an order undid", clearance, "under", _clearance_as_granted, ("country", "class")
    ),
    Weakening(
        "G3: what an order on the person undid",
        clearance,
        "_held",
        lambda state, after: msgspec.structs.replace(state, holds=after),
        ("person",),
    ),
    Weakening(
        "G8, D5, G9: what undoes a clearance",
        cases,
        "reviewed_again",
        _unchanged,
        ("exclusion", "assurance", "another name"),
    ),
    Weakening("G4: a clearance", gate, "_of_person", _uncleared, (), ("clearance",)),
    Weakening(
        "G3: an order at that minute",
        Lifted,
        "was_in_force",
        _no,
        ("late", "person", "country"),
        first=20,
    ),
)
STOPS = (
    Weakening("G23: a suspension", stopped, "findings", _nothing, ("suspension",)),
    Weakening("G23: one at that minute", stopped, "were", _nothing, ("late", "suspension")),
    Weakening("D4: a notice", AgreementState, "has_ended", _no, ("notice", "time")),
    Weakening("D4: the term", agreement_term, "outside", _nothing, ("a term that is over",)),
    Weakening(
        "facilities: one of this version", gate, "_of_journey", _nothing, ("another facility",)
    ),
    Weakening("G17: a suspended facility", departures, "findings", _nothing, ("facility",)),
    Weakening(
        "G17: one at that minute",
        departures,
        "were_stopped",
        _nothing,
        ("late", "facility"),
        first=20,
    ),
    Weakening("D12: money", gate, "_funded", _nothing, ("money",)),
    Weakening("G24: a drill", stopped, "undrilled", _nothing, (), ("drill",)),
    Weakening(
        "G4: the gate at the departure",
        depart_leg,
        "pass_or_refuse",
        _nothing,
        ("person", "suspension"),
    ),
    Weakening("G1, G4: the gate", gate, "everyone", _nothing, ("person",)),
    Weakening("G4: once, by open doors", board_person, "_may_board", _nothing, ("elsewhere",)),
    Weakening(
        "G4: doors that open again",
        journeys,
        "_after_removal",
        _unchanged,
        ("elsewhere",),
        first=60,
    ),
    Weakening("G12: one journey at a time", put_on, "_not_twice", _nothing, ("elsewhere",)),
    Weakening(
        "G12: whoever they may be",
        put_on,
        "fold",
        _own(put_on.fold),
        ("two passengers", "elsewhere"),
    ),
    Weakening("G12: merged since", gate, "_merged_since", _nothing, ("two passengers",)),
)
AS_READ: tuple[tuple[str, tuple[str, ...], tuple[Stage, ...], int], ...] = (
    ("clearance/", ("person", "exclusion", "assurance"), STAGES, 0),
    ("holds-of/", ("country", "flight", "agreement"), STAGES, 0),
    ("class-holds/", ("class",), STAGES, 0),
    ("agreement/", ("suspension", "money", "another facility"), STAGES, 0),
    ("departures/", ("facility",), STAGES, 0),
    ("likeness/", ("near match",), ("sealed", "boarded"), 80),
    ("journey/", (), ("sealed",), 25),
    ("manifest/", ("elsewhere",), STAGES, 0),
    ("passenger/", ("elsewhere",), STAGES, 15),
)
"""What a boarding or a departure reads, by the beginnings of the folds' names."""
CONTENTION = (
    *(
        Weakening(
            f"G1: {prefix} as it is by now",
            BatchBuilder,
            "_current",
            _old(prefix),
            families,
            stages=stages,
            first=first,
        )
        for prefix, families, stages, first in AS_READ
    ),
    Weakening(
        "G1: what others appended", GroupCommit, "_catch_up", _unnoticed, ("person", "suspension")
    ),
)
WEAKENINGS = (*ORDERS, *STOPS, *RULES, *CONTENTION)
