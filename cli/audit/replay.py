"""`accord audit replay`: what follows from the entries alone, and what does not."""

from collections.abc import Iterator
from typing import Any

import msgspec
import typer
from rich.console import RenderableType
from rich.table import Table

from cli.audit.causal_replay import Replayed, replayed
from cli.audit.findings import GOOD
from cli.audit.render import SourceName, document, progress, shown
from cli.audit.source_audit import SourceAudit
from cli.audit.trust import PartyKeys, agreement_keys
from cli.audit.verify import ItsOwn, PolicyFile, opened, trusted
from cli.output import FINDING, Json, reporting
from services.audit.domain.finding import Finding
from services.audit.domain.report import ReplayReport


def replay(
    source: SourceName,
    policy: PolicyFile = None,
    *,
    its_policy: ItsOwn = False,
    party_keys: PartyKeys = None,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        with opened(source) as logs:
            check = SourceAudit(logs, trusted(logs, policy, its_policy=its_policy))
            with progress(output, "replaying", check.size) as advance:
                keys = agreement_keys(party_keys)
                outcome = replayed(check, keys.fault, lambda _, entries: advance(len(entries)))
        output.result(told(outcome), *shown(outcome.audit), *retold(outcome))
        if outcome.status != GOOD:
            raise typer.Exit(outcome.status)


def told(outcome: Replayed) -> dict[str, Any]:
    """The replay for a machine."""
    return {
        "good": outcome.status == GOOD,
        "audit": document(outcome.audit),
        "findings": [
            {**msgspec.to_builtins(finding), "detail": finding.detail}
            for finding in outcome.findings
        ],
        "unchecked": msgspec.to_builtins(outcome.unchecked),
        "report": msgspec.to_builtins(outcome.report),
    }


def retold(outcome: Replayed) -> list[RenderableType]:
    """The replay for people."""
    lines = [_line(finding) for finding in outcome.findings] + [
        str(unchecked) for unchecked in outcome.unchecked
    ]
    return [_table(outcome.report), *lines, _verdict(outcome)]


def _line(finding: Finding) -> str:
    where = finding.origin if finding.index is None else f"{finding.origin}#{finding.index}"
    rule = f" ({finding.rule})" if finding.rule else ""
    return f"{finding.kind}{rule}: {where}, {finding.subject}: {finding.detail}"


def _verdict(outcome: Replayed) -> str:
    entries = sum(outcome.report.entries.values())
    if outcome.status == GOOD:
        return f"good: whatever was recorded follows from the {entries:,} entries"
    findings = len(outcome.audit.findings) + len(outcome.findings)
    unchecked = len(outcome.audit.unchecked) + len(outcome.unchecked)
    counted = f"{findings} findings, {unchecked} things not checked"
    return f"NOT good: {counted}" if outcome.status == FINDING else f"NOT checked: {counted}"


def _table(report: ReplayReport) -> Table:
    table = Table("what", "rebuilt from the entries alone", title="What was rebuilt")
    for name, value in _rows(report):
        table.add_row(name, value)
    return table


def _rows(report: ReplayReport) -> Iterator[tuple[str, str]]:
    yield from ((f"entries of {origin}", f"{count:,}") for origin, count in report.entries.items())
    yield "refused, on record", f"{report.refusals:,}"
    yield "agreements signed by both", f"{report.agreements:,}"
    yield "persons", f"{report.persons:,}"
    yield "cases open", f"{report.cases_open:,}"
    yield "cases transferred", f"{report.cases_transferred:,}"
    yield "cases withdrawn", f"{report.cases_withdrawn:,}"
    yield "departed", f"{report.departed:,}, {report.under_way:,} of them under way"
    yield "in custody", f"{report.in_custody:,}, {report.unaccounted:,} of them unaccounted for"
    for facility in report.occupancy:
        yield (
            f"  at {facility.facility}",
            f"{facility.in_custody:,} of {facility.approved:,} places",
        )
    yield "nights", f"{report.nights_accrued:,} charged, {report.nights_reversed:,} given back"
    for totals in report.invoices:
        yield (
            f"invoices in {totals.currency}",
            f"{totals.invoices:,}, {totals.certified:,} certified",
        )
        yield "  earned, drawn, due", f"{totals.earned}, {totals.drawn}, {totals.due}"
    for paid in report.prepayments:
        yield f"  of {paid.component}, unearned", f"{paid.unearned}"
    for currency, total in report.postings.items():
        yield f"all postings in {currency}", f"{total}"
