"""The vault's index made again: everybody's keys as this code makes them (G9, docs/adr/0038).

Person by person, each in a transaction of its own: whoever registers meanwhile waits for nobody,
and a run that was stopped goes on when it is started again, since keys that are right stay. The
identities themselves, and the log, are only read.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.intake.domain.identity_match import Likeness, Likenesses
from services.intake.tables import IDENTITY_KEYS, METADATA, SEALED_PERSONS
from services.intake.vault import SealedPerson, Vault
from shared.contracts.identity import NearMatchFound, PersonsMerged, PersonsToldApart
from shared.database.engine import engine_at
from shared.database.errors import Unavailable
from shared.kernel.ids import PersonId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

PAGE = 500
LOOKS = 50
"""How often a person's keys are set when somebody like them is registered at the same moment."""
_TAGS = METADATA.tables["entry_tags"]
_SAID = tuple(event.TYPE for event in (NearMatchFound, PersonsMerged, PersonsToldApart))


class Reindexed(msgspec.Struct, frozen=True):
    """What was made: how many persons there are, and how many had other keys before."""

    persons: int
    changed: int
    alike: tuple[tuple[PersonId, PersonId], ...]
    """Who may be one person by the index, and the log says nothing of the two: neither of them
    directly nor that they are one by way of others.
    """


async def reindex(
    url: str, vault: Vault, told: Callable[[int, int], None] = lambda _done, _of: None
) -> Reindexed:
    """Make the index again in the database at `url`; `told` how many are done, and of how many.

    Raises `Unavailable` when the database cannot be reached, and `VaultSealedOtherwise` for a
    person who is sealed under another key.
    """
    engine = engine_at(url)
    try:
        persons = changed = 0
        async for page, count in _pages(engine):
            for sealed in page:
                keys = vault.keys(vault.open(sealed)[0]).every()
                changed += await _set(engine, sealed.person, keys)
            persons += len(page)
            told(persons, max(persons, count))
        async with engine.connect() as connection:
            return Reindexed(persons, changed, await _alike(connection))
    except (OSError, DBAPIError) as error:
        raise Unavailable(f"{type(error).__name__}: what was done is kept") from error
    finally:
        await engine.dispose()


async def _pages(engine: AsyncEngine) -> AsyncIterator[tuple[list[SealedPerson], int]]:
    """The vault's rows in the order of pseudonyms, and how many there are."""
    after = ""
    while True:
        select = sa.select(SEALED_PERSONS).where(SEALED_PERSONS.c.person > after)
        async with engine.connect() as connection:
            rows = await connection.execute(select.order_by(SEALED_PERSONS.c.person).limit(PAGE))
            page = [SealedPerson(**row) for row in rows.mappings()]
            count = await connection.scalar(sa.select(sa.func.count()).select_from(SEALED_PERSONS))
        if not page:
            return
        yield page, count or 0
        after = page[-1].person


async def _set(engine: AsyncEngine, person: PersonId, keys: Iterable[bytes]) -> bool:
    """Give a person exactly these keys; whether they had others. A place is taken by one only."""
    for _ in range(LOOKS):
        with suppress(IntegrityError):
            async with engine.begin() as connection:
                return await _changed(connection, person, frozenset(keys))
    raise Unavailable("many who are alike are registered at this moment: start again later")


async def _changed(connection: AsyncConnection, person: PersonId, keys: frozenset[bytes]) -> bool:
    index, sealed = IDENTITY_KEYS.c, SEALED_PERSONS.c.person
    held = sa.select(sealed).where(sealed == person).with_for_update(key_share=True, read=True)
    if await connection.scalar(held) is None:
        return False  # erased since the page was read
    select = sa.select(index.key).where(index.person == person)
    had = frozenset((await connection.execute(select)).scalars())
    if gone := had - keys:
        mine = sa.and_(index.person == person, index.key.in_(gone))
        await connection.execute(sa.delete(IDENTITY_KEYS).where(mine))
    for key in sorted(keys - had):
        last = sa.select(sa.func.max(index.place)).where(index.key == key).scalar_subquery()
        row = sa.select(sa.literal(person), sa.literal(key), sa.func.coalesce(last, -1) + 1)
        await connection.execute(
            sa.insert(IDENTITY_KEYS).from_select(["person", "key", "place"], row)
        )
    return had != keys


async def _alike(connection: AsyncConnection) -> tuple[tuple[PersonId, PersonId], ...]:
    """Two who share a key and are in no entry about who is who."""
    one, other = IDENTITY_KEYS.alias(), IDENTITY_KEYS.alias()
    of_one, of_other = _TAGS.alias(), _TAGS.alias()
    said = (
        sa.select(sa.literal(1))
        .where(of_one.c.type.in_(_SAID), of_one.c.type == of_other.c.type)
        .where(of_one.c.sequence == of_other.c.sequence)
        .where(of_one.c.tag == sa.literal("person:").concat(one.c.person))
        .where(of_other.c.tag == sa.literal("person:").concat(other.c.person))
        .correlate(one, other)
        .exists()
    )
    pairs = (
        sa.select(one.c.person, other.c.person)
        .distinct()
        .where(one.c.key == other.c.key, one.c.person < other.c.person, ~said)
        .order_by(one.c.person, other.c.person)
    )
    found = [(first, second) for first, second in await connection.execute(pairs)]
    known = await _merged(connection) if found else Likenesses()
    return tuple(pair for pair in found if pair[1] not in known.merged_with(pair[0]))


async def _merged(connection: AsyncConnection) -> Likenesses:
    """Who is one person by the log: every pair that was merged and not told apart since."""
    said = (PersonsMerged.TYPE, PersonsToldApart.TYPE)
    named = _TAGS.c.type.in_(said), _TAGS.c.tag.startswith("person:")
    persons = sa.func.array_agg(_TAGS.c.tag)
    entries = sa.select(_TAGS.c.type, persons).where(*named)
    by_entry = entries.group_by(_TAGS.c.sequence, _TAGS.c.type).order_by(_TAGS.c.sequence)
    merged: dict[frozenset[str], Likeness] = {}
    for kind, tags in await connection.execute(by_entry):
        person, other = (PersonId(tag.partition(":")[2]) for tag in sorted(tags))
        merged.pop(frozenset(tags), None)
        if kind == PersonsMerged.TYPE:
            merged[frozenset(tags)] = Likeness(person, other, "", merged=True)
    return Likenesses(tuple(merged.values()))
