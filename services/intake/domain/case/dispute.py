"""Facts of two offices that contradict each other: disputed, until one of them takes its own back.

What contradicts is decided kind by kind. Notice and access to counsel never do: each is something
that one office did. A dispute does not end because one of the two runs out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.intake.domain.custody_term import last_day
from shared.contracts.fact_dispute import IdentityDisputed
from shared.contracts.intake import (
    CaseFact,
    ConsularNoticeRecorded,
    FitnessToTravelAssessed,
    IdentityConfirmed,
    NationalityDetermined,
    PersonOpinionRecorded,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from shared.kernel.reference.territories import state_of

Statement = tuple[str, object]
"""What is asked, and the answer."""


def _judgment(fact: LegalBasisRecorded) -> object:
    """One judgment: when it was given and final, for which offence, and until when it runs."""
    which = (fact.court, fact.reference, fact.judged_on, fact.final_on)
    return (*which, fact.offence, last_day(fact))


def _national_of(fact: NationalityDetermined) -> object:
    return (frozenset(map(state_of, fact.nationalities)), fact.disputed)


_STATEMENTS: dict[type[CaseFact], Callable[[Any], Statement]] = {
    IdentityConfirmed: lambda _: ("identity", True),
    IdentityDisputed: lambda _: ("identity", False),
    LegalBasisRecorded: lambda fact: ("legal-basis", _judgment(fact)),
    NationalityDetermined: lambda fact: ("nationality", _national_of(fact)),
    RiskOfIllTreatmentAssessed: lambda fact: (
        f"risk-assessment {fact.destination}",
        fact.substantial_grounds,
    ),
    FitnessToTravelAssessed: lambda fact: ("fitness", fact.fit),
    ConsularNoticeRecorded: lambda fact: ("consular", fact.answer),
    PersonOpinionRecorded: lambda fact: ("opinion", fact.opinion),
    ReceivingStateAccepted: lambda _: ("acceptance", True),
    ReceivingStateDeclined: lambda _: ("acceptance", False),
}


def contradict(first: CaseFact, second: CaseFact) -> bool:
    """Whether two facts answer one question in two ways."""
    if type(first) not in _STATEMENTS or type(second) not in _STATEMENTS:
        return False
    asked, answer = _STATEMENTS[type(first)](first)
    asked_too, answer_too = _STATEMENTS[type(second)](second)
    return asked == asked_too and answer != answer_too


def disputed(facts: Sequence[CaseFact]) -> tuple[CaseFact, ...]:
    """Whichever of a case's facts another one contradicts, in their order."""
    return tuple(fact for fact in facts if any(contradict(fact, other) for other in facts))
