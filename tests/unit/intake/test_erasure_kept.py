"""G12: what keeps who a person is, where an end of it is not known or is another one's."""

from __future__ import annotations

from datetime import date

from services.intake.domain.erasure import state as needs
from services.intake.domain.erasure.erase_person import ERASE_PERSON, IdentityStillNeeded
from shared.contracts.erasure import ErasureRefused
from shared.kernel.ids import CaseId
from tests.support.decider_specification import folded, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import PERSON, REGISTERED, replaced
from tests.unit.intake.test_erasure import (
    AGREED,
    ASKED,
    CASE_OPEN,
    DEPARTED,
    ERASE,
    RETURNED,
    WITHDRAWN,
)


def test_a_later_custody_is_not_over_with_an_earlier_one() -> None:
    again = replaced(CASE_OPEN, case=CaseId("c2"))
    moved = replaced(made_events.transferred(), case=CaseId("c2"))
    log = (REGISTERED, ASKED, *AGREED, *DEPARTED, again, RETURNED)
    ages = replaced(ERASE, on=date(2100, 1, 1))
    for more in ((), (moved,)):
        refusal = (
            given(*log, *more)
            .when(ERASE_PERSON, ages)
            .refused(IdentityStillNeeded, recording=ErasureRefused)
        )
        assert [each.evidence for each in refusal.findings] == ["case/c2"]


def test_a_version_that_nobody_knows_keeps_a_person() -> None:
    log = (REGISTERED, ASKED, CASE_OPEN, WITHDRAWN)
    refusal = (
        given(*log)
        .when(ERASE_PERSON, replaced(ERASE, on=date(2100, 1, 1)))
        .refused(IdentityStillNeeded, recording=ErasureRefused)
    )
    assert [each.evidence for each in refusal.findings] == [f"agreement/{CASE_OPEN.agreement}"]


def test_a_return_without_its_day_keeps_a_person() -> None:
    log = (REGISTERED, ASKED, *AGREED, *DEPARTED, replaced(RETURNED, returned_at=None))
    given(*log).when(ERASE_PERSON, replaced(ERASE, on=date(2100, 1, 1))).refused(
        IdentityStillNeeded, recording=ErasureRefused
    )


def test_an_end_without_its_case_keeps_nobody() -> None:
    state = folded(needs.fold(PERSON), (replaced(WITHDRAWN, withdrawn_on=None), made_events.hold()))
    assert state == needs.NeedState()
    assert needs.evolve(state, made_events.hold()) is state
