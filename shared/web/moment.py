"""The moment that a read is asked about: what was true (`?as_of=`), as recorded (`?known_at=`)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Query, Request

from shared.kernel.clock import has_happened
from shared.kernel.moment import Moment
from shared.web.content.malformed import malformed
from shared.web.content.models import Instant
from shared.web.endpoint_call import Inline
from shared.web.identity.caller import CALLER_KEY, Reader
from shared.web.problems import finding

AsOf = Annotated[Instant, Query(description="What was true then, by the times of events")]
KnownAt = Annotated[Instant, Query(description="What had been recorded by then")]


class MomentAsked(Inline):
    """Dependency of a read's endpoint: reads `?as_of=&known_at=`; without them it is now."""

    def __call__(
        self, request: Request, as_of: AsOf | None = None, known_at: KnownAt | None = None
    ) -> Moment:
        """The moment that is asked about; refused (400) for one that has not come."""
        now = cast("Reader", request.scope[CALLER_KEY]).now
        refuse_future(now, as_of=as_of, known_at=known_at)
        return Moment(as_of, known_at)


def refuse_future(now: datetime, **moments: datetime | None) -> None:
    """Refuse (400) parameters with an instant that has not come: nothing is known of it yet."""
    future = [name for name, at in moments.items() if at and not has_happened(at, now)]
    if future:
        raise malformed(
            "Nothing is known of the future: ask about a moment that has passed, or leave it out.",
            (finding("future", "not yet", path=f"query.{name}") for name in future),
        )


AskedMoment = Annotated[Moment, Depends(MomentAsked())]
"""`moment: AskedMoment`: an endpoint that answers as of any moment."""
