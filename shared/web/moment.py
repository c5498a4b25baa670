"""The moment that a read is asked about: what was true (`?as_of=`), as recorded (`?known_at=`)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from shared.kernel.moment import Moment
from shared.web.inline import Inline
from shared.web.models import Instant

AsOf = Annotated[Instant, Query(description="What was true then, by the times of events")]
KnownAt = Annotated[Instant, Query(description="What had been recorded by then")]


class MomentAsked(Inline):
    """Dependency of a read's endpoint: reads `?as_of=&known_at=`; without them it is now."""

    def __call__(self, as_of: AsOf | None = None, known_at: KnownAt | None = None) -> Moment:
        """The moment that is asked about."""
        return Moment(as_of, known_at)


AskedMoment = Annotated[Moment, Depends(MomentAsked())]
"""`moment: AskedMoment`: an endpoint that answers as of any moment."""
