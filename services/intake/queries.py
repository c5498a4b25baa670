"""The SQL behind intake's reads: the lists of cases and manifests, and the vault's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from services.intake.tables import CASES, IDENTITY_KEYS, MANIFESTS, SEALED_PERSONS
from services.intake.vault import IndexedPerson, SealedPerson
from shared.database.reads import Reads
from shared.kernel.actor import INDEPENDENT
from shared.kernel.ids import PersonId
from shared.kernel.moment import NOW, Moment
from shared.views.history import at

Row = Mapping[str, object]


class IntakeQueries:
    """Intake's reads. Raises `Unavailable` when the database cannot be reached."""

    def __init__(self, reads: Reads) -> None:
        """Read through `reads`."""
        self._reads = reads

    async def cases(
        self, party: str, after: str | None, limit: int, moment: Moment = NOW
    ) -> Sequence[Row]:
        """Cases that a party sends or receives, by id; an independent office sees all of them."""
        cases = at(CASES, moment)
        rows = await self._reads.all(_page(cases, cases.c.case, party, after, limit))
        return [dict(row) for row in rows]

    async def has_case(self, party: str, person: str) -> bool:
        """Whether a party sends or receives this person, or did."""
        its_own = sa.or_(CASES.c.sending == party, CASES.c.receiving == party)
        select = sa.select(CASES.c.case).where(CASES.c.person == person, its_own).limit(1)
        return await self._reads.first(select) is not None

    async def manifests(self, party: str, after: str | None, limit: int) -> Sequence[Row]:
        """Manifests of a party's journeys, by id; an independent office sees all of them."""
        rows = await self._reads.all(_page(MANIFESTS, MANIFESTS.c.manifest, party, after, limit))
        return [dict(row) for row in rows]

    async def sealed_person(self, person: PersonId) -> SealedPerson | None:
        """The vault's row for a person, if there is one."""
        select = sa.select(SEALED_PERSONS).where(SEALED_PERSONS.c.person == person)
        row = await self._reads.first(select)
        return SealedPerson(**row) if row else None

    async def registered_with(self, keys: Sequence[bytes]) -> list[IndexedPerson]:
        """Who was registered with any of these keys, in the order of registration."""
        select = sa.select(IDENTITY_KEYS).where(IDENTITY_KEYS.c.key.in_(keys))
        rows = await self._reads.all(select.order_by(IDENTITY_KEYS.c.place))
        return [IndexedPerson(**row) for row in rows]


def _page(
    table: sa.FromClause, key: sa.ColumnElement[str], party: str, after: str | None, limit: int
) -> sa.Select[tuple[object, ...]]:
    select = sa.select(table).order_by(key).limit(limit)
    if party != INDEPENDENT:
        select = select.where(sa.or_(table.c.sending == party, table.c.receiving == party))
    return select if after is None else select.where(key > after)
