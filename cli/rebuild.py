"""`accord rebuild` derives a service's views from its own log again, and swaps them in."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.migrate import MIGRATION_URL, Service, owner_url, views_of
from cli.output import CouldNot, Json, Output, UsedWrongly, reporting
from shared.views.rebuild import RebuildFailed, Rebuilt
from shared.views.rebuild import rebuild as build_again


def rebuild(service: Service, *, as_json: Json = False) -> None:
    with reporting(as_json=as_json) as output:
        if service is Service.AUDIT:
            raise UsedWrongly("an audit node has no log of its own: what it holds is its mirror")
        url = owner_url(service, os.environ)
        with bar(output, f"{service}: views") as told:
            rebuilt = _rebuilt(service, url, told)
        resumed = f", going on after {rebuilt.resumed_from:,}" if rebuilt.resumed_from else ""
        output.result(
            {
                "rebuilt": service,
                "entries": rebuilt.entries,
                "resumed_from": rebuilt.resumed_from,
            },
            f"{service}: the views follow from {rebuilt.entries:,} entries{resumed}",
        )


def _rebuilt(service: Service, url: str, told: Callable[[int, int], None]) -> Rebuilt:
    try:
        return asyncio.run(build_again(url, views_of(service), told))
    except RebuildFailed as error:
        raise CouldNot(
            f"{service}'s views are as they were: {error}. The database must be up and migrated,"
            f" and {MIGRATION_URL} must name its owner"
        ) from error


@contextmanager
def bar(output: Output, what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while it happens; nothing of it in JSON."""
    if output.as_json:
        yield lambda _done, _of: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
