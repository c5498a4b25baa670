"""What needs somebody's attention now, each kind by its keys, one kind after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.placement.queries.custody_shown import shown
from services.placement.queries.lawful_ends import ending, with_several_ends
from services.placement.queries.onward_transfers import waiting_for_the_sender
from services.placement.queries.readable import (
    Row,
    custody_read_by,
    facility_named_read_by,
    facility_read_by,
    plain,
    stranger_read_by,
)
from services.placement.queries.returns import to_be_returned
from services.placement.tables import (
    AGREED_ZONES,
    CUSTODIES,
    FACILITIES,
    FACILITY_SUSPENSIONS,
    INCIDENT_NOTICES,
    INCIDENTS,
    OVERDUE_HEADCOUNTS,
    REFUSED_PLACES,
    UNKNOWN_PERSONS,
)
from services.placement.tables.followed import FOLLOWED_CASES
from shared.database.reads import Reads
from shared.kernel.reference.timezones import RENAMED

_C = CUSTODIES.c
_O = OVERDUE_HEADCOUNTS.c
_R = REFUSED_PLACES.c
_Z = AGREED_ZONES.c
_N = INCIDENT_NOTICES.c
_S = FACILITY_SUSPENSIONS.c
_U = UNKNOWN_PERSONS.c
SUSPENSION_KEYS, UNKNOWN_KEYS = "suspension/", "unknown/"
HEADCOUNT_KEYS, INCIDENT_KEYS, PLACE_KEYS, ZONE_KEYS = "headcount/", "incident/", "place/", "zone/"
"""What the keys of those begin with that come after every custody's id, which is a UUID."""
_OVER = ("withdrawn", "declined", "arrival-refused", "transferred", "returned")
"""Stages of a case that needs no place any more."""


