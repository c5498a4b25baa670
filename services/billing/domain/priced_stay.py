"""A stay, and what prices its nights: what a night is accrued from, and taken back from."""

from __future__ import annotations

import msgspec

from services.billing.domain import pricing_state, stay
from services.billing.domain.pricing_state import PricingState
from services.billing.domain.stay import StayState
from shared.kernel.decider import Reading
from shared.kernel.ids import AgreementRef, CustodyId, PersonId, agreement_of


class PricedStay(msgspec.Struct, frozen=True):
    """The stay of a custody, and all that was charged for the person, under any pseudonym."""

    stay: StayState
    pricing: PricingState


def reading(custody: CustodyId, person: PersonId, agreement: AgreementRef) -> Reading[PricedStay]:
    """The stay of a custody, and the ledger of its agreement."""
    opened = stay.fold(custody)
    pricing, state = yield from pricing_state.reading(person, agreement_of(agreement), opened)
    return PricedStay(state, pricing)
