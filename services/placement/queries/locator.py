"""What the locator answers from: stays, and what is followed of persons and cases (G12)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from services.placement.domain.whereabouts import FollowedCase, KnownOf, Stay
from services.placement.queries.custody_shown import shown
from services.placement.queries.readable import Row, plain
from services.placement.tables import CUSTODIES
from services.placement.tables.followed import (
    FOLLOWED_CASES,
    FOLLOWED_LIKENESSES,
    FOLLOWED_PERSONS,
)
from shared.database.reads import Reads
from shared.kernel.ids import PersonId

_C = CUSTODIES.c


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
            plain(row)
            for row in await self._reads.all(
                shown(CUSTODIES).where(_C.person.in_(pseudonyms)).order_by(_C.custody.desc())
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
            cases=tuple(msgspec.convert(plain(case), FollowedCase) for case in cases),
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
