"""Everything that is rebuilt from entries: one book a noun, each checking what enters it.

The books are changed in place and not folded from frozen values: a node replays fifty thousand
entries a second, and nobody looks at what was in between. Their size is bounded by what is live:
open cases, holds and journeys, custodies with their nights as spans, and open months.
"""

from __future__ import annotations

from services.audit.domain.accruals import Nights
from services.audit.domain.agreements import Agreements
from services.audit.domain.cases import Cases
from services.audit.domain.custodies import Custodies
from services.audit.domain.expectations import Notes
from services.audit.domain.facilities import Facilities
from services.audit.domain.headcount_deadlines import HeadcountDeadlines
from services.audit.domain.headcounts import Headcounts
from services.audit.domain.holds import Holds
from services.audit.domain.identities import Identities
from services.audit.domain.invoices import Invoices
from services.audit.domain.journal import Books
from services.audit.domain.leg import Departures
from services.audit.domain.log_integrity import Logs
from services.audit.domain.manifest import Journeys
from services.audit.domain.obligations import Reactions
from services.audit.domain.periods import Months
from services.audit.domain.persons import Persons
from services.audit.domain.prepayments import Prepayments
from services.audit.domain.stays import Stays
from services.audit.domain.terms import Terms


class Rebuilt:
    """Every book, empty at first."""

    def __init__(self, notes: Notes) -> None:
        """Begin before the first entry of every log."""
        self.logs = Logs(notes)
        self.reactions = Reactions(notes)
        self.agreements = Agreements(notes, self.reactions)
        self.persons = Persons(notes)
        self.facilities = Facilities(notes, self.agreements)
        self.identities = Identities(notes, self.persons)
        self.holds = Holds(notes, self.persons, self.identities)
        self.cases = Cases(notes, self.agreements, self.persons, self.holds)
        self.journeys = self._journeys(notes)
        self.custodies = self._custodies(notes)
        self.departures = self._departures(notes)
        self.headcounts = Headcounts(notes, self.facilities, self.custodies, self.reactions)
        self.deadlines = HeadcountDeadlines(notes, self.facilities, self.headcounts)
        self.months = Months()
        self.books = Books(notes)
        self.terms = Terms(notes, self.agreements, self.reactions)
        self.stays = Stays(notes, self.persons, self.custodies, self.reactions)
        self.nights = self._nights(notes)
        self.prepayments = Prepayments(notes, self.terms, self.books)
        self.invoices = Invoices(notes, self.terms, self.months, self.books)

    def _journeys(self, notes: Notes) -> Journeys:
        return Journeys(
            notes=notes,
            agreements=self.agreements,
            persons=self.persons,
            cases=self.cases,
            holds=self.holds,
            reactions=self.reactions,
        )

    def _custodies(self, notes: Notes) -> Custodies:
        return Custodies(
            notes=notes,
            persons=self.persons,
            facilities=self.facilities,
            journeys=self.journeys,
            reactions=self.reactions,
        )

    def _departures(self, notes: Notes) -> Departures:
        return Departures(
            notes=notes,
            agreements=self.agreements,
            persons=self.persons,
            cases=self.cases,
            journeys=self.journeys,
            custodies=self.custodies,
            reactions=self.reactions,
        )

    def _nights(self, notes: Notes) -> Nights:
        return Nights(
            notes=notes,
            persons=self.persons,
            terms=self.terms,
            stays=self.stays,
            months=self.months,
            books=self.books,
            reactions=self.reactions,
        )
