"""Which events a decision depends on: alternatives of "types any of … and tags all of …"."""

import msgspec

BROAD_TAGS = (
    "under-way",
    "agreement",
    "facility",
    "period",
    "line",
    "departed-on",
    "hold-nature",
    "hold-scope",
)
"""The kinds of tags that gather entries of many cases, the broadest first; every other kind is of
one case, person, journey or order. What an alternative is walked by when it is read follows from
this, and nothing else does.
"""


class Alternative(msgspec.Struct, frozen=True, gc=False):
    """Matches an event whose type is one of `types` and which carries every tag in `tags`."""

    types: frozenset[str]
    tags: frozenset[str]

    def __post_init__(self) -> None:
        """An alternative without a type or a tag would make a decision depend on the whole log."""
        if not self.types or not self.tags:
            message = "an alternative names at least one type and one tag"
            raise ValueError(message)

    @property
    def narrowest_first(self) -> list[str]:
        """Its tags, the one that fewest entries carry before the others."""
        return sorted(self.tags, key=_breadth)

    def matches(self, event_type: str, tags: frozenset[str]) -> bool:
        """Whether an event of this type with these tags is meant."""
        return event_type in self.types and self.tags <= tags


class Query(msgspec.Struct, frozen=True):
    """Matches an event that any of its alternatives matches."""

    alternatives: tuple[Alternative, ...]

    def matches(self, event_type: str, tags: frozenset[str]) -> bool:
        """Whether an event of this type with these tags is meant."""
        return any(alternative.matches(event_type, tags) for alternative in self.alternatives)


def _breadth(tag: str) -> tuple[int, str]:
    kind = tag.partition(":")[0]
    return (-BROAD_TAGS.index(kind) if kind in BROAD_TAGS else -len(BROAD_TAGS), tag)
