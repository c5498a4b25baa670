"""Three logs as the services would have written them: a year of custody in seconds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from services.billing.domain.evidence import ranges
from shared.contracts import billing, placement
from shared.contracts import invoice as drawn
from shared.contracts.payment import InvoiceSettled
from shared.kernel.dates import ONE_DAY, month_of
from shared.kernel.ids import (
    CaseId,
    CustodyId,
    EntryRef,
    InvoiceId,
    PersonId,
)
from shared.kernel.money import Money, total, zero
from shared.ledger.machine import new_id
from shared.tariff.fact import PersonNight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.kernel.event import Event

from bench.made_entries import BEGINS, CECOT, PART, PAYER, REGISTRY, TREASURY, hour
from bench.made_transfers import Transfers


class MadeLogs(Transfers):
    """The bytes of three logs: some persons for some nights; a tenth of the nights one leaves."""

    def __init__(self, persons: int, nights: int) -> None:
        """Write all of it."""
        super().__init__()
        self._tally = self.grant.empty
        self._lines: dict[CustodyId, list[tuple[Money, EntryRef]]] = {}
        self.bring([(CaseId(new_id()), PersonId(new_id())) for _ in range(persons)])
        for number in range(1, nights + 1):
            self._night(BEGINS + (number - 1) * ONE_DAY, leaves=not number % 10)

    def _night(self, night: date, *, leaves: bool) -> None:
        """A headcount, what it costs, and what follows at a month's end."""
        self.now = hour(night + ONE_DAY, 6)
        at, people = self.now, list(self.here.items())
        starts = range(0, len(people), PART)
        for part, first in enumerate(starts, start=1):
            present = people[first : first + PART]
            attested = placement.HeadcountAttested(
                facility=CECOT,
                agreement=self.ref,
                night=night,
                timezone="America/El_Salvador",
                present=tuple(placement.Presence(custody, who) for custody, who in present),
                part=part,
                parts=len(starts),
                attested_by=str(REGISTRY),
            )
            counted = self.add("placement", attested, REGISTRY, time=at)
            for custody, person in present:
                self._charge(custody, person, night, counted)
        following = night + ONE_DAY
        if leaves and len(people) > 1:
            self._leave(people[0][0], following)
        if month_of(following) != month_of(night):
            self.now = hour(following, 13)
            self._close(month_of(night))

    def _charge(
        self, custody: CustodyId, person: PersonId, night: date, attested: EntryRef
    ) -> None:
        charge = self.grant.charge(PersonNight(custody, person, night, attested), self._tally)
        if charge is None:
            raise SystemExit("more nights than the grant pays for")
        self._tally = charge.tally
        accrued = billing.FeeAccrued(
            agreement=self.ref,
            component=self.grant.id,
            period=month_of(night),
            unit=charge.unit,
            quantity=charge.quantity,
            amount=charge.amount,
            postings=self.grant.postings(charge.amount, "SLV", "USA"),
            evidence=charge.evidence,
            custody=custody,
            person=person,
            night=night,
            attested_by=str(REGISTRY),
        )
        self.add("billing", accrued, None, cause=attested)
        self._lines.setdefault(custody, []).append((charge.amount, attested))

    def _leave(self, custody: CustodyId, day: date) -> None:
        at = self.now = hour(day, 7)
        about: dict[str, Any] = {
            "custody": custody,
            "person": self.here.pop(custody),
            "agreement": self.ref,
        }
        released = placement.PersonReleased(**about, facility=CECOT, ended_at=at, departed_on=day)
        ended = self.add("placement", released, REGISTRY, time=at)
        closed = billing.StayClosed(**about, departed_on=day, ended=ended, owed_until=day)
        self.add("billing", closed, None, time=at, cause=ended)

    def _close(self, period: str) -> None:
        """A month closed, its invoice drawn and certified, and settled: nothing is left to pay."""
        invoice, at = InvoiceId(new_id()), self.now
        on: dict[str, Any] = {"invoice": invoice, "agreement": self.ref, "period": period}
        lines, self._lines = self._lines, {}
        earned = total((amount for line in lines.values() for amount, _ in line), "USD")
        nothing, attested = zero("USD"), sum(map(len, lines.values()))
        on_nights = drawn.NightsCounted(due=attested, attested=attested)
        events: list[Event] = [
            drawn.PeriodClosed(**on, nights=on_nights, closed_by=str(TREASURY)),
            drawn.InvoiceDrafted(
                **on,
                payer="USA",
                payee="SLV",
                lines=len(lines),
                earned=earned,
                drawn=earned,
                due=nothing,
                nights=on_nights,
            ),
            *self._invoice_lines(on, lines),
            drawn.InvoiceIssued(**on, due=nothing, issued_by=str(TREASURY), postings=()),
        ]
        for event in events:
            self.add("billing", event, TREASURY, time=at)
        certified = drawn.InvoiceCertified(**on, certified_by=str(PAYER))
        for event in (certified, InvoiceSettled(**on, paid=nothing)):
            self.add("billing", event, PAYER, time=at)

    def _invoice_lines(
        self, on: dict[str, Any], lines: dict[CustodyId, list[tuple[Money, EntryRef]]]
    ) -> Iterator[Event]:
        for number, (custody, nights) in enumerate(lines.items(), start=1):
            yield drawn.InvoiceLineDrafted(
                **on,
                line=number,
                custody=custody,
                person=self.people[custody],
                component=self.grant.id,
                unit="person-night",
                quantity=len(nights),
                amount=total((amount for amount, _ in nights), "USD"),
                evidence=ranges(attested for _, attested in nights),
            )
