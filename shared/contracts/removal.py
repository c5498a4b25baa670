"""Why somebody was taken off a manifest: the closed set of causes (G3, F13)."""

from __future__ import annotations

from typing import Literal

RemovalCause = Literal[
    "order",
    "recall",
    "assurance",
    "not-admitted",
    "stopped",
    "not-cleared",
    "no-place",
    "withdrawn",
    "left-behind",
    "requested",
]
"""What the ledger knew as they were taken off, the first of these that there was:

- `order`: a legal order stands against the departure (G3).
- `recall`: they are to be brought back (D7).
- `assurance`: a government has assured a court or counsel that they do not depart yet (D5).
- `not-admitted`: excluded, ill or unfit, or not accepted by the receiving state (G8).
- `stopped`: the agreement or the facility is suspended, the agreement is over, or its money is used
  (G23, G17, D4, D12).
- `not-cleared`: whatever else a departure needs is not there, or is not in force any more (G4).
- `no-place`: placement holds no place (G19).
- `withdrawn`, `left-behind`, `requested`: nothing was in the way. The sending state took the case
  back, departed without them, or wished it so.
"""
