"""What the record says of one person's departure that an order may be about (G3, G7, G9)."""

from __future__ import annotations

from services.audit.domain.disputes import are_disputed
from services.audit.domain.records.cases import Case
from services.audit.domain.records.journeys import Journey
from services.audit.domain.records.people import People
from services.audit.domain.records.pseudonyms import Pseudonyms
from services.audit.domain.scopes import Travel
from shared.contracts.intake import NationalityDetermined
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.codes import Country
from shared.kernel.ids import CaseId, PersonId, agreement_of
from shared.kernel.reference.territories import NOBODYS, state_of
from shared.kernel.reference.travel_documents import UNDETERMINED


def travel_of(
    people: People,
    pseudonyms: Pseudonyms,
    case: Case,
    destination: Country,
    journey: Journey | None = None,
) -> Travel:
    """The departure of a case's person, whichever pseudonym they may have, on a journey or none."""
    everybody = frozenset(pseudonyms.everybody(case.proposed.person))
    judged = [fact for fact in case.of("legal-basis") if isinstance(fact, LegalBasisRecorded)]
    return Travel(
        pseudonyms=everybody,
        kind=case.proposed.kind,
        nationalities=_nationalities(people, everybody, case.proposed.sending),
        offences=frozenset(judgment.offence for judgment in judged),
        courts=frozenset(judgment.court.casefold() for judgment in judged),
        agreement=agreement_of(case.proposed.agreement),
        destination=destination,
        stopovers=journey.stopovers if journey else (),
        manifest=journey.opened.manifest if journey else None,
        legs=journey.ahead if journey else (),
    )


def _nationalities(
    people: People, everybody: frozenset[PersonId], sending: Country
) -> frozenset[str]:
    """Every one that was determined of this person, and the state that a code stands for."""
    said = [
        fact
        for pseudonym in everybody
        if (person := people.known.get(pseudonym)) is not None
        for fact in person.nationalities.values()
    ]
    codes = {code for fact in said for code in fact.nationalities}
    by_case: dict[CaseId, list[NationalityDetermined]] = {}
    for fact in said:
        by_case.setdefault(fact.case, []).append(fact)
    if not said or any(map(_is_unknown, said)) or any(map(are_disputed, by_case.values())):
        codes.add(sending)
    return frozenset(codes | {state_of(code) for code in codes})


def _is_unknown(fact: NationalityDetermined) -> bool:
    """Unknown or disputed nationality counts as the sending state's (G7)."""
    nobodys = any(code in UNDETERMINED or code in NOBODYS for code in fact.nationalities)
    return fact.disputed or nobodys or not fact.nationalities
