"""The SQL behind every read of placement. Decisions never come here.

A custody, or the place that is held for one, is read by the state that sends, the one that
receives, the facility's and independent offices. Occupancy is read by the facility's state, by
every state that had a place held there, and by independent offices. To other parties it does not
exist, save in the locator, which any state's consulate may ask (G12).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import sqlalchemy as sa

from services.placement.domain.whereabouts import FollowedCase, KnownOf, Stay
from services.placement.tables import (
    COUNTS,
    CUSTODIES,
    FACILITIES,
    FOLLOWED_CASES,
    FOLLOWED_LIKENESSES,
    FOLLOWED_PERSONS,
    HEADCOUNTS,
    OVERDUE_HEADCOUNTS,
)
from shared.database.pages import Page, only_where
from shared.database.reads import Reads
from shared.kernel.actor import INDEPENDENT
from shared.kernel.ids import PersonId
from shared.kernel.moment import NOW, Moment
from shared.views.history import at, within

_C = CUSTODIES.c
_O = OVERDUE_HEADCOUNTS.c
HEADCOUNT_KEYS = "headcount/"
"""What the keys of overdue headcounts begin with: after every custody's id, which is a UUID."""
Row = dict[str, object]
_UNACCOUNTED = _C.unaccounted_night.is_not(None)


