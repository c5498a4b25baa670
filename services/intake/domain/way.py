"""What of a journey is still ahead: the orders against it are read by that (G3, G4)."""

from __future__ import annotations

import msgspec

from shared.kernel.codes import Country
from shared.kernel.ids import ManifestId


class Way(msgspec.Struct, frozen=True):
    """A journey with the legs that have not departed, by number, and where those stop over."""

    manifest: ManifestId
    legs: tuple[int, ...]
    stopovers: tuple[Country, ...]
