"""Where the fee of a person stops: a return was ordered, and nothing accrues from then on (G16).

It stops in the custody that the return is from, and in each other that the person was in by then,
under whatever pseudonym; not in one that began once that custody was over.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from shared.kernel.ids import AgreementRef, CustodyId, EntryRef, PersonId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.contracts.billing import NightAlreadyCharged
    from shared.contracts.fee_stop import FeesStopped, NightAfterReturnOrder


class FeeStop(msgspec.Struct, frozen=True):
    """One order, as far as it stops the fee."""

    custody: CustodyId
    start: date
    """The day of the order: the first night that is not owed."""
    order: EntryRef
    over: date | None = None
    """The day of departure from that custody, once it is over."""
    before_custody: bool = False
    """Whether it was ordered before that custody began: it binds in that one alone."""

    def has(self, custody: CustodyId, arrived_on: date, night: date) -> bool:
        """Whether a night of a custody that began on `arrived_on` is not owed because of it."""
        if night < self.start:
            return False
        if self.custody == custody:
            return True
        return not self.before_custody and (self.over is None or arrived_on < self.over)


class KeptOff(msgspec.Struct, frozen=True):
    """An attested night that is owed once nothing else keeps it off."""

    custody: CustodyId
    person: PersonId
    agreement: AgreementRef
    night: date
    attested: EntryRef
    attested_by: str
    arrived_on: date


def kept_off_by(event: NightAlreadyCharged | NightAfterReturnOrder) -> KeptOff:
    """The night that an entry keeps off."""
    return KeptOff(
        custody=event.custody,
        person=event.person,
        agreement=event.agreement,
        night=event.night,
        attested=event.attested,
        attested_by=event.attested_by,
        arrived_on=event.arrived_on,
    )


def first_stop(
    stops: Iterable[FeeStop], custody: CustodyId, arrived_on: date, night: date
) -> FeeStop | None:
    """What keeps a night from being owed: of several orders the first one, or nothing."""
    applying = (stop for stop in stops if stop.has(custody, arrived_on, night))
    return min(applying, key=lambda stop: (stop.start, stop.order), default=None)


def stopped_by(event: FeesStopped) -> FeeStop:
    """The stop that an entry says."""
    return FeeStop(
        event.custody, event.ordered_on, event.order, event.departed_on, event.before_custody
    )
