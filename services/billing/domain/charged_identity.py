"""Whose nights are one person's: intake decides it, billing charges by it from then on (G20).

What was charged twice by then is charged once (`charged_once`). When the two are told apart again,
what was kept off the bill for the other's night is owed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from services.billing.domain import charged_nights, person_nights, pricing_state, stay
from services.billing.domain.accrual import owed_again
from services.billing.domain.charged_once import charged_once
from services.billing.domain.person_nights import Pair, PersonNights, Pseudonyms
from services.billing.domain.pricing_state import Ledgers, PricingState
from services.billing.domain.recount import recounted
from services.billing.domain.stopped_nights import no_longer_owed
from shared.contracts.billing import PersonsChargedApart, PersonsChargedAsOne, StayOpened
from shared.kernel.decider import Decider, Reading, together
from shared.kernel.ids import CustodyId, EntryRef, PersonId
from shared.kernel.rejected import Conflict

if TYPE_CHECKING:
    from shared.kernel.event import Event


class ChargedAsOneAlready(Conflict):
    """Two pseudonyms are made one person's once."""


class ChargedApartAlready(Conflict):
    """Nobody has said that the two are one person's: nothing of theirs was kept off the bill."""


class ChargeIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What both commands bring: two pseudonyms, and intake's entry that decided about them."""

    person: PersonId
    other: PersonId
    decided: EntryRef

    @property
    def pair(self) -> Pair:
        """The two, in no order."""
        first, second = sorted((self.person, self.other))
        return first, second


class ChargeAsOne(ChargeIdentity, frozen=True):
    """Two pseudonyms were merged: a night of theirs is one person-night."""


class ChargeApart(ChargeIdentity, frozen=True):
    """Two pseudonyms were told apart: each has nights of their own."""


class IdentityState(msgspec.Struct, frozen=True):
    """Everybody whom it is about, their nights and stays, and the ledgers that those are in."""

    pseudonyms: Pseudonyms
    ledgers: Ledgers
    stays: Mapping[CustodyId, StayOpened]
    """Each custody that a night is charged for, or waits for a price."""

    def both(self, command: ChargeIdentity) -> tuple[PersonId, ...]:
        """Everybody who is one with either of the two so far, in order."""
        known = self.pseudonyms
        each = (known.one_with(name, known.merged) for name in (command.person, command.other))
        return tuple(sorted({name for persons in each for name in persons}))


def _boundary(command: ChargeIdentity) -> Reading[IdentityState]:
    person, other = yield from together(
        charged_nights.fold(command.person), charged_nights.fold(command.other)
    )
    known = yield from person_nights.pseudonyms(person, other)
    everybody = PersonNights(tuple(known.nights.values()))
    charged = tuple(everybody.every())
    named = {night.agreement for night in charged}
    named |= {kept.agreement for kept in everybody.kept_off()}
    pricing = yield from pricing_state.with_ledgers(PricingState(everybody, {}), named)
    stays = yield tuple(map(stay.fold, sorted({night.custody for night in charged})))
    opened = {state.opened.custody: state.opened for state in stays}
    return IdentityState(known, pricing.ledgers, opened)


def _as_one(command: ChargeAsOne, state: IdentityState) -> tuple[Event, ...]:
    if command.pair in state.pseudonyms.merged:
        message = f"{command.person} and {command.other} are charged as one already"
        raise ChargedAsOneAlready(message)
    persons = state.both(command)
    merged = PersonsChargedAsOne(
        person=command.person, other=command.other, persons=persons, decided=command.decided
    )
    pricing = PricingState(state.pseudonyms.of(persons), state.ledgers)
    counted = tuple(recounted(pricing, (persons,), command.decided))
    pricing = pricing.after(*counted)
    stopped = tuple(no_longer_owed(pricing, state.stays, command.decided))
    pricing = pricing.after(*stopped)
    once = tuple(charged_once(pricing, state.stays, command.decided))
    return (merged, *counted, *stopped, *once, *owed_again(pricing.after(*once)))


def _apart(command: ChargeApart, state: IdentityState) -> tuple[Event, ...]:
    merged = state.pseudonyms.merged
    if command.pair not in merged:
        message = f"{command.person} and {command.other} are charged apart already"
        raise ChargedApartAlready(message)
    apart = PersonsChargedApart(
        person=command.person,
        other=command.other,
        persons=state.both(command),
        decided=command.decided,
    )
    left = merged - {command.pair}
    each = (state.pseudonyms.one_with(name, left) for name in command.pair)
    groups = tuple(dict.fromkeys(each))
    everybody = PricingState(state.pseudonyms.of(apart.persons), state.ledgers)
    counted = tuple(recounted(everybody, groups, command.decided))
    ledgers = everybody.after(*counted).ledgers
    events: list[Event] = [apart, *counted]
    for persons in groups:
        pricing = PricingState(state.pseudonyms.of(persons), ledgers)
        owed = tuple(owed_again(pricing))
        ledgers = pricing.after(*owed).ledgers
        events += owed
    return tuple(events)


CHARGE_AS_ONE: Decider[ChargeAsOne, IdentityState] = Decider(boundary=_boundary, decide=_as_one)
CHARGE_APART: Decider[ChargeApart, IdentityState] = Decider(boundary=_boundary, decide=_apart)
