"""What two offices say of one person contradicts, or does not: kind by kind (G1)."""

from datetime import date, timedelta

import pytest

from services.intake.domain.case.dispute import contradict, disputed
from shared.contracts.fact_dispute import IdentityDisputed
from shared.contracts.intake import (
    CaseFact,
    ConsularNoticeRecorded,
    CounselAccessRecorded,
    IdentityConfirmed,
    NoticeServed,
    PersonOpinionRecorded,
    ReceivingStateAccepted,
    ReceivingStateDeclined,
)
from tests.unit.intake.made_events import EARLIER, LATER, TODAY, fact, replaced
from tests.unit.intake.screening import fitness, judgment, nationality, risk

IDENTITY = fact(IdentityConfirmed, identifiers=("passport", "fingerprints"))


def consular(answer: str, on: date = EARLIER) -> CaseFact:
    """Consular notice and its answer."""
    return fact(ConsularNoticeRecorded, offered_on=on, answer=answer)


CONTRADICTING: dict[str, tuple[CaseFact, CaseFact]] = {
    "who somebody is": (IDENTITY, fact(IdentityDisputed)),
    "another judgment": (judgment(), judgment(reference="CR-2019-78")),
    "another court": (judgment(), judgment(court="Circuit Court 2")),
    "another offence": (judgment(), judgment(offence="0701")),
    "final, or not": (judgment(), judgment(final_on=None)),
    "given on another day": (judgment(), judgment(judged_on=date(2020, 5, 5))),
    "another end of the sentence": (judgment(), judgment(days_remaining=701)),
    "of another state": (nationality("VEN"), nationality("COL")),
    "of one more state": (nationality("VEN"), nationality("COL", "VEN")),
    "disputed by one": (nationality("VEN"), nationality("VEN", disputed=True)),
    "substantial grounds": (risk(), risk(substantial_grounds=True)),
    "fit, or not": (fitness(), fitness(fit=False)),
    "the consulate's answer": (consular("accepted"), consular("declined")),
    "what the person says": (
        fact(PersonOpinionRecorded, opinion="consents"),
        fact(PersonOpinionRecorded, opinion="objects"),
    ),
    "accepted, or not": (fact(ReceivingStateAccepted), fact(ReceivingStateDeclined)),
}
AGREEING: dict[str, tuple[CaseFact, CaseFact]] = {
    "by other identifiers": (IDENTITY, replaced(IDENTITY, identifiers=("iris", "dna"))),
    "counted on another day": (
        judgment(),
        judgment(days_remaining=699, counted_on=EARLIER + timedelta(days=1)),
    ),
    "a territory of that state": (nationality("USA"), nationality("PRI")),
    "in another order": (nationality("VEN", "COL"), nationality("COL", "VEN")),
    "elsewhere": (risk(), risk(destination="GTM", substantial_grounds=True)),
    "for longer": (fitness(), fitness(valid_until=LATER + timedelta(days=1))),
    "offered twice": (consular("accepted"), consular("accepted", TODAY)),
    "served twice": (
        fact(NoticeServed, language="es", served_on=EARLIER),
        fact(NoticeServed, language="en", served_on=TODAY),
    ),
    "counsel twice": (
        fact(CounselAccessRecorded, accessed_on=EARLIER),
        fact(CounselAccessRecorded, accessed_on=TODAY),
    ),
    "another question": (fitness(), nationality("VEN")),
}


@pytest.mark.parametrize("pair", CONTRADICTING.values(), ids=CONTRADICTING)
def test_g1_what_two_offices_answer_differently_is_disputed(
    pair: tuple[CaseFact, CaseFact],
) -> None:
    first, second = pair
    assert contradict(first, second)
    assert contradict(second, first)
    served = fact(NoticeServed, language="es", served_on=EARLIER)
    assert disputed((first, served, second)) == pair


@pytest.mark.parametrize("pair", AGREEING.values(), ids=AGREEING)
def test_what_two_offices_did_or_agree_in_is_not_disputed(pair: tuple[CaseFact, CaseFact]) -> None:
    first, second = pair
    assert not contradict(first, second)
    assert not contradict(second, first)
    assert disputed(pair) == ()
