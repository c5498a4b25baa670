"""The lifecycles of everything that has one, as tables that both governments can read.

Nothing decides by them: each government's audit follows every noun of every log through its table.
The columns are: the event, the states in which it may come, the state that follows (as it was where
there is none), and the rule that is broken otherwise.
"""

from shared.contracts.custody_lifecycles import ONWARD_TRANSFER, UNKNOWN_PERSON
from shared.contracts.exception_lifecycles import FOUND
from shared.contracts.funding_lifecycles import FUNDING, FUNDS, RATE, UNFUNDED
from shared.contracts.invoice_lifecycles import DISPUTE, INVOICE, PERIOD, TRANSFER
from shared.contracts.lifecycle import NONE, Lifecycle, Step
from shared.contracts.person_lifecycles import OTHER_PERSON, PERSON

AGREEMENT = Lifecycle(
    "agreement", by="agreement", rule="F8",
    steps=(
        Step("AgreementProposed", NONE, "proposed", "ledger"),
        Step("AgreementSigned", "proposed | in force"),
        Step("AgreementActivated", "proposed", "in force"),
        Step("TermsActivated", "in force"),
        Step("AgreementSuspended", "in force"),
        Step("AgreementResumed", "in force"),
        Step("AgreementTerminated", "in force"),
        Step("ReturnDrillRecorded", "in force"),
    ),
)  # fmt: skip
SUSPENSION = Lifecycle(
    "suspension", by="suspension", rule="G23",
    steps=(
        Step("AgreementSuspended", NONE, "in force"),
        Step("AgreementResumed", "in force", NONE),
    ),
)  # fmt: skip
RESERVATIONS = Lifecycle(
    "suspension of reservations", by="suspension", rule="D12",
    steps=(
        Step("ReservationsSuspended", NONE, "in force"),
        Step("ReservationsResumed", "in force", NONE),
    ),
)  # fmt: skip
TERMINATION = Lifecycle(
    "termination", by="#agreement", rule="effective",
    steps=(Step("AgreementTerminated", NONE, "notice given"),),
)  # fmt: skip
CASE = Lifecycle(
    "case", by="case", rule="G4",
    steps=(
        Step("CaseProposed", NONE, "open", "ledger"),
        Step("CaseFact", "open | listed | departed | handed over | refused at arrival"),
        Step("FactWithdrawn", "open | listed"),
        Step("ClearanceGranted", "open | listed | departed"),
        Step("CaseWithdrawn", "open", NONE, "G12"),
        Step("PersonManifested", "open", "listed"),
        Step("PersonRemoved", "listed | departed", "open", "G12"),
        Step("ManifestSealed", "listed", by="cases"),
        Step("PersonBoarded", "listed"),
        Step("LegDepartureAuthorised", "listed | departed", by="cases"),
        Step("LegDeparted", "listed | departed", "departed", by="cases"),
        Step("HandoverOffered", "departed", rule="G13"),
        Step("CaseTransferred", "departed", "handed over", "G13"),
        Step("CaseRefusedAtArrival", "departed", "refused at arrival", "G13"),
        Step("CaseReturned", "handed over | refused at arrival", NONE, "D2"),
        Step("RecallCompleted", f"departed | open | {NONE}", NONE, "D2"),
    ),
)  # fmt: skip
HOLD = Lifecycle(
    "hold", by="hold", rule="G2",
    steps=(
        Step("HoldAsserted", NONE, "in force"),
        Step("HoldVerified", "in force", "verified"),
        Step("HoldVerified", "to be lifted", "verified, to be lifted"),
        Step("HoldLiftRequested", "in force | to be lifted", "to be lifted"),
        Step("HoldLiftRequested", "verified | verified, to be lifted", "verified, to be lifted"),
        Step("HoldLifted", "to be lifted | verified, to be lifted", NONE),
    ),
)  # fmt: skip
ASSURANCE = Lifecycle(
    "assurance", by="assurance", rule="D5",
    steps=(
        Step("AssuranceGiven", NONE, "in force"),
        Step("AssuranceEndAsked", "in force | to be ended", "to be ended"),
        Step("AssuranceEnded", "to be ended", NONE),
        Step("AssuranceExpired", "in force | to be ended", NONE),
    ),
)  # fmt: skip
EXCLUSION = Lifecycle(
    "exclusion", by="exclusion", rule="G8",
    steps=(
        Step("ExclusionMatched", NONE, "in force"),
        Step("ExclusionWithdrawn", "in force", NONE),
    ),
)  # fmt: skip
ISSUING_BODY = Lifecycle(
    "issuing body", by="hold", rule="G2",
    steps=(
        Step("HoldAsserted", NONE, "asserted"),
        Step("HoldBodyNamed", "asserted | named", "named"),
        Step("HoldBodyConfirmed", "named", "confirmed"),
        Step("HoldLifted", "asserted | confirmed", NONE),
    ),
)  # fmt: skip
MANIFEST = Lifecycle(
    "manifest", by="manifest", rule="G4",
    steps=(
        Step("ManifestOpened", NONE, "open", "ledger"),
        Step("PersonManifested", "open"),
        Step("PlaceConfirmed", "open | sealed | doors closed | under way | arrived"),
        Step("PersonRemoved", "open | sealed | doors closed | under way | arrived"),
        Step("ManifestSealed", "open", "sealed"),
        Step("PersonBoarded", "sealed"),
        Step("LegDepartureAuthorised", "sealed | arrived", "doors closed"),
        Step("LegDeparted", "doors closed", "under way"),
        Step("LegArrived", "under way", "arrived", "G12"),
        Step("HandoverOffered", "arrived", rule="G13"),
    ),
)  # fmt: skip
PASSENGER = Lifecycle(
    "passenger", by="manifest case", rule="G4",
    steps=(
        Step("PersonManifested", NONE, "listed"),
        Step("PlaceConfirmed", "listed", "place held", "G19"),
        Step("PersonRemoved", "listed | place held | boarded", "removed", "G12"),
        Step("PersonRemoved", "arrived", "taken off", "G12"),
        Step("ManifestSealed", "place held", rule="G19", by="manifest cases"),
        Step("PersonBoarded", "place held", "boarded"),
        Step("LegDepartureAuthorised", "boarded | arrived", by="manifest cases"),
        Step("LegDeparted", "boarded | arrived", "departed", by="manifest cases"),
        Step("LegArrived", "departed", "arrived", "G12", by="manifest cases"),
        Step("LegArrived", "brought back", rule="G12", by="manifest cases"),
        Step("HandoverOffered", "arrived | offered", "offered", "G13"),
        Step("CaseTransferred", "offered", "transferred", "G13"),
        Step("CaseRefusedAtArrival", "offered", "refused at arrival", "G13"),
        Step("WrongfulTransferFound", f"{NONE} | departed | arrived | offered | transferred",
             rule="D7"),
        Step("RecallOrdered", "departed | arrived | offered", rule="D7"),
        Step("RecallOverdue", "departed | arrived | offered | taken off", rule="D2"),
        Step("RecallCompleted", "departed | arrived | taken off", "brought back", "D2"),
    ),
)  # fmt: skip
LEG = Lifecycle(
    "leg", by="manifest leg", rule="G4",
    steps=(
        Step("LegDepartureAuthorised", f"{NONE} | authorised", "authorised"),
        Step("LegDeparted", "authorised", "departed"),
        Step("LegArrived", "departed", "arrived", "G12"),
    ),
)  # fmt: skip
FACILITY = Lifecycle(
    "facility", by="facility", rule="G19",
    steps=(
        Step("FacilityRegistered", f"{NONE} | registered", "registered", "ledger"),
        Step("FacilityRegistered", "agreed | registered and agreed", "registered and agreed"),
        Step("FacilityAgreed", f"{NONE} | agreed", "agreed", "facilities"),
        Step("FacilityAgreed", "registered | registered and agreed", "registered and agreed"),
        Step("CapacityProposed", "registered | registered and agreed"),
        Step("CapacityApproved", "registered | registered and agreed"),
        Step("OwnPopulationReported", "registered | registered and agreed"),
        Step("FacilityCourse", "registered | agreed | registered and agreed", rule="G17"),
        Step("PlaceReserved", "registered | registered and agreed"),
        Step("CustodyAccepted", "registered | registered and agreed"),
        Step("HeadcountAttested", "registered | registered and agreed", rule="G14"),
        Step("HeadcountMismatched", "registered | registered and agreed", rule="G14"),
        Step("HeadcountOverdue", "registered | registered and agreed", rule="G14"),
    ),
)  # fmt: skip
FITNESS = Lifecycle(
    "fitness", by="facility", rule="G17",
    steps=(
        Step("FacilitySuspended", f"{NONE} | suspended", "suspended"),
        Step("SuspensionWithdrawn", "suspended"),
        Step("FacilityReinstated", "suspended", NONE),
    ),
)  # fmt: skip
DEPARTURES = Lifecycle(
    "departures", by="facility", rule="G17",
    steps=(
        Step("DeparturesStopped", NONE, "stopped"),
        Step("DeparturesResumed", "stopped", NONE),
    ),
)  # fmt: skip
CUSTODY = Lifecycle(
    "custody", by="custody", rule="G13",
    steps=(
        Step("PlaceReserved", f"{NONE} | reservation released", "place reserved", "G19"),
        Step("ReservationReleased", "place reserved", "reservation released", "G19"),
        Step("ReservationReleased", "offered, place reserved", "offered", "G19"),
        Step("HandoverPending", f"{NONE} | reservation released | offered", "offered"),
        Step("HandoverPending", "place reserved | offered, place reserved",
             "offered, place reserved"),
        Step("CustodyAccepted", "offered | offered, place reserved", "in custody"),
        Step("ArrivalRefused", "offered | offered, place reserved", "arrival refused"),
        Step("CaseRefusedAtArrival", "arrival refused"),
        Step("CaseTransferred", "in custody | ended"),
        Step("PlaceAssigned", "in custody"),
        Step("LawfulEndDateSet", "in custody", rule="G15"),
        Step("LawfulEndEvent", "in custody", rule="G15"),
        Step("PersonUnaccounted", "in custody | ended", rule="G14"),
        Step("PersonAccountedFor", "in custody | ended", rule="G14"),
        Step("CustodyEnded", "in custody", "ended"),
        Step("OnwardTransferEvent", "in custody", rule="G5"),
        Step("OnwardTransferAgreed", "in custody | ended", rule="G5"),
        Step("ReturnScheduled", "in custody | arrival refused", rule="D2"),
        Step("ReturnDeparted", "in custody | ended", rule="D2"),
        Step("ReturnCompleted", "in custody | arrival refused", "ended", "D2"),
        Step("CaseReturned", "ended", rule="D2"),
        Step("ReturnOrdered", "place reserved | offered | offered, place reserved", rule="G16"),
        Step("ReturnOrdered", "in custody | ended | arrival refused", rule="G16"),
        Step("ReturnOverdue", "place reserved | offered | offered, place reserved", rule="G16"),
        Step("ReturnOverdue", "in custody | arrival refused", rule="G16"),
        Step("IncidentReported", "in custody | ended", rule="G18"),
        Step("EscapeReported", "in custody", rule="G18"),
        Step("Recaptured", "in custody", rule="G18"),
        Step("IncidentNotice", "in custody | ended", rule="G18"),
    ),
)  # fmt: skip
ESCAPE = Lifecycle(
    "escape", by="custody", rule="G18",
    steps=(
        Step("EscapeReported", NONE, "escaped"),
        Step("Recaptured", "escaped", NONE),
        Step("CustodyEnded", f"{NONE} | escaped", NONE),
    ),
)  # fmt: skip
NOTICE = Lifecycle(
    "notice", by="incident party office", rule="G18",
    steps=(
        Step("IncidentNotified", NONE, "due"),
        Step("IncidentAcknowledged", "due | overdue", NONE),
        Step("IncidentOverdue", "due", "overdue"),
    ),
)  # fmt: skip
TERMS = Lifecycle(
    "terms", by="agreement", rule="F8",
    steps=(
        Step("TermsActivated", NONE, "activated"),
        Step("PrepaymentReceived", "activated", rule="F7"),
        Step("FeeEntry", "activated"),
        Step("OccasionRecorded", "activated"),
        Step("ExchangeRateFixed", "activated"),
        Step("PeriodClosed", "activated"),
        Step("InvoiceMismatched", "activated"),
    ),
)  # fmt: skip
PREPAYMENT = Lifecycle(
    "prepayment", by="#agreement component", rule="F7",
    steps=(Step("PrepaymentReceived", NONE, "received"),),
)  # fmt: skip
STAY = Lifecycle(
    "stay", by="custody", rule="G20",
    steps=(
        Step("StayOpened", NONE, "open"),
        Step("StayClosed", "open", "closed", "T7"),
        Step("FeeEntry", "open | closed"),
        Step("NightUnpriced", "open | closed"),
        Step("NightNotCharged", f"{NONE} | open | closed"),
        Step("NightAlreadyCharged", "open | closed"),
        Step("NightAfterReturnOrder", "open | closed", rule="G16"),
        Step("FeesStopped", f"{NONE} | open | closed", rule="G16"),
        Step("InvoiceLineDrafted", "open | closed"),
        Step("NightsNotAttested", "open | closed"),
    ),
)  # fmt: skip
SERVICE = Lifecycle(
    "service", by="service", rule="F11",
    steps=(
        Step("OccasionRecorded", NONE, "recorded"),
        Step("ServiceApproved", "recorded", "approved"),
        Step("ServiceDenied", "recorded", "denied"),
        Step("ServiceWithdrawn", "approved", "withdrawn"),
    ),
)  # fmt: skip
PAPER = Lifecycle(
    "paper", by="#agreement reference", rule="F11",
    steps=(Step("OccasionRecorded", NONE, "recorded"),),
)  # fmt: skip
LIFECYCLES = (
    AGREEMENT, SUSPENSION, RESERVATIONS, TERMINATION,
    PERSON, OTHER_PERSON, CASE, EXCLUSION, ASSURANCE, HOLD, ISSUING_BODY,
    MANIFEST, PASSENGER, FOUND, LEG, FACILITY, FITNESS, DEPARTURES, CUSTODY, ESCAPE, NOTICE,
    TERMS, PREPAYMENT, STAY, SERVICE, PAPER, PERIOD, INVOICE, DISPUTE, TRANSFER, FUNDING, FUNDS,
    UNFUNDED, RATE, UNKNOWN_PERSON, ONWARD_TRANSFER,
)  # fmt: skip
