"""The one kind of dependency that endpoints have: quick, without I/O, called where it stands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


class Inline(ABC):
    """A dependency that a route calls itself: its `__call__` is an ordinary function.

    Its parameters are the request and query parameters; they appear in the OpenAPI document.
    """

    @abstractmethod
    def __call__(self, *given: Any, **named: Any) -> object:  # noqa: ANN401 - each has its own
        """What the endpoint is given."""
