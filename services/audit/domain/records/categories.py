"""Of which category each pseudonym's person is, the latest of each aspect (G8)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from shared.contracts.agreement import Clause
from shared.contracts.category import CategoryDetermined
from shared.kernel.codes import ASPECT_OF, Aspect, Category
from shared.kernel.ids import PersonId


class Categories:
    """What was determined of everybody."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._of: dict[PersonId, dict[Aspect, CategoryDetermined]] = {}

    def last(self, person: PersonId, category: Category) -> CategoryDetermined | None:
        """What a pseudonym was said to be last, of the aspect that a category is of."""
        return self._of.get(person, {}).get(ASPECT_OF[category])

    def add(self, event: CategoryDetermined) -> None:
        """It counts from here."""
        self._of.setdefault(event.person, {})[ASPECT_OF[event.category]] = event

    def barred(
        self, persons: Collection[PersonId], clauses: Collection[Clause]
    ) -> Iterator[tuple[str, str]]:
        """Each clause that excludes one who has these pseudonyms, and what it excludes them by; who
        is not known to be outside a clause is within it.
        """
        known = [event for person in sorted(persons) for event in self._of.get(person, {}).values()]
        held = {event.category for event in known}
        aspects = {ASPECT_OF[category] for category in held}
        for clause in clauses:
            for category in clause.excludes:
                if category in held:
                    yield clause.clause, category
                elif ASPECT_OF[category] not in aspects:
                    yield clause.clause, f"{ASPECT_OF[category]} not determined"
