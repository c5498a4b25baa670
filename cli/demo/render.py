"""How the demo's result is shown: tables for people, one document for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from rich.table import Table

from cli.demo.proof import Node, Proof
from cli.demo.scenario import Story
from shared.kernel.money import Money

if TYPE_CHECKING:
    from rich.console import RenderableType


class End(msgspec.Struct, frozen=True):
    """How the demo ended: the story, and what both nodes prove of it."""

    story: Story
    proof: Proof

    @property
    def good(self) -> bool:
        """Whether everything is as it must be."""
        return self.proof.good


def document(end: End, broker: str) -> dict[str, Any]:
    """The result for a machine."""
    story = end.story
    return {
        "proposed": len(story.cases),
        "refused": msgspec.to_builtins(story.refused),
        "departed": len(story.departed),
        "custody": story.occupancy,
        "person_nights_attested": story.nights_attested,
        "unaccounted": story.unaccounted,
        "invoice": story.invoice,
        "statement": story.statement,
        "broker": broker,
        "audit": {"good": end.proof.good, **msgspec.to_builtins(end.proof)},
    }


def shown(end: End) -> list[RenderableType]:
    """The result for people."""
    return [
        _refused(end.story),
        _result(end.story),
        *map(_compared, end.proof.nodes),
        _proved(end.proof),
        *(f"{node.name}: {trouble}" for node in end.proof.nodes for trouble in node.trouble),
        _audited(end.proof),
    ]


def _refused(story: Story) -> Table:
    table = Table("who", "was refused", "rule", "because", title="Refused, on the ledger")
    table.add_column("entry", overflow="fold", min_width=len("accord.example/intake/0#1000"))
    for refusal in sorted(story.refused, key=lambda refused: refused.who):
        table.add_row(refusal.who, refusal.what, refusal.rule, refusal.reason, refusal.entry)
    return table


def _result(story: Story) -> Table:
    invoice, occupancy = story.invoice, story.occupancy
    evidence = sum(entries["last"] - entries["first"] + 1 for entries in _ranges(invoice))
    table = Table("what", "came of it", title="What happened")
    table.add_row("proposed", f"{len(story.cases)} persons (32 men, 11 women; all invented)")
    table.add_row("departed", f"{len(story.departed)}, each cleared, and at no time under a hold")
    table.add_row("in custody now", f"{occupancy['in_custody']} at {occupancy['facility']}")
    table.add_row(
        "places free", f"{occupancy['available']:,} of {occupancy['approved_capacity']:,}"
    )
    table.add_row("person-nights attested", f"{story.nights_attested:,}")
    table.add_row("not counted, not billed", "; ".join(story.unaccounted))
    table.add_row("invoice", f"{invoice['period']}, {invoice['status']}, {invoice['entry']}")
    table.add_row("  earned", str(_money(invoice["earned"])))
    table.add_row("  drawn from the grant", str(_money(invoice["drawn"])))
    table.add_row("  due", str(_money(invoice["due"])))
    table.add_row("  evidence", f"{len(invoice['lines'])} lines, {evidence:,} accrual entries")
    for component in story.statement["components"]:
        table.add_row(
            f"  of {component['component']}, unearned", str(_money(component["unearned"]))
        )
    return table


def _compared(node: Node) -> str:
    verdict = node.comparison
    if verdict.equal:
        entries = ", ".join(f"{origin} {count:,}" for origin, count in verdict.entries.items())
        return (
            f"replay by {node.party}: equal ({verdict.custodies} custodies and {verdict.lines} "
            f"invoice lines, rebuilt from {entries} entries)"
        )
    return f"replay by {node.party}: DIFFERENT: {verdict.difference}"


def _proved(proof: Proof) -> Table:
    nodes = proof.nodes
    table = Table(title="What each government proves")
    for column in ("what", *(node.party for node in nodes)):
        table.add_column(column, overflow="fold")
    table.add_row("entries, all final", *(f"{node.entries:,}" for node in nodes))
    table.add_row("audit verify", *(_word(good=node.verified) for node in nodes))
    table.add_row("audit replay", *(_word(good=node.replayed) for node in nodes))
    table.add_row("export, verified offline", *(_word(good=node.exported) for node in nodes))
    table.add_row("a copy with one bit changed", *(_named(node) for node in nodes))
    return table


def _named(node: Node) -> str:
    return f"refused, names\n{node.named}" if node.named else "NOT named"


def _word(*, good: bool) -> str:
    return "good" if good else "NOT good"


def _audited(proof: Proof) -> str:
    logs = ", ".join(f"{origin} {size:,}" for origin, size in proof.final.items())
    verdict = _word(good=proof.good)
    return f"audit: {verdict} (final, cosigned by both governments: {logs} entries)"


def _ranges(invoice: dict[str, Any]) -> list[dict[str, Any]]:
    return [span for line in invoice["lines"] for span in line["accruals"]]


def _money(value: object) -> Money:
    return msgspec.convert(value, Money)
