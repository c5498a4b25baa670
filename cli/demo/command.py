"""`accord demo`: the main job on a stack of its own; the exit status tells the truth."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.demo import custody, journey, proposals
from cli.demo.agencies import Agencies, Unanswered
from cli.demo.claims import claimed
from cli.demo.proof import prove
from cli.demo.render import End, document, shown
from cli.demo.scenario import Stage
from cli.local.stack import LocalStack
from cli.output import FINDING, CouldNot, Json, reporting
from shared.ledger.machine import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.demo.claims import Claims
    from cli.demo.scenario import Story

AGREEMENTS: Final = Path(__file__).parents[2] / "agreements"


def demo(
    *,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the stack's folder when it is done.")
    ] = False,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        with LocalStack(None, ports="free", keep=keep, say=output.say) as stack:
            end = asyncio.run(whole(stack, output.say))
            broker = stack.kafka_bootstrap or "memory"
            output.result(document(end, broker), *shown(end))
            if keep:
                output.say(f"kept: {stack.folder.root}")
        if not end.good:
            raise typer.Exit(FINDING)


async def whole(stack: LocalStack, say: Callable[[str], None]) -> End:
    """The story, and what both governments can prove of it."""
    story, claims = await play(stack, say)
    return End(story, await prove(stack, claims, say))


async def play(stack: LocalStack, say: Callable[[str], None]) -> tuple[Story, Claims]:
    """Every act, and what the services say of it.

    Raises `CouldNot` when a service does not do its part.
    """
    ask = Agencies(stack.urls, stack.token, new_id())
    stage = Stage(ask, say)
    try:
        await proposals.sign(stage, AGREEMENTS, stack.folder.keys)
        await proposals.open_facility(stage)
        await custody.prepay(stage)
        await proposals.propose(stage)
        await proposals.clear(stage)
        await journey.manifest(stage)
        await journey.fly(stage)
        await custody.take(stage)
        await custody.count(stage)
        await custody.charge(stage)
        return stage.story, await claimed(stage)
    except Unanswered as error:
        raise CouldNot(f"{error}; the services' logs are in {stack.log}") from error
    finally:
        await ask.close()
