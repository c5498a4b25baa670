"""Whoever asks a store for a type gets entries of its earlier versions too, read as the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.upcasting import newest
from shared.database.row_changes import RowBatch
from shared.kernel.decider import on
from shared.kernel.event import tags_of
from shared.ledger.entry import decode
from shared.ledger.store import Ask, Batch, Head, Stored
from shared.transparency.merkle import leaf_hash
from tests.support.entries import foreign
from tests.support.judgments import entry_v1, judgment_v1
from tests.support.ledgers import ORIGIN

if TYPE_CHECKING:
    from shared.contracts.former import LegalBasisRecordedV1
    from shared.ledger.store import Store


async def written(store: Store, former: LegalBasisRecordedV1) -> None:
    """An entry that a process of an earlier version wrote."""
    recorded = foreign(0, former, ORIGIN)
    content = entry_v1(0, former, ORIGIN)
    head = Head(ORIGIN, 1, recorded.recorded_at)
    stored = Stored(recorded, content, leaf_hash(content))
    async with store.transaction() as transaction:
        await transaction.lock_head()
        await transaction.write(Batch([stored], [], [], RowBatch(), 0, head))


async def test_an_entry_of_an_earlier_version_is_found_and_read_as_the_newest(store: Store) -> None:
    former = judgment_v1()
    await written(store, former)
    asked = Ask(-1, (on(LegalBasisRecorded, case=former.case, person=former.person),), 10)
    ((found,),) = await store.read([asked])
    assert found.event == newest(former)
    assert found.tags == tags_of(former)
    (content,) = await store.entries(0, 10)
    assert b'"intake.LegalBasisRecorded.v1"' in content, "what was written stays as it was"
    assert decode(content).event == newest(former)
