"""RFC 3339 and nothing else: one line of a table is one case."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel import rfc3339
from tests.support.bad_input import rows


@pytest.mark.parametrize(("written", "right"), rows("instants"))
def test_an_instant_is_the_one_that_was_written_or_none(written: str, right: str) -> None:
    if right[0].isdigit():
        assert rfc3339.instant(written).isoformat() == right
        return
    with pytest.raises(ValueError, match=right):
        rfc3339.instant(written)


@pytest.mark.parametrize(("written", "right"), rows("dates"))
def test_a_date_is_the_one_that_was_written_or_none(written: str, right: str) -> None:
    if right[0].isdigit():
        assert rfc3339.full_date(written).isoformat() == right
        return
    with pytest.raises(ValueError, match=right):
        rfc3339.full_date(written)


OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=OFFSETS)  # noqa: DTZ001 - hypothesis adds the zone


@given(INSTANTS)
def test_every_instant_that_python_writes_is_read(at: datetime) -> None:
    assert rfc3339.instant(at.isoformat()) == at
