"""Invoices: drawn from closed months, line by line with their evidence, certified once (G20)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from services.audit.domain.replay import Replay
from shared.contracts.billing import FeeAccrued, FeeReversed, PrepaymentReceived
from shared.contracts.invoice import (
    EntryRange,
    InvoiceCertified,
    InvoiceDrafted,
    InvoiceIssued,
    InvoiceLineDrafted,
    InvoiceMismatched,
    PeriodClosed,
)
from shared.contracts.placement import HeadcountAttested
from shared.kernel.dates import DatePeriod
from shared.kernel.money import Money
from shared.kernel.rejected import Refusal
from shared.tariff.accounts import Account, Posting
from tests.support.signing import KEYS
from tests.unit.audit.names import custody, invoice, person
from tests.unit.audit.rules import SIDES, Row, breaks, broken, differs, missing
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering, said
from tests.unit.audit.told import (
    main_job,
    pool_used_up,
)

if TYPE_CHECKING:
    from services.audit.domain.entry import Entry

NOTHING = "accord.example/placement/0#0"
CENT, DOLLAR = Money("0.01", "USD"), Money("1.00", "USD")
EURO = Money("54.79", "EUR")
ONE_ENTRY = (EntryRange("accord.example/placement/0", 1, 1),)
FAR = date(2031, 1, 1)
YEAR = DatePeriod(date(2025, 3, 16), date(2026, 3, 16))
LOPSIDED = (
    Posting(Account("prepaid", "SLV"), CENT),
    Posting(Account("prepaid", "USA"), DOLLAR),
)
LATE = (FeeReversed, 0)

ROWS: dict[str, Row] = {
    "a month is under activated terms": (PeriodClosed, {"agreement": "none@1"}, missing("F8")),
    "who closes a month says so": (PeriodClosed, {"closed_by": "SLV:ops:x"}, broken("G20")),
    "a month is closed once": ((PeriodClosed, 1), {"period": "2025-03"}, broken("period")),
    "a month is over": (PeriodClosed, {"period": "2025-04"}, broken("period")),
    "a month has terms": (PeriodClosed, {"period": "2025-01"}, broken("F5")),
    "an invoice is of a closed month": (InvoiceDrafted, {"invoice": invoice(9)}, missing("G20")),
    "an invoice is of that month": (InvoiceDrafted, {"period": "2025-02"}, broken("ledger")),
    "the sender pays": (InvoiceDrafted, {"payer": "GTM"}, broken("parties")),
    "the receiver is paid": (InvoiceDrafted, {"payee": "GTM"}, broken("parties")),
    "an invoice has all its lines": (InvoiceDrafted, {"lines": 2}, differs("tariff")),
    "an invoice earns what its lines do": (InvoiceDrafted, {"earned": CENT}, differs("tariff")),
    "prepaid nights are drawn": (InvoiceDrafted, {"drawn": CENT}, differs("tariff")),
    "prepaid nights are not due": (InvoiceDrafted, {"due": CENT}, differs("tariff")),
    "a line is of the invoice": (InvoiceLineDrafted, {"invoice": invoice(9)}, missing("G20")),
    "a line is of the month": (InvoiceLineDrafted, {"custody": custody(9)}, broken("tariff")),
    "lines are numbered": (InvoiceLineDrafted, {"line": 2}, broken("tariff")),
    "a line is the person's": (InvoiceLineDrafted, {"person": person(9)}, broken("ledger")),
    "a line has its nights": (InvoiceLineDrafted, {"quantity": 17}, differs("tariff")),
    "a line is of nights": (InvoiceLineDrafted, {"unit": "hour"}, differs("tariff")),
    "a line needs no reason": (InvoiceLineDrafted, {"reason": "x"}, broken("tariff")),
    "a line has its amount": (InvoiceLineDrafted, {"amount": CENT}, differs("tariff")),
    "a line has its evidence": (InvoiceLineDrafted, {"evidence": ONE_ENTRY}, missing("G20")),
    "a line has evidence at all": (InvoiceLineDrafted, {"evidence": ()}, missing("G20")),
    "who closed the month issues": (InvoiceIssued, {"issued_by": "SLV:ops:x"}, broken("G20")),
    "what is issued was drafted": (InvoiceIssued, {"due": CENT}, differs("tariff")),
    "what is owed from there is what is due": (
        InvoiceIssued, {"postings": LOPSIDED}, differs("double entry")),
    "what is issued is the month's": (InvoiceIssued, {"invoice": invoice(9)}, missing("G20")),
    "what is certified was issued": (InvoiceCertified, {"invoice": invoice(9)}, missing("T7")),
    "what is certified is of its month": (
        InvoiceCertified, {"period": "2025-02"}, broken("ledger")),
    "who certifies says so": (InvoiceCertified, {"certified_by": "USA:ops:x"}, broken("G20")),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(main_job(), row)


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (PrepaymentReceived, SIDES),
        (PeriodClosed, SIDES),
        (InvoiceCertified, SIDES),
    ],
)
def test_the_treasury_of_the_right_state_acts(event: type[Any], found: tuple[str, str]) -> None:
    for actor in ("GTM:treasury:x", "SLV:ops:x", "USA:ops:x"):
        assert found in Tampering(main_job(), event).envelope(actor=actor).here()


def test_attestor_and_invoicer_are_different_subjects() -> None:
    attestor = Tampering(main_job(), HeadcountAttested).fact.actor
    closed = Tampering(main_job(), PeriodClosed).event(closed_by=attestor)
    assert broken("G20") in closed.envelope(actor=attestor).here()


def test_who_issued_an_invoice_does_not_certify_it() -> None:
    issuer = Tampering(main_job(), InvoiceIssued).words.issued_by
    certified = Tampering(main_job(), InvoiceCertified).event(certified_by=issuer)
    assert broken("G20") in certified.envelope(actor=issuer).here()


REFUSED = Refusal(rule="D8", reason="LinesDoNotFollow", detail="the month stays open")


def test_d8_a_mismatch_that_is_so_is_a_finding_until_it_is_mended() -> None:
    """A charge is a cent too high and billing says so, with the sums that the node comes to."""
    changed = Tampering(main_job(), FeeAccrued)
    charged = changed.words.amount
    facts = changed.event(amount=charged + CENT).facts
    drafted = Tampering(facts, InvoiceDrafted).words
    closed = Tampering(facts, PeriodClosed)
    words = {"agreement": closed.words.agreement, "period": closed.words.period}
    right = InvoiceMismatched(
        **words, expected=drafted.earned, drafted=drafted.earned + CENT, refusal=REFUSED
    )
    assert closed.instead(right).here() == {differs("tariff")}
    for wrong in ({"expected": CENT}, {"drafted": CENT}):
        said_wrong = msgspec.structs.replace(right, **wrong)
        assert broken("D8") in closed.instead(said_wrong).here()


def test_d8_a_mismatch_that_is_none_keeps_no_month_open() -> None:
    closed = Tampering(main_job(), PeriodClosed)
    earned = Tampering(main_job(), InvoiceDrafted).words.earned
    words = {"agreement": closed.words.agreement, "period": closed.words.period}
    claimed = InvoiceMismatched(**words, expected=earned, drafted=earned, refusal=REFUSED)
    assert closed.instead(claimed).here() == {broken("D8")}
    later = InvoiceMismatched(
        agreement=closed.words.agreement,
        period="2031-01",
        expected=Money("0.00", "USD"),
        drafted=Money("0.00", "USD"),
        refusal=REFUSED,
    )
    assert closed.instead(later).here() == {broken("D8")}
    unsigned = msgspec.structs.replace(claimed, agreement="none@1")
    assert missing("F8") in closed.instead(unsigned).here()


def test_d8_a_closed_month_has_no_mismatch() -> None:
    """Nor is a month closed with a charge that does not follow, whoever says that it matches."""
    facts = main_job()
    issued = Tampering(facts, InvoiceIssued)
    after = InvoiceMismatched(
        agreement=issued.words.agreement,
        period=issued.words.period,
        expected=DOLLAR,
        drafted=CENT,
        refusal=REFUSED,
    )
    assert broken("D8") in issued.instead(after).here()
    wrong = Tampering(facts, FeeAccrued).event(amount=DOLLAR).facts
    assert broken("D8") in Tampering(wrong, PeriodClosed).here()


def test_an_invoice_follows_its_closed_month_line_by_line_to_the_end() -> None:
    for event, before in (
        (InvoiceDrafted, PeriodClosed),
        (InvoiceLineDrafted, InvoiceDrafted),
        (InvoiceIssued, InvoiceDrafted),
    ):
        facts = Tampering(main_job(), event).gone().facts
        assert missing("tariff") in Tampering(facts, before).here()


def test_an_invoice_without_a_draft_has_nothing_due() -> None:
    facts = Tampering(main_job(), InvoiceDrafted).gone().facts
    assert differs("tariff") in Tampering(facts, InvoiceIssued).here()


def test_no_invoice_is_drawn_while_a_night_waits_for_a_price() -> None:
    facts = [fact for fact in pool_used_up() if not _repriced(fact)]
    assert broken("tariff") in Tampering(facts, PeriodClosed).here()


def _repriced(fact: Entry) -> bool:
    return isinstance(fact.event, FeeAccrued) and fact.causation is None


def test_a_whole_month_follows_from_the_signed_tariff() -> None:
    """Each night by itself and all of them together: one wrong cent is found in both."""
    facts = main_job()
    changed = Tampering(facts, FeeAccrued, 7).event(amount=DOLLAR)
    found = said(changed.findings())
    assert {differs("tariff"), differs("double entry")} <= found


def test_late_facts_are_borne_by_the_next_open_month() -> None:
    reversed_late = Tampering(main_job(), FeeReversed).words
    assert (reversed_late.night, reversed_late.period) == (date(2025, 3, 31), "2025-04")
    assert audited(main_job())[1] == []


def test_a_month_that_is_not_over_everywhere_is_not_closed() -> None:
    first_of_april = datetime(2025, 4, 1, 11, 59, tzinfo=UTC)
    closed = Tampering(main_job(), PeriodClosed)
    early = closed.envelope(recorded_at=first_of_april)
    assert broken("period") in early.here()
    on_time = closed.envelope(recorded_at=first_of_april + timedelta(minutes=1))
    assert broken("period") not in on_time.here()


def test_what_a_component_has_earned_is_held_against_the_signed_tariff() -> None:
    """A sum that this node itself got wrong is found when the month is closed."""
    closed = Tampering(main_job(), PeriodClosed)
    replay = Replay(KEYS.fault)
    for fact in closed.facts[: closed.place]:
        assert replay.feed(fact) == []
    (standing,) = replay.state.terms.signed[closed.words.agreement].standings.values()
    standing.earned += 1
    assert said(replay.feed(closed.fact)) == {differs("tariff")}
