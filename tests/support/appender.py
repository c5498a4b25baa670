"""A process that reserves places in a database's log, all at once, and prints how many it got."""

import asyncio
import sys

from shared.kernel.ids import FacilityId
from shared.ledger.machine import SystemClock
from shared.ledger.postgres import PostgresStore
from shared.ledger.runner import CommandRunner
from shared.ledger.work import Outcome
from tests.support.ledgers import RESERVE, Reserve, provenance, reservation_rows

LIMIT = 200


async def append(url: str, count: int) -> int:
    """Ask for `count` of the facility's 200 places at once."""
    store = await PostgresStore.connect(url)
    runner = CommandRunner(store, SystemClock(), reservation_rows)
    await runner.start()
    command = [Reserve(FacilityId("cecot"), limit=LIMIT) for _ in range(count)]
    results = await asyncio.gather(
        *(runner.run(RESERVE, reserve, provenance()) for reserve in command), return_exceptions=True
    )
    await runner.stop()
    await store.close()
    return sum(isinstance(result, Outcome) for result in results)


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(append(sys.argv[1], int(sys.argv[2])))))
