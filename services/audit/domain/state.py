"""Everything that is remembered while entries are read, and what is found in them.

It is changed in place and not folded from frozen values: a node replays fifty thousand entries a
second, and nobody looks at what was in between. Its size is bounded by what is live: open cases,
holds and journeys, custodies with their nights as intervals, and open months.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from services.audit.domain.expectations import Expectations
from services.audit.domain.findings import Findings
from services.audit.domain.latest import Latest
from services.audit.domain.lifecycles import Lifecycles
from services.audit.domain.mark import Owed
from services.audit.domain.obligations import Obligations
from services.audit.domain.records.assurances import Assurances
from services.audit.domain.records.cases import Case
from services.audit.domain.records.categories import Categories
from services.audit.domain.records.custodies import Custody
from services.audit.domain.records.deadlines import Deadlines
from services.audit.domain.records.exclusions import Exclusions
from services.audit.domain.records.facilities import Facilities
from services.audit.domain.records.funding import Funding
from services.audit.domain.records.headcounts import Count
from services.audit.domain.records.incidents import Incidents
from services.audit.domain.records.invoices import Invoices
from services.audit.domain.records.journal import Journal
from services.audit.domain.records.journeys import Journey
from services.audit.domain.records.orders import Orders
from services.audit.domain.records.people import People
from services.audit.domain.records.periods import Periods
from services.audit.domain.records.pseudonyms import Pseudonyms
from services.audit.domain.records.returns import Returns
from services.audit.domain.records.services import Services
from services.audit.domain.records.stays import Stay
from services.audit.domain.records.suspensions import Suspensions
from services.audit.domain.records.tenures import Tenure
from services.audit.domain.records.terms import Terms
from services.audit.domain.records.versions import Versions
from services.audit.domain.records.wrongful_transfers import WrongfulTransfers
from shared.contracts.agreement_signature import SignatureCheck
from shared.contracts.fee_stop import FeesStopped
from shared.contracts.intake import RiskOfIllTreatmentAssessed
from shared.kernel.event import Event
from shared.kernel.ids import CaseId, CustodyId, ManifestId

TAKEN_BACK = "taken back"
STOPPED = "stopped"
SAID_TO_BE_STOPPED = "said to be stopped"
CHARGED_TWICE = "charged twice"
KEPT_OFF = "kept off"
OWED_AGAIN = "owed again"
NO_LONGER_WAITING = "no longer waiting"
RECOUNTED = "recounted"
"""What is promised of a night, or of a month."""
SENT_BACK = "sent back"
"""What is promised of whoever is not taken over."""


class State:
    """What the entries so far come to."""

    night_owed: tuple[Owed, str]
    """What attests the night that is being charged, and the month that bears it."""

    def __init__(self, signatures: SignatureCheck) -> None:
        """Begin before the first entry of every log; `signatures` knows the states' keys."""
        self.signatures = signatures
        self.findings = Findings()
        self.expectations = Expectations()
        self.obligations = Obligations()
        self.latest = Latest()
        self.lifecycles = Lifecycles()
        self.versions = Versions()
        self.suspensions = Suspensions()
        self.people = People()
        self.pseudonyms = Pseudonyms()
        self.charged_as_one = Pseudonyms()
        """Whose nights are one person's, by billing's log alone."""
        self._forbidden()
        self.cases: dict[CaseId, Case] = {}
        self.journeys: dict[ManifestId, Journey] = {}
        self._in_custody()
        self.terms = Terms()
        self.stays: dict[CustodyId, Stay] = {}
        self.stopped: dict[CustodyId, FeesStopped] = {}
        """What stops the fee of a custody that nobody was taken over in yet: the first order."""
        self._charged()
        self.is_detailed = False
        """Whether everything is reported line by line, and kept for that."""
        self.counts: Counter[str] = Counter()
        """How often something happened that is reported and not remembered."""

    def _forbidden(self) -> None:
        self.orders = Orders()
        self.exclusions = Exclusions()
        self.categories = Categories()
        self.assurances = Assurances()
        self.wrongful = WrongfulTransfers()
        self.assessed_onward: dict[CaseId, RiskOfIllTreatmentAssessed] = {}
        """Whose assessment names countries that they may be sent on to (G5)."""

    def _charged(self) -> None:
        self.services = Services()
        self.periods = Periods()
        self.journal = Journal()
        self.funding = Funding()
        self.invoices = Invoices()

    def _in_custody(self) -> None:
        self.facilities = Facilities()
        self.headcount: Count | None = None
        """The one that is being read."""
        self.deadlines = Deadlines()
        self.returns = Returns()
        self.recalls = Returns()
        """The same of recalls, by the custody that they would have begun."""
        self.incidents = Incidents()
        self.handed_over: dict[CaseId, Case] = {}
        """Those of everybody in custody: a fact may still come that would have kept them here."""
        self.custodies: dict[CustodyId, Custody] = {}
        self.tenures: dict[CustodyId, Tenure] = {}
        """Until when everybody who is in custody may be held."""


Rule = Callable[[State, Any], None]
Rules = dict[type[Event], Rule]
"""Which rule reads which type; a type without one is read like the nearest of its families."""
