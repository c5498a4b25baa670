"""An entry, when no more than its name has to be remembered of it."""

from __future__ import annotations

import msgspec

from shared.kernel.ids import EntryRef, entry_ref


class Mark(msgspec.Struct, frozen=True, gc=False):
    """Which entry a finding is about."""

    origin: str
    sequence: int
    subject: str

    @property
    def ref(self) -> EntryRef:
        """The name of the entry."""
        return entry_ref(self.origin, self.sequence)


class Owed(msgspec.Struct, frozen=True, gc=False):
    """The entry that asks for something, and who said so."""

    entry: Mark
    ref: EntryRef
    by: str
