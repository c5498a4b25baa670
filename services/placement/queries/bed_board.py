"""The bed board: who wants a place, and how the places of both sides are used (S10, D1, D11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from services.placement.domain.bed_board import Places, forecast
from services.placement.queries.readable import Row, facility_read_by, name_of, plain
from services.placement.tables import (
    AGREED_ZONES,
    CUSTODIES,
    FACILITIES,
    REFUSED_PLACES,
    RETURN_ORDERS,
)
from services.placement.tables.followed import FOLLOWED_CASES
from shared.database.pages import Page, only_where
from shared.database.reads import Reads
from shared.kernel.actor import INDEPENDENT
from shared.kernel.moment import NOW, Moment
from shared.views.history import at, within

_F, _Z, _R = FOLLOWED_CASES.c, AGREED_ZONES.c, REFUSED_PLACES.c
WANTING = ("accepted", "cleared")
"""Stages of a case that wants a place and has none."""
UNDER_WAY = ("manifested", "boarded", "departed", "arrived", "handover-offered")


class BedBoardReads:
    """Reads of the bed board."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def places(
        self, party: str, page: Page, moment: Moment = NOW, *, facility: str | None, days: int
    ) -> Sequence[Row]:
        """Facilities by name, each with its places at the moment and on so many days after it.
        Demand is that of now: intake's cases are followed without their past.
        """
        select, keyed = _places(party, moment)
        select = only_where(select, {keyed: facility})
        rows = [plain(row) for row in await self._reads.all(page.of(select, keyed))]
        today = _day_of(moment)
        last_days = await self._last_days([str(row["facility"]) for row in rows], moment)
        return [_shown(row, last_days.get(str(row["facility"]), {}), today, days) for row in rows]

    async def demand(self, party: str, page: Page) -> Sequence[Row]:
        """Agreements by name, each with how many of its persons have, want and wait for a place."""
        agreement = name_of(_F.agreement)
        waits = sa.exists().where(_R.custody == _F.case, _R.waits)
        select = (
            sa.select(
                agreement.label("agreement"),
                _F.sending,
                _F.receiving,
                sa.func.count().filter(_F.stage == "accepted").label("accepted"),
                sa.func.count().filter(_F.stage == "cleared").label("cleared"),
                sa.func.count().filter(_F.stage == "cleared", waits).label("waiting"),
                sa.func.count().filter(_F.stage.in_(UNDER_WAY)).label("under_way"),
            )
            .where(_F.stage.in_((*WANTING, *UNDER_WAY)), _case_read_by(party))
            .group_by(agreement, _F.sending, _F.receiving)
        )
        rows = await self._reads.all(page.of(select, agreement, _F.sending, _F.receiving))
        return [plain(row) for row in rows]

    async def waiting(self, party: str, page: Page, agreement: str | None) -> Sequence[Row]:
        """Who is cleared and has no place, whoever was cleared first before the others (D1)."""
        since = sa.func.to_char(
            sa.func.timezone("UTC", sa.func.coalesce(_F.cleared_at, _F.since)),
            'YYYY-MM-DD"T"HH24:MI:SS.US"Z"',
        )
        refused = sa.exists().where(_R.custody == _F.case, _R.waits)
        select = sa.select(
            _F.case, _F.person, _F.agreement, since.label("cleared_at"), refused.label("refused")
        ).where(_F.stage == "cleared", _case_read_by(party))
        select = only_where(select, {name_of(_F.agreement): agreement})
        return [plain(row) for row in await self._reads.all(page.of(select, since, _F.case))]

    async def _last_days(
        self, facilities: Sequence[str], moment: Moment
    ) -> Mapping[str, Mapping[date, int]]:
        """By facility, how many have to leave by the end of which day."""
        custodies, orders = at(CUSTODIES, moment).c, RETURN_ORDERS.c
        due = (
            sa.select(sa.func.min(orders.due_at))
            .where(orders.custody == custodies.custody, within(RETURN_ORDERS, moment))
            .scalar_subquery()
        )
        due_on = sa.cast(sa.func.timezone("UTC", due), sa.Date)
        last_day = sa.func.least(custodies.lawful_end, due_on)
        select = (
            sa.select(custodies.facility, last_day.label("last_day"), sa.func.count().label("many"))
            .where(custodies.facility.in_(facilities), custodies.status == "in-custody")
            .where(last_day.is_not(None))
            .group_by(custodies.facility, last_day)
        )
        found: dict[str, dict[date, int]] = {}
        for row in await self._reads.all(select):
            found.setdefault(row["facility"], {})[row["last_day"]] = row["many"]
        return found


def _places(party: str, moment: Moment) -> tuple[sa.Select[Any], sa.ColumnElement[str]]:
    facilities, custodies = at(FACILITIES, moment), at(CUSTODIES, moment).c
    used = (
        sa.select(
            custodies.facility,
            sa.func.count().filter(custodies.holds_place).label("reserved"),
            sa.func.count().filter(custodies.status == "in-custody").label("taken"),
        )
        .where(sa.or_(custodies.holds_place, custodies.status == "in-custody"))
        .group_by(custodies.facility)
        .subquery()
    )
    agreed = sa.exists().where(_Z.facility == facilities.c.facility)
    select = sa.select(
        facilities.c.facility,
        facilities.c.country,
        sa.case((agreed, "agreed"), else_="own").label("side"),
        facilities.c.approved_capacity.label("approved"),
        facilities.c.own_population.label("own"),
        sa.func.coalesce(used.c.reserved, 0).label("reserved"),
        sa.func.coalesce(used.c.taken, 0).label("taken"),
        _wanted(facilities.c.facility).label("wanted"),
    )
    of_both = sa.or_(facility_read_by(party, facilities), _of_a_partner(party, facilities))
    joined = facilities.outerjoin(used, used.c.facility == facilities.c.facility)
    return select.select_from(joined).where(of_both), facilities.c.facility


def _wanted(facility: sa.ColumnElement[str]) -> sa.ScalarSelect[int]:
    """How many persons want a place under the agreements that name a facility."""
    named = sa.select(_Z.agreement).where(_Z.facility == facility)
    return (
        sa.select(sa.func.count())
        .select_from(FOLLOWED_CASES)
        .where(_F.stage.in_(WANTING), name_of(_F.agreement).in_(named))
        .scalar_subquery()
    )


def _of_a_partner(party: str, facilities: sa.FromClause) -> sa.ColumnElement[bool]:
    """Both states of an agreement see the places of both sides, also those of the sending state's
    own facilities, where nobody is placed under it (D11).
    """
    theirs = sa.select(_Z.sending).where(_Z.receiving == party)
    return facilities.c.country.in_(theirs)


def _case_read_by(party: str) -> sa.ColumnElement[bool]:
    if party == INDEPENDENT:
        return sa.true()
    return sa.or_(_F.sending == party, _F.receiving == party)


def _day_of(moment: Moment) -> date:
    return (moment.as_of or datetime.now(UTC)).astimezone(UTC).date()


def _shown(row: Row, last_days: Mapping[date, int], today: date, days: int) -> Row:
    counts = {name: int(str(row[name])) for name in ("approved", "own", "reserved", "taken")}
    spoken_for = counts["own"] + counts["reserved"] + counts["taken"]
    places = Places(counts["approved"], spoken_for, int(str(row["wanted"])))
    ahead = [msgspec.structs.asdict(day) for day in forecast(places, last_days, today, days)]
    return {**row, "day": today, "free": places.free, "warning": places.warning, "ahead": ahead}
