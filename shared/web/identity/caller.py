"""What an endpoint is given about the one who asks: `Caller` for commands, `Reader` for reads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

import msgspec
from fastapi import Query, Request

from shared.kernel.actor import Actor
from shared.kernel.codes import Office
from shared.kernel.ids import AgreementRef, EntryRef
from shared.ledger.recorded import Idempotency, Provenance
from shared.telemetry.trace import Trace
from shared.web.endpoint_call import Inline

CALLER_KEY = "accord.caller"
TRIAL_KEY = "accord.trial"
TRACE_KEY = "accord.trace"
MAX_BODY_BYTES = 1 << 20
"""Of a request whose route does not say otherwise."""
DryRun = Annotated[
    bool, Query(alias="dry-run", description="Answer what would happen, and record nothing")
]


class Reader(msgspec.Struct, frozen=True):
    """One who reads, and when."""

    actor: Actor
    now: datetime
    if_none_match: str | None = None


class Caller(msgspec.Struct, frozen=True):
    """One who asks for a command to be carried out, and when, and under which key."""

    actor: Actor
    now: datetime
    idempotency: Idempotency
    trace: Trace

    def provenance(
        self,
        *,
        time: datetime | None = None,
        correlation: str | None = None,
        causation: EntryRef | None = None,
        agreement: AgreementRef | None = None,
    ) -> Provenance:
        """What the entries will say of this request.

        `time` is when it happened in the world, if not now; `correlation` names all that follows.
        """
        return Provenance(
            actor=self.actor,
            time=time or self.now,
            correlation=correlation or self.trace.trace_id,
            causation=causation,
            traceparent=self.trace.traceparent,
            agreement=agreement,
        )


class How(msgspec.Struct, frozen=True):
    """How a command may be asked for: with room of its own, many at once, in how long a body."""

    urgent: bool
    batch: bool
    longest_body: int


class CallerFrom(Inline):
    """Dependency of a command's endpoint: these offices may ask, whichever party they belong to.

    The offices are checked before the body is read; the dependency then hands over what was found.
    """

    def __init__(self, offices: frozenset[str], how: How, decided: str = "") -> None:
        """Admit these offices; none named means every office.

        Where the decision says which offices may, `decided` says it to readers of the document.
        """
        self.offices = offices
        self.how = how
        self.decided = decided

    def __call__(self, request: Request) -> Caller:
        """The one who asks."""
        return cast("Caller", request.scope[CALLER_KEY])


class CallerOnTrial(CallerFrom):
    """The same of a command that may also be tried."""

    def __call__(self, request: Request, *, dry_run: DryRun = False) -> Caller:
        """The one who asks, and whether only to see what would happen."""
        caller = super().__call__(request)
        if not dry_run:
            return caller
        request.scope[TRIAL_KEY] = True
        on_trial = msgspec.structs.replace(caller.idempotency, on_trial=True)
        return msgspec.structs.replace(caller, idempotency=on_trial)


class ReadBy(Inline):
    """Dependency of a read's endpoint: these offices may read."""

    def __init__(self, offices: frozenset[str]) -> None:
        """Admit these offices; none named means every office."""
        self.offices = offices

    def __call__(self, request: Request) -> Reader:
        """The one who reads."""
        return cast("Reader", request.scope[CALLER_KEY])


def caller_from(
    *offices: Office,
    urgent: bool = False,
    decided: str = "",
    batch: bool = False,
    dry_run: bool = False,
    longest_body: int = MAX_BODY_BYTES,
) -> CallerFrom:
    """`Annotated[Caller, Depends(caller_from("court"))]`; every office when none is named.

    An `urgent` command is still taken when others are refused because of load. One with `batch` may
    be asked for many at once, at its address with `:batch`. One with `dry_run` may be tried
    (`?dry-run=true`): not one whose refusal or outcome tells what a read would put on record.
    """
    kind = CallerOnTrial if dry_run else CallerFrom
    return kind(frozenset(offices), How(urgent, batch, longest_body), decided)


def reader(*offices: Office) -> ReadBy:
    """`Annotated[Reader, Depends(reader())]`; every office when none is named."""
    return ReadBy(frozenset(offices))
