"""What the services claim, put beside what a government's own replay comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from shared.contracts.catalog import EVENT_TYPES
from shared.contracts.placement import CustodyEnded
from shared.kernel.money import Money, total

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cli.demo.claims import Claims
    from services.audit.domain.report import ReplayReport
    from services.audit.domain.report_details import CustodyTotals


class Verdict(msgspec.Struct, frozen=True):
    """What came of the comparison; `difference` names the first one."""

    equal: bool
    entries: dict[str, int]
    """How many of each log were replayed, by its origin."""
    custodies: int
    lines: int
    difference: str | None = None


class _Line(msgspec.Struct, frozen=True):
    """Units and money of one custody under one component."""

    quantity: int
    amount: Money


def compared(claims: Claims, report: ReplayReport) -> Verdict:
    """Whether a detailed report says of each custody and each line what the services say."""
    first = next(differences(claims, report), None)
    return Verdict(
        equal=first is None,
        entries=report.entries,
        custodies=len(report.custodies),
        lines=len(_replayed_lines(claims.period, report)),
        difference=first,
    )


def differences(claims: Claims, report: ReplayReport) -> Iterator[str]:
    """Whatever the services say otherwise, one after another."""
    replayed: dict[str, str] = {custody.custody: _status(custody) for custody in report.custodies}
    yield from _between("custody", claims.custodies, replayed)
    lines = _replayed_lines(claims.period, report)
    claimed = {
        f"of {line.component} for {line.custody}": _Line(line.quantity, line.amount)
        for line in claims.lines
    }
    yield from _between("line", claimed, lines)
    earned = total((line.amount for line in lines.values()), claims.earned.currency)
    if earned != claims.earned:
        yield f"earned in {claims.period}: replayed {earned}, claimed {claims.earned}"


def _status(custody: CustodyTotals) -> str:
    """What placement calls this state."""
    if custody.exit is None:
        return custody.state
    return cast("type[CustodyEnded]", EVENT_TYPES[custody.exit]).EXIT


def _replayed_lines(period: str, report: ReplayReport) -> dict[str, _Line]:
    return {
        f"of {line.component} for {line.custody}": _Line(line.quantity, line.amount)
        for line in report.invoice_lines
        if line.period == period
    }


def _between(
    what: str, claimed: Mapping[str, object], replayed: Mapping[str, object]
) -> Iterator[str]:
    for name in sorted(claimed.keys() | replayed.keys()):
        if claimed.get(name) != replayed.get(name):
            yield (
                f"{what} {name}: replayed {replayed.get(name, 'not there')}, "
                f"claimed {claimed.get(name, 'not there')}"
            )
