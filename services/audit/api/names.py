"""What the reads of an audit node have in common: who may ask, and what is asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query

from shared.kernel.actor import INDEPENDENT, Actor
from shared.web.content.models import Instant
from shared.web.identity.caller import Caller, Reader, caller_from, reader
from shared.web.problems import Refused, problem

ORIGIN = "accord.example/intake/0"
Auditing = Annotated[Reader, Depends(reader("auditor", "court", "monitor"))]
Operating = Annotated[Reader, Depends(reader("auditor", "court", "monitor", "ops"))]
Ordering = Annotated[Caller, Depends(caller_from("auditor", "court", "monitor"))]
Origin = Annotated[str, Query(max_length=255, pattern=r"^[!-~]+$", examples=[ORIGIN])]
Identifier = Annotated[str, Query(max_length=200, pattern=r"^[!-~]+$")]
EventType = Annotated[
    str, Query(max_length=100, pattern=r"^[!-~]+$", examples=["hold.HoldAsserted.v1"])
]
When = Annotated[Instant, Query()]
ReplayPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{32}$", examples=["773885a613489e24ce2cf76199d6a423"])
]


def admit(actor: Actor, party: str) -> None:
    """Refuse (403) who is neither of the government whose node this is nor independent.

    What a node holds is of both states of every agreement: each asks its own.
    """
    if actor.party not in {party, INDEPENDENT}:
        detail = f"This node answers offices of {party} and independent ones: ask your own."
        raise Refused(problem(403, "NotThisGovernment", detail))
