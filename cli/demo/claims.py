"""What the services say over HTTP at the end: where everybody is, and what is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from cli.demo import offices
from cli.demo.scenario import PERIOD
from shared.kernel.money import Money

if TYPE_CHECKING:
    from cli.demo.scenario import Stage

PAGE = 500


class ClaimedLine(msgspec.Struct, frozen=True):
    """A line of the invoice as billing shows it."""

    custody: str
    component: str
    quantity: int
    amount: Money


class Claims(msgspec.Struct, frozen=True):
    """What a replay must come to, if the services tell the truth."""

    custodies: dict[str, str]
    """The status of each custody, as placement shows it."""
    period: str
    """The invoiced month, `yyyy-mm`."""
    earned: Money
    lines: tuple[ClaimedLine, ...]


async def claimed(stage: Stage) -> Claims:
    """Ask placement and billing. Raises `Unanswered` when one does not answer."""
    invoice = stage.story.invoice
    return Claims(
        custodies=await _custodies(stage),
        period=PERIOD,
        earned=msgspec.convert(invoice["earned"], Money),
        lines=msgspec.convert(invoice["lines"], tuple[ClaimedLine, ...]),
    )


async def _custodies(stage: Stage) -> dict[str, str]:
    statuses: dict[str, str] = {}
    after = ""
    while True:
        path = f"/v1/custodies?limit={PAGE}{after}"
        page = await stage.ask.read(offices.SV_REGISTRY, "placement", path)
        statuses.update({custody["custody"]: custody["status"] for custody in page["items"]})
        if page["next"] is None:
            return statuses
        after = f"&after={page['next']}"