class ExceptionReads:
    """Custodies, nights, places and zones that somebody has to see to."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def exceptions(self, party: str, after: str, limit: int) -> Sequence[Row]:
        """Custodies with a person unaccounted for or with one signature, by their ids, then
        facilities that are silent about a night, by `headcount/<facility>/<night>`, incidents that
        an office has not acknowledged, by `incident/<incident>/<party>/<office>`, persons whose
        lawful end is near, past or not said, by `lawful-end/<custody>`, whom the sending state is
        asked to let be sent on, by `onward/<custody>`, for whom no place could be
        held, by `place/<custody>`, whose return is ordered, by `return/<custody>`, about whose end
        decisions disagree, by `sources/<custody>`, what suspends a facility, by
        `suspension/<facility>/<ground>/<word>`, who was counted and is unknown, by
        `unknown/<facility>/<night>/<counted>`, and facilities in another time zone than the
        agreed one, by `zone/<facility>/<agreement>`. Each says its `kind`.
        """
        rows: list[Row] = []
        for select, key in (
            _custodies(party),
            _silent_facilities(party),
            _not_acknowledged(party),
            ending(party),
            waiting_for_the_sender(party),
            _without_a_place(party),
            to_be_returned(party),
            with_several_ends(party),
            _suspended_facilities(party),
            _unknown(party),
            _in_another_zone(party),
        ):
            if len(rows) < limit:
                page = select.where(key > after).order_by(key).limit(limit - len(rows))
                rows += [plain(row) for row in await self._reads.all(page)]
        return rows


Keyed = tuple[sa.Select[Any], sa.ColumnElement[str]]
"""Exceptions of one kind, and what they are listed by."""


def _custodies(party: str) -> Keyed:
    offered = _C.status == "handover-pending"
    waiting = sa.or_(_C.unaccounted_night.is_not(None), offered)
    kind = sa.case((offered, "handover-pending"), else_="person-unaccounted").label("kind")
    select = shown(CUSTODIES).add_columns(kind)
    return select.where(waiting, custody_read_by(party, CUSTODIES)), _C.custody


def _silent_facilities(party: str) -> Keyed:
    night = sa.cast(_O.night, sa.Text)
    key = sa.literal(HEADCOUNT_KEYS).concat(_O.facility).concat("/").concat(night)
    select = (
        sa.select(OVERDUE_HEADCOUNTS, _kind("headcount-overdue"))
        .join(FACILITIES, FACILITIES.c.facility == _O.facility)
        .where(sa.not_(_O.attested), facility_read_by(party, FACILITIES))
    )
    return select, key


def _not_acknowledged(party: str) -> Keyed:
    """Until the office that an incident has to reach says that it has (G18)."""
    key = sa.literal(INCIDENT_KEYS).concat(_N.incident).concat("/").concat(_N.party)
    select = (
        sa.select(
            *(column for column in INCIDENTS.c if column.name != "kind"),
            INCIDENTS.c.kind.label("incident_kind"),
            _N.party,
            _N.office,
            _N.due_at,
            _N.overdue,
            _kind("incident-unacknowledged"),
        )
        .join(INCIDENTS, INCIDENTS.c.incident == _N.incident)
        .join(CUSTODIES, _C.custody == INCIDENTS.c.custody)
        .where(_N.acknowledged_by.is_(None), custody_read_by(party, CUSTODIES))
    )
    return select, key.concat("/").concat(_N.office)


def _without_a_place(party: str) -> Keyed:
    """Until a place is held, the person is handed over, or the case is over."""
    over = sa.select(FOLLOWED_CASES.c.case).where(
        FOLLOWED_CASES.c.case == _R.custody, FOLLOWED_CASES.c.stage.in_(_OVER)
    )
    select = sa.select(REFUSED_PLACES, _kind("place-refused")).where(
        _R.waits, sa.not_(over.exists()), custody_read_by(party, REFUSED_PLACES)
    )
    return select, sa.literal(PLACE_KEYS).concat(_R.custody)


def _suspended_facilities(party: str) -> Keyed:
    """Until the monitor reports, or whoever suspended it takes that back (G17)."""
    key = sa.literal(SUSPENSION_KEYS).concat(_S.facility).concat("/").concat(_S.ground)
    select = sa.select(FACILITY_SUSPENSIONS, _kind("facility-suspended")).where(
        _S.stands, facility_named_read_by(party, _S.facility)
    )
    return select, key.concat("/").concat(_S.word)


def _unknown(party: str) -> Keyed:
    """Until another subject says who that was (D3)."""
    night = sa.cast(_U.night, sa.Text)
    key = sa.literal(UNKNOWN_KEYS).concat(_U.facility).concat("/").concat(night)
    select = sa.select(UNKNOWN_PERSONS, _kind("unknown-person-counted")).where(
        _U.settled_by.is_(None), stranger_read_by(party, _U.facility, _U.counted)
    )
    return select, key.concat("/").concat(_U.counted)


def _in_another_zone(party: str) -> Keyed:
    today = sa.cast(sa.func.timezone("UTC", sa.func.now()), sa.Date)
    binds_first = (sa.func.greatest(_Z.begins, today), _Z.version.desc())
    order = sa.func.row_number().over(
        partition_by=(_Z.facility, _Z.agreement), order_by=binds_first
    )
    versions = sa.select(AGREED_ZONES, order.label("order")).subquery()
    agreed, registered = versions.c, FACILITIES.c.timezone
    key = sa.literal(ZONE_KEYS).concat(agreed.facility).concat("/").concat(agreed.agreement)
    select = (
        sa.select(
            agreed.facility,
            agreed.agreement,
            registered,
            agreed.timezone.label("agreed_timezone"),
            agreed.entry,
            _kind("facility-in-another-zone"),
        )
        .join(FACILITIES, FACILITIES.c.facility == agreed.facility)
        .where(agreed.order == 1, _zone_of(registered) != _zone_of(agreed.timezone))
        .where(facility_read_by(party, FACILITIES))
    )
    return select, key


def _kind(name: str) -> sa.Label[str]:
    return sa.literal(name).label("kind")


def _zone_of(name: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The zone that a name leads to, as decisions compare them (F10)."""
    return sa.case(RENAMED, value=name, else_=name)
