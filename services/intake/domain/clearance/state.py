"""Clearance: what still stands between a person and a departure, computed from facts and holds.

The findings come in a fixed order, and a refusal carries the rule of the first: orders (G3), a
suspension (G23), the agreement's term (effective), whose national the person is (G7), what the
transfer rests on (G6), what awaits there (G5), who may be admitted (G8, admission.kinds), who the
person is (G9), notice and counsel (G10), the consulate (G11), then whatever else the agreement
requires.
"""

from __future__ import annotations

from datetime import date

import msgspec

from services.intake.domain import class_holds, holds_in_force, identity_match, orders_against
from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement.state import AgreementState
from services.intake.domain.agreement.stopped import AgreementIsSuspended
from services.intake.domain.agreement.term import AgreementNotInForce
from services.intake.domain.assurance import state as assurances
from services.intake.domain.assurance.state import Over
from services.intake.domain.case import state as cases
from services.intake.domain.case.state import CaseState
from services.intake.domain.category import state as categories
from services.intake.domain.counting_facts import counting
from services.intake.domain.exclusion import state as exclusions
from services.intake.domain.exclusion.state import Withdrawn
from services.intake.domain.holds_in_force import HoldsState
from services.intake.domain.identity_match import LikenessChange, Likenesses
from services.intake.domain.orders_against import Covered, OrdersAgainst
from services.intake.domain.safeguards import RULES, Question
from services.intake.domain.way import Way
from shared.contracts.agreement import AgreementDocument
from shared.contracts.assurance import AssuranceEvent, AssuranceGiven
from shared.contracts.category import CategoryDetermined
from shared.contracts.exclusion import ExclusionEvent, ExclusionMatched
from shared.contracts.hold import HoldAsserted, HoldLifted, OrdersSeen
from shared.contracts.manifest import PersonManifested
from shared.kernel.codes import Country
from shared.kernel.decider import Fold, Reading, together
from shared.kernel.event import Event
from shared.kernel.ids import AgreementId, CaseId, PersonId
from shared.kernel.rejected import Finding, RuleBroken


class Traveller(msgspec.Struct, frozen=True, order=True):
    """One person and the case that they travel by."""

    case: CaseId
    person: PersonId


class ClearanceState(msgspec.Struct, frozen=True):
    """A case, the holds against it and who its person may be, folded together in log order."""

    case: CaseState = CaseState()
    holds: HoldsState = HoldsState()
    likenesses: Likenesses = Likenesses()
    exclusions: tuple[ExclusionMatched, ...] = ()
    """Of whomever the person may be (G8)."""
    categories: tuple[CategoryDetermined, ...] = ()
    assurances: tuple[AssuranceGiven, ...] = ()
    """Those that stand about whomever the person may be (D5)."""
    assured: tuple[Over, ...] = ()
    """Those that are over: a departure that is told late may have been under one."""
    withdrawn: tuple[Withdrawn, ...] = ()
    """The same of exclusions."""
    orders: tuple[OrdersSeen, ...] = ()
    """Those that are about nobody by name: what a clearance given now has seen."""
    parted: tuple[PersonId, ...] = ()
    """Who was told apart from the person since they came onto their manifest, be it that they were
    merged again: they could come onto another one meanwhile (G12).
    """


