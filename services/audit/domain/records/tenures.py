"""Until when each person in custody may be held, by the decisions that stand (G15)."""

from __future__ import annotations

from datetime import date

import msgspec

from shared.contracts.lawful_end import LawfulEnd
from shared.kernel.codes import Country

Name = tuple[str, str, str, str]
"""Whose word a decision is, by party and office; who made it, and its number."""


class Said(msgspec.Struct, frozen=True):
    """A decision that stands, and which office of which state said it."""

    end: LawfulEnd
    party: Country
    office: str


class Tenure(msgspec.Struct):
    """One person's, as long as they are in custody."""

    sending: Country
    receiving: Country
    margin: int
    said: dict[Name, Said] = msgspec.field(default_factory=dict)
    """What stands, in the order of the record."""
    near: date | None = None
    """The end whose approach was said last."""
    past: tuple[date, int] | None = None
    """The end that was passed last, and which day past it."""

    @property
    def ends_on(self) -> date | None:
        """The earliest of the ends that stand."""
        return min((said.end.ends_on for said in self.said.values()), default=None)

    def is_near(self, ends_on: date) -> bool:
        """Whether this end binds, and nobody has said that it is near."""
        return self.ends_on == ends_on != self.near

    def is_held_past(self, ends_on: date, day: int) -> bool:
        """Whether this end binds, and this day past it is no alarm yet."""
        said = self.past[1] if self.past and self.past[0] == ends_on else 0
        return self.ends_on == ends_on and said < day


def name_of(said: Said) -> Name:
    """What a decision is found by: two offices may say one number."""
    return said.party, said.office, said.end.issued_by, said.end.reference
