"""A story of offices of both states that differ about somebody, and settle it (G1, G7, G9)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from services.intake.domain.case import fact
from services.intake.domain.case.withdraw_fact import WITHDRAW_FACT, WithdrawFact
from tests.support.first_agreement import first_agreement
from tests.unit.audit.names import AGENCY, AGREEMENT, PAPER, THEIRS, case
from tests.unit.audit.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.audit.domain.entry import Entry
    from shared.kernel.actor import Actor

BY_BOTH = (
    *("identity", "legal-basis", "nationality", "risk-assessment"),
    *("fitness", "notice", "consular", "opinion"),
)
SIGNED_BY_BOTH: list[dict[str, Any]] = [
    *first_agreement()["required_facts"],
    *({"fact": kind, "side": "receiving", "office": "central-authority"} for kind in BY_BOTH),
]
"""What the agreement asks for: both states say everything, but the sender alone gives counsel."""


def taken_back(story: Story, number: int, kind: str, by: Actor = THEIRS) -> None:
    """An office takes back what it said of a kind."""
    story.act(
        "intake",
        WITHDRAW_FACT,
        WithdrawFact,
        by,
        case=case(number),
        agreement=AGREEMENT,
        kind=kind,
        reason="recorded-in-error",
        document=PAPER,
    )


def _theirs(story: Story) -> Iterator[fact.FactContent]:
    """What the receiving state says: the same as the sender, by other papers of its own."""
    today = story.now.date()
    yield fact.Identity(("fingerprints", "iris"))
    judged_on, final_on = date(2020, 5, 4), date(2020, 6, 4)
    counted_on = date(2025, 3, 2)
    yield fact.LegalBasis(
        "Circuit Court 1", "CR-77", judged_on, final_on, "0501", 699, counted_on=counted_on
    )
    yield fact.Nationality(("VEN",), disputed=False)
    later = today + timedelta(days=70)
    yield fact.RiskAssessment("SLV", (), substantial_grounds=False, valid_until=later)
    yield fact.Fitness(fit=True, valid_until=later)
    yield fact.Notice("en", today - timedelta(days=9))
    yield fact.Consular(today - timedelta(days=9), "declined")
    yield fact.Opinion("objects")


@cache
def settled() -> list[Entry]:
    """Two whom both states know; they differ after the clearance, settle it, and both travel."""
    story = Story().agreed(required_facts=SIGNED_BY_BOTH).facility()
    for number in (1, 2):
        story.registered(number)
        story.proposed(number)
        for content in _theirs(story):
            story.fact(number, content, by=THEIRS)
        story.cleared(number)
    story.fact(1, fact.Nationality(("COL",), disputed=False), by=THEIRS)
    taken_back(story, 1, "nationality")
    story.fact(1, fact.Nationality(("VEN",), disputed=False), by=THEIRS)
    story.fact(2, fact.IdentityDispute(), by=THEIRS)
    taken_back(story, 2, "identity", by=AGENCY)
    story.fact(2, fact.Identity(("passport", "iris")))
    story.fact(2, fact.Identity(("fingerprints", "iris")), by=THEIRS)
    story.on(date(2025, 3, 17))
    story.cleared(1)
    story.cleared(2)
    story.travelled(1, 1, 2)
    return story.facts()