def fold(
    case: CaseId, person: PersonId, destination: Country, aliases: tuple[PersonId, ...] = ()
) -> Fold[ClearanceState]:
    """A case and every hold on its person, under any pseudonym (G9); `under` adds the country's.

    One asserted after clearance undoes the clearance, and its lifting does not bring it back. So do
    a merging and telling apart those who were alike: an order may have bound them by it (G9). So
    does what excludes the person (G8), and an assurance about them (D5).
    """
    holds = holds_in_force.on_departure(destination, person, *aliases)

    def evolve(state: ClearanceState, event: Event) -> ClearanceState:
        if isinstance(event, LikenessChange):
            return _alike(state, person, event)
        if isinstance(event, ExclusionEvent | CategoryDetermined):
            return _excluded(state, event)
        if isinstance(event, AssuranceEvent):
            return _assured(state, event)
        if isinstance(event, HoldAsserted | HoldLifted):
            return _held(state, holds.evolve(state.holds, event))
        parted = () if isinstance(event, PersonManifested) else state.parted
        return msgspec.structs.replace(state, case=cases.evolve(state.case, event), parted=parted)

    return Fold(
        name="/".join(("clearance", case, destination, person, *aliases)),
        alternatives=(
            *cases.fold(case).alternatives,
            *holds.alternatives,
            *identity_match.alternatives(person, *aliases),
            *exclusions.alternatives(person, *aliases),
            *assurances.alternatives(person, *aliases),
            *categories.alternatives(person, *aliases),
        ),
        initial=ClearanceState(),
        evolve=evolve,
    )


def _held(state: ClearanceState, after: HoldsState) -> ClearanceState:
    """One more hold undoes the clearance (G3)."""
    blocked = len(after.standing) > len(state.holds.standing)
    case = cases.reviewed_again(state.case) if blocked else state.case
    return msgspec.structs.replace(state, case=case, holds=after)


def _alike(state: ClearanceState, person: PersonId, event: LikenessChange) -> ClearanceState:
    """A decision who the person is undoes the clearance that was given before it (G9)."""
    undone = identity_match.changes_who_is_who(state.likenesses, event)
    after = identity_match.evolve(state.likenesses, event)
    parted = {*state.likenesses.aliases(person)} - {*after.aliases(person)}
    return msgspec.structs.replace(
        state,
        case=cases.reviewed_again(state.case) if undone else state.case,
        likenesses=after,
        parted=tuple(sorted(parted.union(state.parted))),
    )


def _excluded(state: ClearanceState, event: ExclusionEvent | CategoryDetermined) -> ClearanceState:
    """A person's exclusion undoes the clearance, and its end does not bring it back; of which
    category they are, every gate reads again (G8).
    """
    if isinstance(event, CategoryDetermined):
        known = categories.determined(state.categories, event)
        return msgspec.structs.replace(state, categories=known)
    matched = isinstance(event, ExclusionMatched)
    return msgspec.structs.replace(
        state,
        case=cases.reviewed_again(state.case) if matched else state.case,
        exclusions=exclusions.standing(state.exclusions, event),
        withdrawn=(*state.withdrawn, *exclusions.withdrawing(state.exclusions, event)),
    )


def _assured(state: ClearanceState, event: AssuranceEvent) -> ClearanceState:
    """An assurance undoes the clearance like a hold, and its end does not bring it back (D5)."""
    given = isinstance(event, AssuranceGiven)
    over = assurances.ending(state.assurances, event)
    return msgspec.structs.replace(
        state,
        case=cases.reviewed_again(state.case) if given else state.case,
        assurances=assurances.standing(state.assurances, event),
        assured=(*state.assured, *over),
    )


def under(state: ClearanceState, against: OrdersAgainst) -> ClearanceState:
    """The case with the orders that cover it and are about nobody by name (G3).

    An order undoes the clearances that had not seen it, and its lifting does not bring them back.
    One that stands against the journey alone closes its gates and leaves the clearance.
    """
    orders = against.case
    seen = {scope.scope: scope.asserted for scope in state.case.orders}
    news = any(holds.asserted > seen.get(tag, 0) for tag, holds in orders.items())
    undone = state.case.cleared and news
    return msgspec.structs.replace(
        state,
        case=cases.reviewed_again(state.case) if undone else state.case,
        holds=msgspec.structs.replace(
            sum((*orders.values(), against.journey), state.holds), asserted=state.holds.asserted
        ),
        orders=tuple(
            OrdersSeen(tag, holds.asserted) for tag, holds in orders.items() if holds.asserted
        ),
    )


