"""`accord audit causes`: what a service did because of another log, and that log has not signed."""

from collections.abc import Iterator
from typing import Any

import msgspec
import typer
from rich.console import RenderableType

from cli.audit.causal_replay import Replayed, replayed
from cli.audit.render import SourceName, document, progress, shown
from cli.audit.source_audit import SourceAudit
from cli.audit.verify import ItsOwn, PolicyFile, opened, trusted
from cli.output import COULD_NOT, FINDING, Json, reporting
from services.audit.domain.finding import Finding
from shared.transparency.agreement_keys import AgreementKeys


class Effect(msgspec.Struct, frozen=True):
    """What is read of an entry: its type, and the foreign entry that it names as its cause."""

    type: str
    causation: str | None = None


class Effects:
    """Every entry of a source that names a cause, by log and index."""

    def __init__(self) -> None:
        """Begin with none."""
        self._sizes: dict[str, int] = {}
        self.known: dict[tuple[str, int], Effect] = {}

    def take(self, origin: str, entries: list[bytes]) -> None:
        """The next entries of a log, in order."""
        first = self._sizes.get(origin, 0)
        for index, entry in enumerate(entries, first):
            try:
                effect = msgspec.json.decode(entry, type=Effect)
            except msgspec.DecodeError:
                continue  # the replay says of it that it cannot be read
            if effect.causation is not None:
                self.known[origin, index] = effect
        self._sizes[origin] = first + len(entries)

    def unproved(self, findings: tuple[Finding, ...]) -> Iterator[tuple[Effect, Finding]]:
        """Those about which something was found: they do not follow from their cause."""
        for finding in findings:
            effect = self.known.get(
                (finding.origin, -1 if finding.index is None else finding.index)
            )
            if effect is not None:
                yield effect, finding


def causes(
    source: SourceName,
    policy: PolicyFile = None,
    *,
    its_policy: ItsOwn = False,
    as_json: Json = False,
) -> None:
    with reporting(as_json=as_json) as output:
        effects = Effects()
        with opened(source) as logs:
            check = SourceAudit(logs, trusted(logs, policy, its_policy=its_policy))
            with progress(output, "replaying", check.size) as advance:

                def taken(origin: str, entries: list[bytes]) -> None:
                    effects.take(origin, entries)
                    advance(len(entries))

                outcome = replayed(check, AgreementKeys().fault, taken)
        wrong = [_told(*pair) for pair in effects.unproved(outcome.findings)]
        status = _status(outcome, wrong)
        summary = {"good": not status, "effects": len(effects.known), "unproved": wrong}
        output.result({**summary, **_rest(outcome)}, *_lines(outcome, summary))
        if status:
            raise typer.Exit(status)


def _rest(outcome: Replayed) -> dict[str, Any]:
    unchecked = msgspec.to_builtins(outcome.unchecked)
    return {"unchecked": unchecked, "audit": document(outcome.audit)}


def _lines(outcome: Replayed, summary: dict[str, Any]) -> Iterator[RenderableType]:
    yield from shown(outcome.audit)
    for effect in summary["unproved"]:
        entry = f"{effect['entry']} ({effect['type']})"
        yield f"{entry}, because of {effect['cause']}: {effect['found']}"
    yield from map(str, outcome.unchecked)
    wrong = len({effect["entry"] for effect in summary["unproved"]})
    yield f"{summary['effects']:,} entries name a cause; {wrong:,} do not follow from it"


def _told(effect: Effect, finding: Finding) -> dict[str, Any]:
    return {
        "entry": f"{finding.origin}#{finding.index}",
        "type": effect.type,
        "cause": effect.causation,
        "rule": finding.rule,
        "found": finding.detail,
    }


def _status(outcome: Replayed, wrong: list[dict[str, Any]]) -> int:
    """Could not check is never good, and a finding of another kind is the replay's to say."""
    if wrong or outcome.audit.status == FINDING:
        return FINDING
    return COULD_NOT if outcome.audit.status or outcome.unchecked else 0
