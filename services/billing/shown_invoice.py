"""Rows of an invoice as its answers show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shared.contracts.invoice import EntryRange
from shared.kernel.ids import entry_ref
from shared.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = Mapping[Any, Any]
    """A row as it was read."""

AMOUNTS = ("earned", "drawn", "due", "in_dispute", "outstanding")


def head(row: Row, origin: str) -> Mapping[str, object]:
    """An invoice without its lines."""
    names = ("invoice", "period", "payer", "payee", "status", "issued_by", "certified_by")
    return {
        **{name: row[name] for name in names},
        "agreement": row["version"],
        "entry": entry_ref(origin, row["drafted_in"]),
        **{name: amount(row[name], row["currency"]) for name in AMOUNTS},
        "nights": {
            "due": row["nights_due"],
            "attested": row["nights_attested"],
            "not_attested": row["nights_due"] - row["nights_attested"],
        },
    }


def shown_line(
    row: Row,
    entries: Mapping[tuple[str | None, str, str], tuple[EntryRange, ...]],
    currency: str,
) -> Mapping[str, object]:
    """A line with both kinds of entries: what its facts rest on, and what charged them."""
    return {
        "line": row["line"],
        "agreement": row["version"],
        "custody": row["custody"],
        "person": row["person"],
        "component": row["component"],
        "unit": row["unit"],
        "quantity": row["quantity"],
        "reason": row["reason"],
        "amount": amount(row["minor"], currency),
        "evidence": msgspec.json.decode(row["evidence"], type=tuple[EntryRange, ...]),
        "accruals": entries.get((row["custody"], row["component"], row["version"]), ()),
    }


def not_attested(row: Row) -> Mapping[str, object]:
    """The nights of a custody that are not attested, and so not billed."""
    nights: list[str] = msgspec.json.decode(row["nights"])
    named = {"custody": row["custody"], "person": row["person"]}
    return {"agreement": row["version"], **named, "nights": nights}


def shown_claim(row: Row, currency: str, origin: str) -> Mapping[str, object]:
    """A dispute, its end or a credit note."""
    return {
        "outcome": row["outcome"],
        "amount": amount(row["minor"], currency),
        **{name: row[name] for name in ("reason", "document", "credit_note", "recorded_by")},
        "entry": entry_ref(origin, row["sequence"]),
    }


def money(row: Row) -> Money:
    """The row's amount."""
    return amount(row["minor"], row["currency"])


def amount(minor: Any, currency: str) -> Money:  # noqa: ANN401 - NUMERIC comes back as Decimal
    """So many minor units."""
    return Money.of(int(minor), currency)
