"""After the story: what the services claim is put beside a replay in a separate process."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import msgspec

from cli.demo import offices
from cli.demo.replay import ClaimedLine, Claims, Verdict
from cli.demo.scenario import PERIOD
from cli.local.addresses import SERVICES
from shared.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cli.demo.scenario import Stage


@dataclass(frozen=True)
class Where:
    """Where the services answer, and where their topics are, if there is a Kafka."""

    urls: Mapping[str, str]
    bootstrap: str | None
    prefix: str
    policy: str
    """The file that names everybody's keys."""


async def compare(stage: Stage, where: Where) -> Verdict:
    """Let another process rebuild everything from the logs, and say whether it is the same."""
    claims = await _claims(stage, where)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli.demo.replay",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await child.communicate(msgspec.json.encode(claims))
    return msgspec.json.decode(said, type=Verdict)


async def _claims(stage: Stage, where: Where) -> Claims:
    sizes: dict[str, int] = {}
    async with httpx.AsyncClient(timeout=30) as http:
        for service in SERVICES:
            sizes[service] = (await http.get(f"{where.urls[service]}/v1/log")).json()["size"]
    invoice = stage.story.invoice
    return Claims(
        bootstrap=where.bootstrap,
        prefix=where.prefix,
        urls=dict(where.urls),
        policy=where.policy,
        sizes=sizes,
        custody=await _custodies(stage),
        period=PERIOD,
        earned=msgspec.convert(invoice["earned"], Money),
        lines=tuple(
            ClaimedLine(
                custody=line["custody"],
                component=line["component"],
                quantity=line["quantity"],
                amount=msgspec.convert(line["amount"], Money),
            )
            for line in invoice["lines"]
        ),
    )


async def _custodies(stage: Stage) -> dict[str, str]:
    found: dict[str, str] = {}
    after = ""
    while True:
        path = f"/v1/custodies?limit=500{after}"
        page = await stage.ask.read(offices.SV_REGISTRY, "placement", path)
        found.update({one["custody"]: one["status"] for one in page["items"]})
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"
