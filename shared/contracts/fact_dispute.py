"""What intake records where an office disputes a fact of a case, or takes its own word back."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.contracts.intake import UNDER_ITS_AGREEMENT, CaseEvent, CaseFact
from shared.contracts.laws import SIDES, Laws, Says
from shared.kernel.codes import FactKind, Office, Party, Sha256

WithdrawalReason = Literal[
    "recorded-in-error", "document-invalid", "no-longer-so", "decided-otherwise"
]
"""Why an office takes a fact back."""


class IdentityDisputed(CaseFact, frozen=True):
    """An office says that the person is not, or may not be, who they are said to be (G9)."""

    TYPE: ClassVar[str] = "intake.IdentityDisputed.v1"


class FactWithdrawn(CaseEvent, frozen=True):
    """The office that recorded a fact takes it back: it counts no more, and what was cleared by it
    is not cleared.
    """

    TYPE: ClassVar[str] = "intake.FactWithdrawn.v1"
    LAWS: ClassVar[Laws] = (
        UNDER_ITS_AGREEMENT,
        Says("signed_by", "party", SIDES),
        Says("office", "office", SIDES),
    )
    kind: FactKind
    signed_by: Party
    office: Office
    withdrawn: Sha256
    """The digest of the paper that is taken back."""
    document: Sha256
    """The digest of the paper that takes it back."""
    reason: WithdrawalReason