class PlacementReads:
    """Reads of facilities, custodies and what needs somebody's attention."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def occupancy(self, party: str, facility: str, moment: Moment = NOW) -> Row | None:
        """How a facility's places are used; `available` is as in G19, never below zero."""
        custodies = at(CUSTODIES, moment).c
        facilities = at(FACILITIES, moment, {"facility": facility})
        used = (
            sa.select(
                sa.func.count().filter(custodies.holds_place).label("reserved"),
                sa.func.count().filter(custodies.status == "in-custody").label("in_custody"),
                sa.func.count()
                .filter(custodies.unaccounted_night.is_not(None))
                .label("unaccounted"),
            )
            .where(custodies.facility == facility)
            .subquery()
        )
        taken = facilities.c.own_population + used.c.reserved + used.c.in_custody
        available = sa.func.greatest(0, facilities.c.approved_capacity - taken)
        select = sa.select(facilities, used, available.label("available"))
        return await self._first(
            select.join_from(facilities, used, sa.true()).where(
                facilities.c.facility == facility, _facility_read_by(party, facilities)
            )
        )

    async def facility_of(self, custody: str) -> str | None:
        """Where a person is, or is expected."""
        row = await self._first(sa.select(_C.facility).where(_C.custody == custody))
        return str(row["facility"]) if row else None

    async def custody(self, party: str, custody: str, moment: Moment = NOW) -> Row | None:
        """One custody."""
        rows = at(CUSTODIES, moment, {"custody": custody})
        select = _shown(rows, moment).where(
            rows.c.custody == custody, _custody_read_by(party, rows)
        )
        return await self._first(select)

    async def facilities(self, party: str, page: Page, country: str | None = None) -> Sequence[Row]:
        """Facilities that a party reads, by their names."""
        select = sa.select(FACILITIES).where(_facility_read_by(party, FACILITIES))
        select = only_where(select, {FACILITIES.c.country: country})
        return await self._all(page.of(select, FACILITIES.c.facility))

    async def headcounts(
        self, party: str, page: Page, facility: str | None = None, agreement: str | None = None
    ) -> Sequence[Row]:
        """Headcounts of facilities that a party reads, by facility, night and agreement."""
        counts, night = HEADCOUNTS.c, sa.cast(HEADCOUNTS.c.night, sa.Text).label("night")
        key = (counts.facility, night, counts.agreement)
        said = (
            sa.func.sum(counts.counted),
            sa.func.max(counts.attested_by),
            sa.func.min(counts.entry),
        )
        names = ("counted", "attested_by", "entry")
        select = (
            sa.select(*key, *(value.label(name) for value, name in zip(said, names, strict=True)))
            .join(FACILITIES, FACILITIES.c.facility == counts.facility)
            .where(_facility_read_by(party, FACILITIES))
            .group_by(*key)
        )
        named = _name_of(counts.agreement)
        select = only_where(select, {counts.facility: facility, named: agreement})
        return await self._all(page.of(select, *key))

    async def custodies(
        self,
        party: str,
        page: Page,
        moment: Moment = NOW,
        **wanted: str | None,
    ) -> Sequence[Row]:
        """Custodies in the order of their ids: all, or those with the columns that are wanted."""
        rows = at(CUSTODIES, moment)
        shown = _shown(rows, moment).where(_custody_read_by(party, rows)).subquery()
        columns = {**shown.c, "agreement": _name_of(shown.c.agreement)}
        select = only_where(
            sa.select(shown), {columns[name]: value for name, value in wanted.items()}
        )
        return await self._all(page.of(select, shown.c.custody))

    async def exceptions(self, party: str, after: str, limit: int) -> Sequence[Row]:
        """Custodies with a person unaccounted for or with one signature, by their ids, then
        facilities that are silent about a night, by `headcount/<facility>/<night>`.
        """
        waiting = sa.or_(_UNACCOUNTED, _C.status == "handover-pending")
        select = _shown(CUSTODIES).where(
            waiting, _C.custody > after, _custody_read_by(party, CUSTODIES)
        )
        rows = await self._all(select.order_by(_C.custody).limit(limit))
        if len(rows) == limit:
            return rows
        return [*rows, *await self._overdue(party, after, limit - len(rows))]

    async def _overdue(self, party: str, after: str, limit: int) -> Sequence[Row]:
        night = sa.cast(_O.night, sa.Text)
        key = sa.literal(HEADCOUNT_KEYS).concat(_O.facility).concat("/").concat(night)
        select = (
            sa.select(OVERDUE_HEADCOUNTS)
            .join(FACILITIES, FACILITIES.c.facility == _O.facility)
            .where(sa.not_(_O.attested), key > after, _facility_read_by(party, FACILITIES))
        )
        return await self._all(select.order_by(key).limit(limit))

    async def _first(self, select: sa.Select[Any]) -> Row | None:
        row = await self._reads.first(select)
        return None if row is None else _plain(row)

    async def _all(self, select: sa.Select[Any]) -> Sequence[Row]:
        return [_plain(row) for row in await self._reads.all(select)]


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """What the locator knows of whoever has a pseudonym."""

    pseudonyms: tuple[str, ...]
    """All that are one person's, the one that was asked for among them (G9)."""
    may_also_be: tuple[str, ...]
    """Near matches that nobody has decided yet: ask for those too."""
    known: KnownOf
    stays: Sequence[Row]


