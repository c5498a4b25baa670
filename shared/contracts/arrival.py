"""What placement records of an arrival that the receiving state refuses (G13; T4)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from shared.contracts.laws import Copied, Happened, Laws, Says, Signed
from shared.contracts.placement import OFFERED, CustodyEvent
from shared.kernel.codes import Code, Country, Sha256
from shared.kernel.ids import EntryRef

ArrivalGround = Literal[
    "excluded-by-agreement",
    "nationality-not-accepted",
    "identity-differs",
    "not-accepted-by-name",
    "no-legal-basis",
    "documents-missing",
    "unfit-for-custody",
]
"""Why a person is not taken over at arrival; what proves it lies in the vault."""


class ArrivalRefused(CustodyEvent, frozen=True):
    """The receiving state does not take the person over: no custody begins and nothing is billed.
    The sending state stays responsible, and a return at its cost is ordered with it (G13; T4).
    """

    TYPE: ClassVar[str] = "placement.ArrivalRefused.v1"
    LAWS: ClassVar[Laws] = (
        Signed("receiving", ("facility-registry",), rule="G13"),
        Says("refused_by", "actor", "G13"),
        Happened("refused_at", "G13"),
        Copied("offer sending receiving facility", of=OFFERED, by="custody", rule="G13"),
        Copied("person agreement", of=OFFERED, by="custody", rule="ledger"),
    )
    offer: EntryRef
    """The sending state's signature that is not answered."""
    sending: Country
    """The state that stays responsible (G13)."""
    receiving: Country
    refused_at: datetime
    ground: ArrivalGround
    reference: Code
    """The refusal's own, by the facility."""
    evidence: Sha256
    """Hash of the document in the vault that shows the ground."""
    place_was_reserved: bool
    """Whether a place was held for the person, which is free from here on."""
    refused_by: str
