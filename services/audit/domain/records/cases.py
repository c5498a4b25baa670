"""Cases that are open: what was recorded of each, and since when it is cleared."""

from __future__ import annotations

import msgspec

from shared.contracts.intake import CaseFact, CaseProposed
from shared.kernel.codes import FactKind


class Case(msgspec.Struct):
    """Where one case stands. One that was withdrawn or transferred is not kept."""

    proposed: CaseProposed
    facts: dict[FactKind, CaseFact] = msgspec.field(default_factory=dict)
    cleared_at: int = -1
    """The entry that granted clearance, unless the receiving state declined since."""
    departed: bool = False
