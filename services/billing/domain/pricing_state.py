"""What a person's nights are priced by: those charged before, under any pseudonym, and ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from services.billing.domain import charged_nights, ledger, person_nights
from services.billing.domain.ledger import Ledger
from services.billing.domain.person_nights import PersonNights
from shared.contracts.billing import FeeEntry
from shared.kernel.decider import Reading
from shared.kernel.ids import AgreementId, AgreementRef, PersonId, agreement_of

if TYPE_CHECKING:
    from shared.kernel.decider import Fold
    from shared.kernel.event import Event

Ledgers = Mapping[AgreementId, Ledger]


class PricingState(msgspec.Struct, frozen=True):
    """A person's nights, and the ledger of every agreement that they are charged under."""

    nights: PersonNights
    ledgers: Ledgers

    def ledger(self, agreement: AgreementRef) -> Ledger:
        """The ledger of an agreement, whichever version of it is named."""
        return self.ledgers[agreement_of(agreement)]

    def after(self, *events: Event) -> PricingState:
        """The same once these have been recorded: what one takes, the next one cannot have."""
        nights, ledgers = self.nights, {**self.ledgers}
        for event in events:
            nights = nights.after(event)
            if isinstance(event, FeeEntry):
                agreement = agreement_of(event.agreement)
                ledgers[agreement] = ledgers[agreement].after(event)
        return PricingState(nights, ledgers)


def reading(
    person: PersonId, agreement: AgreementId, *others: Fold[Any]
) -> Reading[tuple[PricingState, *tuple[Any, ...]]]:
    """What prices a person's nights under an agreement, and the states of `others` after it, which
    are read at the same time.
    """
    own, *rest = yield (charged_nights.fold(person), *ledger.folds(agreement), *others)
    nights = yield from person_nights.of_one(own)
    pricing = PricingState(nights, {agreement: Ledger(*rest[:3])})
    return (pricing, *rest[3:])


def with_ledgers(
    pricing: PricingState, agreements: Iterable[AgreementRef]
) -> Reading[PricingState]:
    """The same with the ledgers of these agreements too."""
    wanted = sorted({*map(agreement_of, agreements)} - pricing.ledgers.keys())
    if not wanted:
        return pricing
    states = yield tuple(fold for agreement in wanted for fold in ledger.folds(agreement))
    more = {
        agreement: Ledger(*states[3 * index : 3 * index + 3])
        for index, agreement in enumerate(wanted)
    }
    return PricingState(pricing.nights, {**pricing.ledgers, **more})
