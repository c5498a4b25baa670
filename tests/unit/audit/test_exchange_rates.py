"""Exchange rates: what an audit makes of them from the rule alone (F3)."""

from __future__ import annotations

import pytest

from shared.contracts.exchange import ExchangeRateFixed
from tests.unit.audit.funding_told import funded
from tests.unit.audit.names import AUTHORITY
from tests.unit.audit.rules import Row, breaks, broken, missing
from tests.unit.audit.tampering import Tampering

ROWS: dict[str, Row] = {
    "in another currency": (ExchangeRateFixed, {"quote": "USD"}, broken("F3")),
    "that there is": (ExchangeRateFixed, {"quote": "XYZ"}, broken("F3")),
    "above zero": (ExchangeRateFixed, {"rate": "0.00"}, broken("F3")),
    "once a day": ((ExchangeRateFixed, 1), {"quote": "NOK"}, broken("F3")),
    "from the currency of the terms": (ExchangeRateFixed, {"base": "EUR"}, broken("F3")),
    "under signed terms": (ExchangeRateFixed, {"agreement": "usa-slv-2025@7"}, missing("F8")),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_f3_whatever_else_is_said_of_a_rate_is_found(row: Row) -> None:
    assert breaks(funded(), row)


def test_f3_only_the_paying_treasury_fixes_one() -> None:
    fixed = Tampering(funded(), ExchangeRateFixed).envelope(actor=str(AUTHORITY))
    assert broken("F3") in fixed.here()
