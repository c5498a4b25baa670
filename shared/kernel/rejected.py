"""Why a command was not carried out.

```
Rejected             a command that was not carried out; nothing else went wrong
├── RuleBroken       a rule of the domain or a clause of the agreement says no       (HTTP 422)
├── Conflict         what was asked contradicts what is already recorded             (HTTP 409)
├── NotAllowed       this party, office or subject may not ask for it                (HTTP 403)
└── Unknown          it names something that is not there                            (HTTP 404)
```
A leaf class is named after the rule that it breaks (`HoldStandsAgainstDeparture`); the name is its
stable code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.kernel.event import Event


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that stands in the way: the rule, what is missing or wrong, and what says so."""

    rule: str
    """`G3`, or the clause of the agreement."""
    missing: str
    """What would have to be there, or not be there, in words for the person who asked."""
    evidence: str | None = None
    """The subject or entry that says so, e.g. `hold/0199…`."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a rule said no, as it stands in an entry and in a problem document."""

    rule: str
    reason: str
    """Stable code: the name of the rule that was broken, e.g. `HoldStandsAgainstDeparture`."""
    detail: str
    findings: tuple[Finding, ...] = ()


class Rejected(Exception):
    """A command that was not carried out, and the event that records it where that matters."""

    RULE: ClassVar[str] = ""

    def __init__(
        self,
        detail: str,
        *,
        findings: tuple[Finding, ...] = (),
        rule: str = "",
    ) -> None:
        """Say what to do next in `detail`."""
        super().__init__(detail)
        self.detail = detail
        self.findings = findings
        self.rule = rule or self.RULE
        self.recorded: Event | None = None

    def on_record(self, event: Callable[[Refusal], Event]) -> Self:
        """Have the refusal recorded as the event made of it: who asked, and why it was refused."""
        self.recorded = event(self.refusal)
        return self

    @property
    def refusal(self) -> Refusal:
        """The refusal as a value, for the entry and for the problem document."""
        return Refusal(
            rule=self.rule,
            reason=type(self).__name__,
            detail=self.detail,
            findings=self.findings,
        )


class RuleBroken(Rejected):
    """A rule of the domain or a clause of the agreement says no."""


class Conflict(Rejected):
    """What was asked contradicts what is already recorded."""


class NotAllowed(Rejected):
    """This party, office or subject may not ask for it."""


class Unknown(Rejected):
    """It names something that is not there."""


class NotYet(Exception):
    """A reaction needs a fact that another log has and this one has not seen: wait and try again.

    Logs have no order between them. A follower stops before such an entry and takes it up again.
    """
