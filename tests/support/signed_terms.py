"""A component as it was signed once: it reads the same for ever, and keeps its bytes."""

from __future__ import annotations

import msgspec

from shared.contracts.canonical_json import canonical
from shared.tariff.registry import Component


def reads_as_signed(signed: str, terms: Component) -> bool:
    """Whether the canonical JSON of signed terms means these, and these are written as it."""
    return (
        msgspec.json.decode(signed, type=Component) == terms and canonical(terms) == signed.encode()
    )
