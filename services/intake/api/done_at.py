"""When something was done that is told later: a term is looked at on that day (D4)."""

from __future__ import annotations

from pydantic import ConfigDict

from shared.web.content.models import Instant, RequestModel


class DoneAt(RequestModel):
    """When it was done, if not now."""

    model_config = ConfigDict(json_schema_extra={"example": {"done_at": "2025-03-16T01:30:00Z"}})
    done_at: Instant | None = None


JUST_NOW = DoneAt()
"""What a request without a body says."""
