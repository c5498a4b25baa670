"""Terms, stays and nights: paid for once, if attested, at the signed price (F7, G20, T7)."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from shared.contracts.agreement import Parties
from shared.contracts.billing import (
    FeeAccrued,
    FeeReversed,
    NightAlreadyCharged,
    NightNotCharged,
    NightUnpriced,
    PrepaymentReceived,
    StayClosed,
    StayOpened,
    TermsActivated,
)
from shared.contracts.invoice import EntryRange, PeriodClosed
from shared.contracts.placement import HeadcountAttested
from shared.contracts.returns import ReturnCompleted
from shared.kernel.money import Money
from shared.tariff.accounts import Account, Posting
from tests.unit.audit.names import custody, document, person
from tests.unit.audit.rules import Row, breaks, broken, differs, missing
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import (
    by_the_night,
    main_job,
    night,
    pool_used_up,
    two_custodies,
)

NOTHING = "accord.example/placement/0#0"
CENT, DOLLAR = Money("0.01", "USD"), Money("1.00", "USD")
EURO = Money("54.79", "EUR")
ONE_ENTRY = (EntryRange("accord.example/placement/0", 1, 1),)
FAR = date(2031, 1, 1)
LOPSIDED = (
    Posting(Account("prepaid", "SLV"), CENT),
    Posting(Account("prepaid", "USA"), DOLLAR),
)
LATE = (FeeReversed, 0)

ROWS: dict[str, Row] = {
    "terms are those that were signed": (TermsActivated, {"signed": NOTHING}, missing("F8")),
    "terms have the signed digest": (TermsActivated, {"digest": "0" * 64}, broken("F8")),
    "terms have the signed tariff": (
        TermsActivated, {"tariff": document(tariff={"currency": "USD", "components": []}).tariff},
        broken("F8")),
    "terms have the signed parties": (
        TermsActivated, {"parties": Parties("USA", "GTM")}, broken("F8")),
    "terms are of an agreement": (TermsActivated, {"agreement": "none@1"}, missing("F8")),
    "a prepayment is the signed amount": (PrepaymentReceived, {"amount": CENT}, differs("F7")),
    "a prepayment is of a component": (PrepaymentReceived, {"component": "x"}, broken("F7")),
    "a prepayment is under signed terms": (
        PrepaymentReceived, {"agreement": "none@1"}, broken("F7")),
    "a prepayment has been received": (PrepaymentReceived, {"received_on": FAR}, broken("F7")),
    "a prepayment's postings sum to zero": (
        PrepaymentReceived, {"postings": LOPSIDED}, differs("double entry")),
    "a stay is of a custody": (StayOpened, {"custody": custody(9)}, missing("G20")),
    "a stay was accepted": (StayOpened, {"accepted": NOTHING}, missing("G20")),
    "a stay is the person's": (StayOpened, {"person": person(2)}, broken("G20")),
    "a stay begins when they came": (StayOpened, {"arrived_on": night(1)}, broken("G20")),
    "a stay is where they are": (StayOpened, {"facility": "x"}, broken("G20")),
    "a stay is opened once": ((StayOpened, 1), {"custody": custody(1)}, broken("G20")),
    "a stay is under its agreement": (StayOpened, {"agreement": "usa-slv-2025@2"}, broken("G20")),
    "what is closed was opened": (StayClosed, {"custody": custody(9)}, missing("G20")),
    "what is closed has ended": (StayClosed, {"ended": NOTHING}, missing("T7")),
    "what is closed ended then": (StayClosed, {"departed_on": night(3)}, broken("T7")),
    "a stay is closed once": ((StayClosed, 1), {"custody": custody(5)}, broken("T7")),
    "a night is of a stay": (FeeAccrued, {"custody": custody(9)}, missing("G20")),
    "a night is the person's": (FeeAccrued, {"person": person(2)}, broken("G20")),
    "a night is attested": (FeeAccrued, {"evidence": (NOTHING,)}, missing("G20")),
    "a night has evidence at all": (FeeAccrued, {"evidence": ()}, missing("G20")),
    "a night is attested by whoever did": (
        FeeAccrued, {"attested_by": "SLV:ops:x"}, broken("G20")),
    "a night that nobody attested": (FeeAccrued, {"night": night(40)}, missing("G20")),
    "a night of the stay": (FeeAccrued, {"night": night(-9)}, broken("G20")),
    "a night is charged once": ((FeeAccrued, 3), {"night": night(0)}, broken("G20")),
    "a night is in its month": (FeeAccrued, {"period": "2025-04"}, broken("period")),
    "a night has the signed price": (FeeAccrued, {"amount": DOLLAR}, differs("tariff")),
    "a night is in the signed currency": (FeeAccrued, {"amount": EURO}, differs("tariff")),
    "a night is one night": (FeeAccrued, {"quantity": 2}, differs("tariff")),
    "a night is a person-night": (FeeAccrued, {"unit": "hour"}, differs("tariff")),
    "a night needs no reason": (FeeAccrued, {"reason": "x"}, broken("tariff")),
    "a night is somebody's": (FeeAccrued, {"custody": None}, differs("tariff")),
    "a night is under a component": (FeeAccrued, {"component": "x"}, differs("tariff")),
    "a night's postings sum to zero": (
        FeeAccrued, {"postings": LOPSIDED}, differs("double entry")),
    "a reversal is of a charged night": (LATE, {"night": night(2)}, broken("T7")),
    "a reversal says what ended the stay": (LATE, {"because": NOTHING}, broken("T7")),
    "a reversal is borne by the open month": (LATE, {"period": "2025-03"}, broken("period")),
    "a reversal hands back one": (LATE, {"quantity": 1}, differs("tariff")),
    "a reversal is of a night": (LATE, {"night": None}, broken("T7")),
    "a reversal is of the signed price": (LATE, {"amount": DOLLAR}, differs("tariff")),
    "a reversal is of a component": (LATE, {"component": "x"}, missing("tariff")),
    "a reversal is of a stay": (LATE, {"custody": custody(9)}, missing("G20")),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_entry_that_breaks_a_rule_is_found(row: Row) -> None:
    assert breaks(main_job(), row)


UNPRICED: dict[str, Row] = {
    "a waiting night is attested": (NightUnpriced, {"attested": NOTHING}, missing("G20")),
    "a waiting night is of a stay": (NightUnpriced, {"custody": custody(9)}, missing("G20")),
    "a waiting night is in its month": (NightUnpriced, {"period": "2025-04"}, broken("period")),
    "who attested a waiting night": (NightUnpriced, {"attested_by": "SLV:o:x"}, broken("G20")),
    "no night waits that was not attested": (
        NightUnpriced, {"night": night(9)}, missing("G20")),
    "what is not charged was attested": (NightNotCharged, {"attested": NOTHING}, missing("G20")),
    "what is not charged is in its month": (
        NightNotCharged, {"period": "2025-04"}, broken("period")),
    "what is not charged has a reason": (
        NightNotCharged, {"custody": custody(1), "person": person(1)}, broken("G20")),
}  # fmt: skip


@pytest.mark.parametrize("row", UNPRICED.values(), ids=UNPRICED)
def test_what_is_not_charged_is_said_and_has_a_reason(row: Row) -> None:
    assert breaks(pool_used_up(), row)


KEPT_OFF: dict[str, Row] = {
    "what is kept off is of a stay": (
        NightAlreadyCharged, {"custody": custody(9)}, missing("G20")),
    "what is kept off is a night of it": (
        NightAlreadyCharged, {"night": night(-9)}, broken("G20")),
    "what is kept off has its first night": (
        NightAlreadyCharged, {"arrived_on": night(1)}, broken("G20")),
}  # fmt: skip


@pytest.mark.parametrize("row", KEPT_OFF.values(), ids=KEPT_OFF)
def test_a_night_that_is_kept_off_is_of_a_stay(row: Row) -> None:
    assert breaks(two_custodies(), row)


def test_what_was_kept_off_is_owed_once_the_other_charge_is_taken_back() -> None:
    facts = Tampering(two_custodies(), FeeAccrued, 1).gone().facts
    assert missing("G20") in Tampering(facts, FeeReversed).here()


def test_a_prepayment_is_received_once() -> None:
    facts = main_job()
    again = Tampering(facts, PeriodClosed).instead(Tampering(facts, PrepaymentReceived).words)
    assert broken("F7") in again.here()


def test_only_a_prepaid_component_is_paid_ahead() -> None:
    facts = by_the_night()
    paid = Tampering(main_job(), PrepaymentReceived).words
    bed = msgspec.structs.replace(paid, component="bed")
    assert broken("F7") in Tampering(facts, PeriodClosed).instead(bed).here()


def test_terms_are_activated_once() -> None:
    facts = main_job()
    terms = Tampering(facts, TermsActivated)
    again = Tampering(facts, StayOpened).instead(terms.words)
    again.envelope(causation=terms.fact.causation)
    assert broken("F8") in again.here()


def test_nothing_is_charged_after_the_end_of_a_stay_and_what_was_is_taken_back() -> None:
    facts = main_job()
    shorter = Tampering(facts, FeeReversed, 2).gone().facts
    closed = Tampering(shorter, StayClosed, 1)
    assert missing("T7") in closed.here()
    late = Tampering(facts, FeeAccrued, 39)
    into = late.event(custody=custody(5), person=person(5))
    assert broken("G20") in into.here()


def test_a_waiting_night_outside_the_stay_needs_no_price_and_that_is_said() -> None:
    facts = Tampering(pool_used_up(), NightNotCharged).gone().facts
    assert missing("T7") in Tampering(facts, StayClosed).here()


def test_every_component_of_a_night_is_charged_in_one_decision() -> None:
    facts = Tampering(by_the_night(), FeeAccrued, 1).gone().facts
    assert missing("tariff") in Tampering(facts, FeeAccrued).here()
    second = Tampering(by_the_night(), FeeAccrued, 1).event(evidence=(NOTHING,))
    assert missing("G20") in second.here()


def test_a_reversal_names_what_attested_the_night_while_its_month_is_open() -> None:
    changed = Tampering(by_the_night(), FeeReversed).event(evidence=(NOTHING,))
    assert missing("G20") in changed.here()


def test_a_night_that_has_a_price_does_not_wait_for_one() -> None:
    facts = main_job()
    first = Tampering(facts, FeeAccrued)
    words = {
        name: getattr(first.words, name)
        for name in ("custody", "person", "agreement", "night", "period", "attested_by")
    }
    words["attested"] = first.words.evidence[0]
    assert differs("tariff") in first.instead(NightUnpriced(**words)).here()


def test_what_an_earlier_entry_asks_for_is_done_before_a_later_one_is_acted_on() -> None:
    for event, asks, rule in (
        (FeeAccrued, HeadcountAttested, "G20"),
        (StayClosed, ReturnCompleted, "T7"),
    ):
        facts = Tampering(main_job(), event).gone().facts
        assert missing(rule) in Tampering(facts, asks).here()