class LocatorReads:
    """Where a person is, from placement's own database alone, whatever else is down (G12)."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def located(self, person: PersonId) -> Located:
        """All that is known of a person, by every pseudonym; none ever disappears."""
        pseudonyms = await self._one_person(person)
        stays = [
            _plain(row)
            for row in await self._reads.all(
                _shown(CUSTODIES).where(_C.person.in_(pseudonyms)).order_by(_C.custody.desc())
            )
        ]
        cases = await self._reads.all(
            sa.select(FOLLOWED_CASES).where(FOLLOWED_CASES.c.person.in_(pseudonyms))
        )
        registered = await self._reads.first(
            sa.select(FOLLOWED_PERSONS).where(FOLLOWED_PERSONS.c.person == person)
        )
        known = KnownOf(
            person=person,
            registered_by=registered["registered_by"] if registered else None,
            stays=tuple(msgspec.convert(stay, Stay) for stay in stays),
            cases=tuple(msgspec.convert(_plain(case), FollowedCase) for case in cases),
        )
        return Located(
            pseudonyms=pseudonyms,
            may_also_be=await self._near(pseudonyms),
            known=known,
            stays=stays,
        )

    async def _one_person(self, person: PersonId) -> tuple[str, ...]:
        """Every pseudonym that was merged with this one, over however many steps (G9)."""
        merged = sa.select(sa.literal(str(person)).label("person")).cte("merged", recursive=True)
        pairs = _pairs("merged")
        merged = merged.union(
            sa.select(pairs.c.theirs).join_from(merged, pairs, pairs.c.ours == merged.c.person)
        )
        rows = await self._reads.all(sa.select(merged.c.person).order_by(merged.c.person))
        return tuple(row["person"] for row in rows)

    async def _near(self, pseudonyms: tuple[str, ...]) -> tuple[str, ...]:
        pairs = _pairs("near")
        select = sa.select(pairs.c.theirs).distinct().order_by(pairs.c.theirs)
        rows = await self._reads.all(
            select.where(pairs.c.ours.in_(pseudonyms), pairs.c.theirs.not_in(pseudonyms))
        )
        return tuple(row["theirs"] for row in rows)


def _pairs(likeness: str) -> sa.Subquery:
    """Pseudonyms that are alike in this way, each pair in both orders."""
    table = FOLLOWED_LIKENESSES.c
    orders = (
        sa.select(ours.label("ours"), theirs.label("theirs")).where(table.likeness == likeness)
        for ours, theirs in ((table.one, table.other), (table.other, table.one))
    )
    return sa.union_all(*orders).subquery()


def _shown(custodies: sa.FromClause, moment: Moment = NOW) -> sa.Select[Any]:
    """Custodies as they are read: who was missed at a headcount is not said to be in custody, but
    unaccounted for, since the first night missed and by the entry that says so (G14).
    """
    missed = sa.and_(COUNTS.c.custody == custodies.c.custody, within(COUNTS, moment))
    found_again = (
        sa.select(sa.func.max(COUNTS.c.night))
        .where(missed, sa.not_(COUNTS.c.missed))
        .scalar_subquery()
        .correlate(custodies)
    )
    since = (
        sa.select(COUNTS.c.night, COUNTS.c.entry)
        .where(missed, COUNTS.c.missed, custodies.c.unaccounted_night.is_not(None))
        .where(COUNTS.c.night > sa.func.coalesce(found_again, sa.literal(date.min, sa.Date)))
        .order_by(COUNTS.c.night)
        .limit(1)
        .lateral("since")
    )
    held = custodies.c.status == "in-custody"
    status = sa.case(
        (sa.and_(held, custodies.c.unaccounted_night.is_not(None)), "unaccounted"),
        else_=custodies.c.status,
    )
    columns = [
        status.label("status") if column.name == "status" else column for column in custodies.c
    ]
    return sa.select(
        *columns,
        since.c.night.label("unaccounted_since"),
        since.c.entry.label("unaccounted_entry"),
    ).select_from(custodies.outerjoin(since, sa.true()))


def _name_of(agreement: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The agreement of a version: `usa-slv-2025` of `usa-slv-2025@1`."""
    return sa.func.split_part(agreement, "@", 1)


def _custody_read_by(party: str, custodies: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a custody is one that this party reads."""
    if party == INDEPENDENT:
        return sa.true()
    its_own = sa.select(FACILITIES.c.facility).where(FACILITIES.c.country == party)
    return sa.or_(
        custodies.c.sending == party,
        custodies.c.receiving == party,
        custodies.c.facility.in_(its_own),
    )


def _facility_read_by(party: str, facilities: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a facility is one that this party reads: who sends there now may, whatever the
    moment.
    """
    if party == INDEPENDENT:
        return sa.true()
    sent_there = sa.select(_C.facility).where(_C.sending == party)
    return sa.or_(facilities.c.country == party, facilities.c.facility.in_(sent_there))


def _plain(row: sa.RowMapping) -> Row:
    return {str(name): value for name, value in row.items()}
