"""D3 by the audit's own check: who is unknown was not there, and is settled by another subject."""

from __future__ import annotations

from datetime import date

import pytest

from shared.contracts.placement import HeadcountAttested
from shared.contracts.unknown_person import UnknownPersonCounted, UnknownPersonSettled
from tests.unit.audit.names import REGISTRY, custody
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.story import audited
from tests.unit.audit.strangers_told import strangers
from tests.unit.audit.tampering import Tampering, said


def test_d3_an_honest_headcount_with_strangers_has_no_finding() -> None:
    assert audited(strangers())[1] == []


def test_d3_who_was_there_is_not_called_unknown() -> None:
    """Going round it: somebody in custody is said to be a stranger, so that no night is owed."""
    here = Tampering(strangers(), UnknownPersonCounted).event(counted=custody(1))
    assert broken("D3") in here.here()


@pytest.mark.parametrize(
    "row",
    [
        ((UnknownPersonCounted, 0), {"arrived_on": date(2025, 3, 15)}, broken("D3")),
        ((UnknownPersonCounted, 0), {"departed_on": None}, broken("D3")),
        ((UnknownPersonCounted, 1), {"arrived_on": date(2025, 3, 15)}, broken("D3")),
    ],
)
def test_d3_the_days_of_a_stranger_are_those_of_the_record(row: Row) -> None:
    assert breaks(strangers(), row)


def test_d3_who_left_long_before_may_be_called_nobodys() -> None:
    """The roster of late has forgotten them; who is still there it has not."""
    words = {"reason": "no-custody-here", "arrived_on": None, "departed_on": None}
    assert Tampering(strangers(), UnknownPersonCounted).event(**words).here() == set()


def test_d3_a_stranger_is_part_of_the_nights_own_headcount() -> None:
    other = Tampering(strangers(), UnknownPersonCounted).event(night=date(2025, 3, 15))
    assert missing("D3") in other.here()
    assert missing("D3") in said(Tampering(strangers(), HeadcountAttested).gone().findings())


def test_d3_who_attested_the_list_does_not_settle_it() -> None:
    """Going round it: under the same subject, whatever the office."""
    same = str(REGISTRY)
    settles = Tampering(strangers(), UnknownPersonSettled).event(settled_by=same)
    assert broken("D3") in settles.envelope(actor=same).here()


def test_d3_what_was_never_open_is_not_settled() -> None:
    other = Tampering(strangers(), UnknownPersonSettled).event(counted=custody(7))
    assert {broken("D3"), missing("D3")} & other.here()
