"""Intake follows billing: an agreement's money has run out, or there is some again (D12)."""

from __future__ import annotations

import msgspec

from services.intake.domain.agreement import state as agreement
from services.intake.domain.agreement.state import AgreementState
from shared.contracts.funded_departures import DeparturesFunded, DeparturesUnfunded
from shared.kernel.decider import Boundary, Decider, only
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, EntryRef, agreement_of
from shared.kernel.rejected import Conflict


class FundsFollowedAlready(Conflict):
    """Intake knows that already: there is money, or there is none."""

    RULE = "D12"


class AboutFunds(msgspec.Struct, frozen=True, kw_only=True):
    """Billing recorded something of an agreement's money."""

    agreement: AgreementRef
    because: EntryRef


class StopUnfunded(AboutFunds, frozen=True, kw_only=True):
    """Billing recorded that all of it is used."""


class ResumeFunded(AboutFunds, frozen=True, kw_only=True):
    """Billing recorded that there is some again."""


def _of(command: AboutFunds) -> Boundary[AgreementState]:
    return only(agreement.fold(agreement_of(command.agreement)))


def _stop(command: StopUnfunded, state: AgreementState) -> tuple[Event, ...]:
    if state.unfunded is not None:
        raise FundsFollowedAlready(f"departures under {command.agreement} wait for money already")
    return (DeparturesUnfunded(agreement=command.agreement, exhausted=command.because),)


def _resume(command: ResumeFunded, state: AgreementState) -> tuple[Event, ...]:
    if state.unfunded is None:
        raise FundsFollowedAlready(f"departures under {command.agreement} wait for no money")
    return (DeparturesFunded(agreement=command.agreement, restored=command.because),)


STOP_UNFUNDED = Decider(boundary=_of, decide=_stop)
RESUME_FUNDED = Decider(boundary=_of, decide=_resume)
