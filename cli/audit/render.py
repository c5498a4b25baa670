"""How an audit is told: a table and lines for people, one document for machines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console, RenderableType
from rich.table import Table

from cli.audit.findings import GOOD, Audit
from cli.audit.unsigned import vouched
from cli.output import FINDING, Output

SourceName = Annotated[
    str, typer.Argument(metavar="SOURCE", help="a node's or a service's URL, or an export's folder")
]
Origins = Annotated[
    list[str] | None,
    typer.Option("--origin", help="only this log, not all of the policy; may be repeated"),
]
_SHORT = 8
_WIDEST = 10_000


def document(audit: Audit) -> dict[str, Any]:
    """The audit for a machine."""
    return {"good": audit.status == GOOD, **msgspec.to_builtins(audit)}


def shown(audit: Audit) -> list[RenderableType]:
    """The audit for people."""
    lines = [str(noted) for noted in (*audit.findings, *audit.unchecked)]
    lines += [f"warning: {warning}" for warning in audit.warnings]
    lines += [vouched(audit.unsigned)] if audit.unsigned else []
    return [_table(audit), *_cosigners(audit), f"policy: {audit.policy}", *lines, _verdict(audit)]


def _table(audit: Audit) -> Table:
    table = Table(title=f"Proved in {audit.source}", title_justify="left")
    for column in ("log", "entries", "root", "cosigned at, UTC", "by"):
        table.add_column(column, no_wrap=True)
    for log in audit.logs:
        at = log.cosigned_at and f"{datetime.fromisoformat(log.cosigned_at):%Y-%m-%d %H:%M}"
        by = f"{len(log.cosigned_by)}"
        table.add_row(log.origin, f"{log.size:,}", f"{log.root[:_SHORT]}…", at, by)
    # As wide as it must be: a name in pieces, or half of one, is no use to anybody.
    table.width = Console(width=_WIDEST).measure(table).maximum
    return table


def _cosigners(audit: Audit) -> list[str]:
    """Who has cosigned the logs, said once."""
    names = dict.fromkeys(name for log in audit.logs for name in log.cosigned_by)
    return [f"cosigned by: {', '.join(names)}"] if names else []


def _verdict(audit: Audit) -> str:
    if audit.status == GOOD:
        return f"good: all {sum(log.size for log in audit.logs):,} entries are proved"
    counted = f"{len(audit.findings)} findings, {len(audit.unchecked)} things not checked"
    return f"NOT good: {counted}" if audit.status == FINDING else f"NOT checked: {counted}"


@contextmanager
def progress(output: Output, what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while something long happens; nothing of it in JSON."""
    if output.as_json:
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - a machine sees no bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)
