"""A new key-encryption key without a stop: every person's own key encrypted anew (docs/adr/0049).

Person by person, each in a statement of its own that changes a row only if it still is what was
read: who is registered, changed or erased meanwhile waits for nobody and is not undone. A run that
was killed goes on when it is started again, since what is under the current key stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.intake.tables import SEALED_PERSONS
from services.intake.vault import SealedPerson, Vault, VaultSealedOtherwise
from shared.database.engine import engine_at
from shared.database.errors import Unavailable
from shared.kernel.ids import PersonId

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


PAGE = 500
_ROW = SEALED_PERSONS.c


class Rotated(msgspec.Struct, frozen=True):
    """How many persons' keys were encrypted anew, and how many there are under each key now."""

    rewrapped: int
    under: dict[str, int]
    """By the name of the key-encryption key."""
    unopened: tuple[PersonId, ...] = ()
    """Whose key none of the vault's opens, or whose row is damaged: left as they are."""


async def rotate(
    url: str, vault: Vault, told: Callable[[int, int], None] = lambda _done, _of: None
) -> Rotated:
    """Encrypt every person's key in the database at `url` under the vault's current key; `told` how
    many are done, and of how many.

    Raises `Unavailable` when the database cannot be reached.
    """
    engine, done = engine_at(url), 0
    unopened: list[PersonId] = []
    try:
        count = await _count(engine, vault.key_id)
        after = PersonId("")
        while page := await page_under_others(engine, vault.key_id, after):
            async with engine.connect() as connection:
                done += await _rewrap(connection, vault, page, unopened)
            after = page[-1].person
            told(done, max(done, count))
        return Rotated(done, await _under(engine), tuple(unopened))
    except (OSError, DBAPIError) as error:
        raise Unavailable(f"{type(error).__name__}: what was done is kept") from error
    finally:
        await engine.dispose()


async def _count(engine: AsyncEngine, current: str) -> int:
    return sum(rows for key, rows in (await _under(engine)).items() if key != current)


async def _under(engine: AsyncEngine) -> dict[str, int]:
    by_key = sa.select(_ROW.key_encryption_key, sa.func.count()).group_by(_ROW.key_encryption_key)
    async with engine.connect() as connection:
        return {str(key): int(rows) for key, rows in await connection.execute(by_key)}


async def page_under_others(
    engine: AsyncEngine, current: str, after: PersonId
) -> list[SealedPerson]:
    """Those who are under another key, in the order of pseudonyms."""
    select = sa.select(SEALED_PERSONS).where(
        _ROW.key_encryption_key != current, _ROW.person > after
    )
    async with engine.connect() as connection:
        rows = await connection.execute(select.order_by(_ROW.person).limit(PAGE))
        return [SealedPerson(**row) for row in rows.mappings()]


async def _rewrap(
    connection: AsyncConnection,
    vault: Vault,
    page: Sequence[SealedPerson],
    unopened: list[PersonId],
) -> int:
    """Each row for itself, so that none waits for another; how many were as they had been read.
    Who cannot be opened is added to `unopened` and keeps nobody else back.
    """
    changed = 0
    for sealed in page:
        try:
            anew = vault.rewrapped(sealed)
        except VaultSealedOtherwise:
            unopened.append(sealed.person)
            continue
        same = sa.and_(_ROW.person == sealed.person, _ROW.sealed_key == sealed.sealed_key)
        update = sa.update(SEALED_PERSONS).where(same)
        values = {"key_encryption_key": anew.key_encryption_key, "sealed_key": anew.sealed_key}
        changed += (await connection.execute(update.values(values))).rowcount
        await connection.commit()
    return changed
