"""`accord audit verify`: every signature, entry, hash and root of a source."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from cli.audit.findings import GOOD, Audit
from cli.audit.render import Origins, SourceName, document, progress, shown
from cli.audit.source import Source
from cli.audit.source_audit import SourceAudit, audit_without_trust
from cli.audit.trust import PolicyWrong, Trust
from cli.output import Json, Output, UsedWrongly, reporting

LOCAL_NODE: Final = "http://127.0.0.1:8004"

PolicyFile = Annotated[
    Path | None, typer.Option("--policy", help="whose signatures count: your own copy of it")
]
From = Annotated[str, typer.Option("--from", help="a node's or a service's URL, or an export")]
ItsOwn = Annotated[
    bool, typer.Option("--its-policy", help="believe a node's own policy about who must sign")
]


def verify(
    source: SourceName,
    policy: PolicyFile = None,
    *,
    its_policy: ItsOwn = False,
    origin: Origins = None,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        with opened(source) as logs:
            audit = audited(logs, output, policy, its_policy=its_policy, only=origin or ())
        output.result(document(audit), *shown(audit))
        if audit.status != GOOD:
            raise typer.Exit(audit.status)


def audited(
    logs: Source, output: Output, policy: Path | None, *, its_policy: bool, only: Sequence[str]
) -> Audit:
    """The audit of a source under a policy."""
    try:
        trust = trusted(logs, policy, its_policy=its_policy)
    except PolicyWrong as error:
        return audit_without_trust(logs, error)
    check = SourceAudit(logs, trust, only)
    with progress(output, "verifying", check.size) as advance:
        return check.run(advance, with_rows=True)


def trusted(logs: Source, policy: Path | None, *, its_policy: bool) -> Trust:
    """The auditor's policy; an export's own is taken where none is given, a node's when told to."""
    if policy is not None:
        return Trust.given(policy)
    if logs.is_live and not its_policy:
        raise UsedWrongly(
            "name your copy of the policy with --policy FILE: it says who must have signed; "
            "or believe the node itself with --its-policy"
        )
    return Trust.of(logs)


@contextmanager
def opened(address: str) -> Iterator[Source]:
    """A source for as long as it is used."""
    source = _open_source(address)
    try:
        yield source
    finally:
        source.close()


def _open_source(address: str) -> Source:
    """The logs behind a URL or the path of a folder."""
    if urlsplit(address).scheme in ("http", "https"):
        from cli.audit.node import NodeSource  # noqa: PLC0415 - a folder needs no HTTP client

        return NodeSource(address)
    if Path(address).is_dir():
        from cli.audit.folder import FolderSource  # noqa: PLC0415 - and a node needs no folder

        return FolderSource(Path(address))
    raise UsedWrongly(f"{address} is neither a folder nor an http:// or https:// address")
