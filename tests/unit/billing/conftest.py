"""The fixtures of billing's unit tests."""

from tests.unit.billing.story import story

__all__ = ["story"]
