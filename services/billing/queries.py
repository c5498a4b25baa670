"""The SQL behind every read of billing. Decisions never come here.

An agreement's accounts are read by its two states and by independent offices: to every other party
they do not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.billing.domain import account, evidence, funding
from services.billing.domain import invoice as invoices
from services.billing.domain.account import AccountState, Standing
from services.billing.domain.funding import FundingState
from services.billing.shown_invoice import head, money, not_attested, shown_claim, shown_line
from services.billing.tables import (
    ACCRUALS,
    CLAIMS,
    INVOICE_LINES,
    INVOICES,
    NIGHTS_NOT_ATTESTED,
    POSTINGS,
    PREPAYMENTS,
    SERVICES,
    TERMS,
)
from shared.contracts.agreement import Tariff
from shared.contracts.invoice import EntryRange
from shared.database.pages import Page, only_where
from shared.database.reads import Reads
from shared.kernel.actor import INDEPENDENT
from shared.kernel.decider import Fold
from shared.kernel.ids import AgreementId, EntryRef, InvoiceId, entry_ref
from shared.kernel.moment import NOW, Moment
from shared.kernel.money import Money
from shared.views.history import within

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    Folded = Callable[[Fold[Any]], Awaitable[Any]]
    """Reads a fold, as the log has it now."""

_A = ACCRUALS.c
_CHARGES = ("accrued", "reversed", "recounted")
_AMOUNTS = ("earned", "drawn", "due", "in_dispute", "outstanding")
_PAYMENT = ("amount", "outstanding", "reference", "received_on", "recorded_by")


class BillingReads:
    """Reads of accruals, accounts, invoices and statements, as their answers show them."""

    def __init__(self, reads: Reads, origin: str, folded: Folded) -> None:
        """Read through `reads`; `origin` names the log whose entries are shown."""
        self._reads = reads
        self._origin = origin
        self._folded = folded

    async def accruals(
        self,
        party: str,
        agreement: str,
        period: str | None,
        page: Page,
        *,
        moment: Moment = NOW,
    ) -> Sequence[Mapping[str, object]]:
        """What was charged and taken back, and what was not charged, in the order of the log."""
        select = sa.select(ACCRUALS).where(_A.agreement == agreement, _read_by(party, _A.agreement))
        select = only_where(select.where(within(ACCRUALS, moment)), {_A.period: period})
        rows = await self._reads.all(page.of(select, _A.sequence))
        return [self._accrual(row) for row in rows]

    async def accounts(
        self, party: str, agreement: str | None, moment: Moment = NOW
    ) -> Mapping[str, object]:
        """Every account's balance, and per currency their sum: zero, where they balance."""
        names = ("agreement", "party", "account", "currency")
        columns = [POSTINGS.c[name] for name in names]
        select = sa.select(*columns, sa.func.sum(POSTINGS.c.minor).label("minor"))
        select = select.where(_read_by(party, POSTINGS.c.agreement), within(POSTINGS, moment))
        if agreement is not None:
            select = select.where(POSTINGS.c.agreement == agreement)
        rows = await self._reads.all(select.group_by(*columns).order_by(*columns))
        sums: dict[str, int] = {}
        for row in rows:
            sums[row["currency"]] = sums.get(row["currency"], 0) + int(row["minor"])
        return {
            "accounts": [
                {**{name: row[name] for name in names[:3]}, "balance": money(row)} for row in rows
            ],
            "sums": [Money.of(minor, currency) for currency, minor in sums.items()],
        }

    async def invoices(
        self, party: str, page: Page, **wanted: str | None
    ) -> Sequence[Mapping[str, object]]:
        """Invoices in the order of their ids: all, or those with the columns that are wanted."""
        select = sa.select(INVOICES).where(_read_by(party, INVOICES.c.agreement))
        select = only_where(select, {INVOICES.c[name]: value for name, value in wanted.items()})
        rows = await self._reads.all(page.of(select, INVOICES.c.invoice))
        return [head(row, self._origin) for row in rows]

    async def invoice(self, party: str, invoice: str) -> Mapping[str, object] | None:
        """One invoice, each of its lines with the entries behind it, and the nights that nobody
        attested, custody by custody.
        """
        read = _read_by(party, INVOICES.c.agreement)
        select = sa.select(INVOICES).where(INVOICES.c.invoice == invoice, read)
        row = await self._reads.first(select)
        if row is None:
            return None
        of_invoice = sa.select(INVOICE_LINES).where(INVOICE_LINES.c.invoice == invoice)
        lines = await self._reads.all(of_invoice.order_by(INVOICE_LINES.c.line))
        claims = await self._claims(invoice, row["currency"])
        entries = await self._entries(row["agreement"], row["period"])
        payments = (await self._folded(invoices.fold(InvoiceId(invoice)))).payments
        return {
            **head(row, self._origin),
            "lines": [
                {
                    **shown_line(line, entries, row["currency"]),
                    "claims": claims.get(line["line"], ()),
                }
                for line in lines
            ],
            "not_attested": [not_attested(custody) for custody in await self._silent(invoice)],
            "payments": [{name: getattr(paid, name) for name in _PAYMENT} for paid in payments],
        }

    async def services(
        self, party: str, page: Page, **wanted: str | None
    ) -> Sequence[Mapping[str, object]]:
        """Services and cancellations in the order of their ids: all, or those that are wanted."""
        select = sa.select(SERVICES).where(_read_by(party, SERVICES.c.agreement))
        select = only_where(select, {SERVICES.c[name]: value for name, value in wanted.items()})
        rows = await self._reads.all(page.of(select, SERVICES.c.service))
        return [self._service(row) for row in rows]

    async def service(self, party: str, service: str) -> Mapping[str, object] | None:
        """One service or cancellation."""
        select = sa.select(SERVICES).where(SERVICES.c.service == service)
        row = await self._reads.first(select.where(_read_by(party, SERVICES.c.agreement)))
        return self._service(row) if row is not None else None

    async def statement(self, party: str, agreement: str) -> Mapping[str, object] | None:
        """What each component has earned, and what was paid ahead and is not earned (F7)."""
        of_agreement = sa.select(TERMS).where(
            TERMS.c.agreement == agreement, _read_by(party, TERMS.c.agreement)
        )
        rows = await self._reads.all(of_agreement.order_by(TERMS.c.sequence))
        if not rows:
            return None
        received = await self._received(agreement)
        state: AccountState = await self._folded(account.fold(AgreementId(agreement)))
        versions = {
            component.id: row["version"]
            for row in rows
            for component in msgspec.json.decode(row["tariff"], type=Tariff).components
        }
        components = [
            _statement(version, state.of(name), received.get(name))
            for name, version in versions.items()
        ]
        return {"agreement": agreement, "components": components}

    async def funding(self, party: str, agreement: str) -> FundingState | None:
        """The money behind an agreement, as the log has it now."""
        known = sa.select(TERMS).where(
            TERMS.c.agreement == agreement, _read_by(party, TERMS.c.agreement)
        )
        if await self._reads.first(known) is None:
            return None
        held: FundingState = await self._folded(funding.fold(AgreementId(agreement)))
        return held

    async def _entries(
        self, agreement: str, period: str
    ) -> Mapping[tuple[str | None, str, str], tuple[EntryRange, ...]]:
        """The accruals and reversals of a month, by custody, component and version."""
        keys = (_A.custody, _A.component, _A.version)
        sequences = sa.func.array_agg(aggregate_order_by(_A.sequence, _A.sequence))
        rows = await self._reads.all(
            sa.select(*keys, sequences.label("sequences"))
            .where(_A.agreement == agreement, _A.period == period, _A.outcome.in_(_CHARGES))
            .group_by(*keys)
        )
        return {
            (row["custody"], row["component"], row["version"]): evidence.ranges(
                entry_ref(self._origin, sequence) for sequence in row["sequences"]
            )
            for row in rows
        }

    async def _claims(
        self, invoice: str, currency: str
    ) -> Mapping[int, Sequence[Mapping[str, object]]]:
        """Every dispute, its end and every credit note of an invoice, by line, in order."""
        of_invoice = sa.select(CLAIMS).where(CLAIMS.c.invoice == invoice)
        claims: dict[int, list[Mapping[str, object]]] = {}
        for row in await self._reads.all(of_invoice.order_by(CLAIMS.c.sequence)):
            claims.setdefault(row["line"], []).append(shown_claim(row, currency, self._origin))
        return claims

    async def _silent(self, invoice: str) -> Sequence[sa.RowMapping]:
        """The custodies of an invoice with nights that nobody attested, by their ids."""
        nights = NIGHTS_NOT_ATTESTED
        of_invoice = sa.select(nights).where(nights.c.invoice == invoice)
        return await self._reads.all(of_invoice.order_by(nights.c.custody))

    async def _received(self, agreement: str) -> Mapping[str, sa.RowMapping]:
        of_agreement = PREPAYMENTS.c.agreement == agreement
        rows = await self._reads.all(sa.select(PREPAYMENTS).where(of_agreement))
        return {row["component"]: row for row in rows}

    def _accrual(self, row: sa.RowMapping) -> Mapping[str, object]:
        names = ("sequence", "outcome", "custody", "person", "night", "period")
        return {
            **{name: row[name] for name in names},
            "agreement": row["version"],
            "entry": entry_ref(self._origin, row["sequence"]),
            "evidence": msgspec.json.decode(row["evidence"], type=tuple[EntryRef, ...]),
            "component": row["component"],
            "unit": row["unit"],
            "quantity": row["quantity"],
            "amount": None if row["minor"] is None else money(row),
            "because": row["because"],
            "reason": row["reason"],
        }

    def _service(self, row: sa.RowMapping) -> Mapping[str, object]:
        names = ("service", "status", "reference", "document", "recorded_by")
        settled = ("settled_by", "withdrawn_by", "reason", "period")
        settled_in = row["settled_in"]
        return {
            **{name: row[name] for name in names},
            "agreement": row["version"],
            "entry": entry_ref(self._origin, row["recorded_in"]),
            "occasion": msgspec.json.decode(row["occasion"]),
            "settled": None if settled_in is None else entry_ref(self._origin, settled_in),
            **{name: row[name] for name in settled},
        }


def _read_by(party: str, agreement: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Whether an agreement is one that this party reads: every version has the same two states."""
    if party == INDEPENDENT:
        return sa.true()
    its_own = sa.or_(TERMS.c.sending == party, TERMS.c.receiving == party)
    return agreement.in_(sa.select(TERMS.c.agreement).where(its_own))


def _statement(
    version: str, standing: Standing, paid: sa.RowMapping | None
) -> Mapping[str, object]:
    return {
        "agreement": version,
        "component": standing.component.id,
        **msgspec.structs.asdict(standing.component.statement(standing.tally)),
        "received_on": paid["received_on"] if paid else None,
        "reference": paid["reference"] if paid else None,
    }
