"""`Prefer: wait=final`: a command's answer when both governments have cosigned, if they do."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

import msgspec
from starlette.responses import Response

from shared.ledger.errors import RefusedOnRecord
from shared.ledger.recorded import Receipt
from shared.sealing.finality import Finality
from shared.web.request_checks import Headers
from shared.web.responses import CommandAnswer

FINALITY_KEY = "accord.finality"


def waits_for_final(headers: Headers) -> bool:
    """Whether the client prefers to wait (RFC 7240); preferences that are not known are ignored."""
    preferred = headers.get(b"prefer", b"").decode("latin-1").lower().split(",")
    return any(
        preference.partition(";")[0].replace(" ", "") == "wait=final" for preference in preferred
    )


async def when_final(finality: Finality, answering: Awaitable[Response]) -> Response:
    """The answer with receipts that say how far their entries have come meanwhile.

    The entries are recorded whatever happens here: waiting never makes a command fail.
    """
    try:
        response = await answering
    except RefusedOnRecord as refused:
        (receipt,) = await _followed(finality, [refused.receipt])
        raise RefusedOnRecord(refused.refusal, receipt, refused.event) from refused
    if not isinstance(response, CommandAnswer):
        return response
    return response.with_receipts(await _followed(finality, response.receipts))


async def _followed(finality: Finality, receipts: Sequence[Receipt]) -> list[Receipt]:
    await finality.until_final(max(receipt.sequence for receipt in receipts))
    return [
        msgspec.structs.replace(receipt, status=await finality.status_of(receipt.sequence))
        for receipt in receipts
    ]
