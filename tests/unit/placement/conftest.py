"""The fixtures of placement's unit tests."""

from tests.unit.placement.story import story

__all__ = ["story"]
