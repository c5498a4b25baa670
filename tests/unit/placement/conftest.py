"""The fixtures of placement's unit tests."""

from tests.unit.placement.fitness_told import held
from tests.unit.placement.story import story

__all__ = ["held", "story"]
