"""An identity is confirmed by two different identifiers, tied to what the vault holds (G9)."""

from __future__ import annotations

import msgspec
import pytest

from shared.contracts.intake import IdentityConfirmed, PersonRegistered
from tests.support import identifiers
from tests.support.bad_input import rows
from tests.unit.audit.rules import broken
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import main_job


@pytest.mark.parametrize(("held", "named", "right"), rows("identifiers"))
def test_g9_two_independent_identifiers_tied_to_what_the_vault_holds(
    held: str, named: str, right: str
) -> None:
    """The audit never sees the vault: what it holds stands in the registration, by hash."""
    facts = main_job()
    job = [
        msgspec.structs.replace(
            fact, event=msgspec.structs.replace(fact.event, documents=identifiers.held(held))
        )
        if isinstance(fact.event, PersonRegistered)
        else fact
        for fact in facts
    ]
    told = Tampering(job, IdentityConfirmed).event(identifiers=identifiers.named(named)).here()
    assert told == (set() if right == "good" else {broken("G9")})


def test_g9_an_identifier_that_is_named_twice_is_found_where_it_is_recorded() -> None:
    confirmed = Tampering(main_job(), IdentityConfirmed)
    assert confirmed.event(identifiers=("passport", "iris", "passport")).here() == {broken("G9")}
