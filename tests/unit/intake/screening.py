"""A case before the safeguards: its facts, changed, and the rules that they then break."""

from datetime import date, timedelta

from services.intake.domain.clearance.state import (
    ClearanceState,
    findings,
    fold,
)
from shared.contracts.agreement import AgreementDocument
from shared.contracts.intake import (
    CaseFact,
    NationalityDetermined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.event import Event
from tests.unit.intake import given
from tests.unit.intake.given import (
    CASE,
    PERSON,
    REGISTERED,
    TODAY,
    fact,
    facts,
)

BEGUN = (*given.in_force(), REGISTERED, given.case_proposed())
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)


def state(*log: Event) -> ClearanceState:
    """Case and holds, folded together."""
    return given.folded(fold(CASE, PERSON, "SLV"), log)


def rules(*log: Event, terms: AgreementDocument | None = None, on: date = TODAY) -> tuple[str, ...]:
    """The rules that the findings are about."""
    now = state(*BEGUN, *log)
    found = findings(terms or given.document(), now, on)
    return tuple(one.rule for one in found)


def judgment(**changed: object) -> CaseFact:
    """The judgment with some of it changed."""
    (whole,) = (one for one in facts() if isinstance(one, LegalBasisRecorded))
    return given.replaced(whole, **changed)


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
    (whole,) = (one for one in facts() if isinstance(one, RiskOfIllTreatmentAssessed))
    return given.replaced(whole, **changed)
