"""The receipt that every command answers with."""

from datetime import datetime
from typing import Literal

import msgspec


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """Where an entry stands: `leaf_hash` in hexadecimal; recorded, then sealed, then final."""

    origin: str
    sequence: int
    entry_id: str
    leaf_hash: str
    recorded_at: datetime
    status: Literal["recorded", "sealed", "final"] = "recorded"
