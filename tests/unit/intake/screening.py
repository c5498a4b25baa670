"""A case before the safeguards: its facts, changed, and the rules that they then break."""

from datetime import date, timedelta

from services.intake.domain.clearance.state import (
    ClearanceState,
    findings,
    fold,
    under,
)
from services.intake.domain.holds_in_force import of_scope
from services.intake.domain.orders_against import OrdersAgainst
from shared.contracts.agreement import AgreementDocument
from shared.contracts.intake import (
    CaseFact,
    FitnessToTravelAssessed,
    NationalityDetermined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.event import Event
from tests.support.decider_specification import folded
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    CASE,
    PERSON,
    REGISTERED,
    TODAY,
    fact,
    facts,
)

BEGUN = (*made_events.in_force(), REGISTERED, made_events.case_proposed())
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)


def state(*log: Event) -> ClearanceState:
    """Case and holds, folded together."""
    orders = OrdersAgainst({"country:SLV": folded(of_scope("country:SLV"), log)})
    return under(folded(fold(CASE, PERSON, "SLV"), log), orders)


def rules(*log: Event, terms: AgreementDocument | None = None, on: date = TODAY) -> tuple[str, ...]:
    """The rules that the findings are about."""
    now = state(*BEGUN, *log)
    found = findings(terms or made_events.document(), now, on)
    return tuple(finding.rule for finding in found)


def judgment(**changed: object) -> CaseFact:
    """The judgment with some of it changed."""
    (whole,) = (event for event in facts() if isinstance(event, LegalBasisRecorded))
    return made_events.replaced(whole, **changed)


def nationality(
    *nationalities: str, disputed: bool = False, instrument: str | None = None
) -> CaseFact:
    """Whose national the person is."""
    return fact(
        NationalityDetermined,
        nationalities=nationalities,
        disputed=disputed,
        instrument=instrument,
    )


def risk(**changed: object) -> CaseFact:
    """The risk assessment with some of it changed."""
    (whole,) = (event for event in facts() if isinstance(event, RiskOfIllTreatmentAssessed))
    return made_events.replaced(whole, **changed)


def fitness(**changed: object) -> CaseFact:
    """The fitness assessment with some of it changed."""
    (whole,) = (event for event in facts() if isinstance(event, FitnessToTravelAssessed))
    return made_events.replaced(whole, **changed)