def read(
    agreement: AgreementId,
    destination: Country,
    *travellers: Traveller,
    way: Way | None = None,
) -> Reading[tuple[AgreementState, tuple[ClearanceState, ...]]]:
    """The agreement, and each case with every hold that matches whoever its person may be (G1, G9).

    Few persons have another pseudonym: everything is read in one step, and the cases of those who
    have one are read once more with all of them.
    """
    persons = tuple(traveller.person for traveller in travellers)
    terms, shapes, *states = yield (
        agreements.fold(agreement),
        class_holds.FOLD,
        *map(identity_match.fold, persons),
        *(fold(each.case, each.person, destination) for each in travellers),
    )
    known = dict(zip(persons, states[: len(persons)], strict=True))
    alike = yield from identity_match.alike(*persons, known=known)
    cleared: list[ClearanceState] = states[len(persons) :]
    others = {person: names for person in persons if (names := alike.aliases(person))}
    merged = [index for index, person in enumerate(persons) if person in others]
    folds = [
        fold(travellers[index].case, persons[index], destination, others[persons[index]])
        for index in merged
    ]
    if folds:
        for index, state in zip(merged, (yield from together(*folds)), strict=True):
            cleared[index] = state
    under_all = [(person, *others.get(person, ())) for person in persons]
    covered = [Covered(state.case, its) for state, its in zip(cleared, under_all, strict=True)]
    against = yield from orders_against.read(shapes, destination, covered, way)
    return terms, tuple(map(under, cleared, against))


def findings(document: AgreementDocument, state: ClearanceState, on: date) -> tuple[Finding, ...]:
    """Everything that stands in the way, in the module's order; none means clear (G1, G4)."""
    case, in_dispute = counting(document, state.case)
    who = (state.likenesses, state.exclusions, state.assurances)
    question = Question(document, case, state.holds, on, *who, in_dispute, state.categories)
    return tuple(finding for rule in RULES for finding in rule(question))


def with_term(term: tuple[Finding, ...], findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What the agreement's term lacks, in its place among the other findings."""
    orders = tuple(finding for finding in findings if finding.rule == "G3")
    return (*orders, *term, *findings[len(orders) :])


class HoldStandsAgainstDeparture(RuleBroken):
    """A legal order forbids the departure; nobody can override it (G2, G3)."""

    RULE = "G3"


class AssuranceStands(RuleBroken):
    """A government has assured a court or counsel that the person does not depart yet (D5)."""

    RULE = "D5"


class NationalOfTheSendingState(RuleBroken):
    """The person is, or counts as, a national of the sending state (G7)."""

    RULE = "G7"


class NoFinalJudgment(RuleBroken):
    """No final judgment under the agreement's schedule bears the transfer (G6)."""

    RULE = "G6"


class RiskNotExcluded(RuleBroken):
    """The risk of ill-treatment is not assessed, or is real (G5)."""

    RULE = "G5"


class NotAdmitted(RuleBroken):
    """The person is excluded, unfit, or not accepted by the receiving state (G8)."""

    RULE = "G8"


class RequirementsNotMet(RuleBroken):
    """Something that the agreement or a safeguard requires is not there."""


REFUSALS: dict[str, type[RuleBroken]] = {
    fold.RULE: fold
    for fold in (
        HoldStandsAgainstDeparture,
        AssuranceStands,
        AgreementIsSuspended,
        AgreementNotInForce,
        NationalOfTheSendingState,
        NoFinalJudgment,
        RiskNotExcluded,
        NotAdmitted,
    )
}


def refused(findings: tuple[Finding, ...]) -> RuleBroken:
    """The refusal of at least one finding: the first gives the rule, all of them stand in it."""
    first, more = findings[0], len(findings) - 1
    rest = f" (and {more} more)" if more else ""
    detail = f"{first.missing}{rest}: settle every finding, then ask for clearance again"
    return REFUSALS.get(first.rule, RequirementsNotMet)(detail, findings=findings, rule=first.rule)
