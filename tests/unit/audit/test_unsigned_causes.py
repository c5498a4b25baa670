"""What a service did because of an entry that the other log has not signed is found (ADR 0036)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.contracts.billing import FeeAccrued, TermsActivated
from shared.contracts.intake import AgreementActivated, CaseTransferred
from shared.contracts.manifest import HandoverOffered, PersonManifested, PlaceConfirmed
from shared.contracts.placement import (
    CustodyAccepted,
    HandoverPending,
    HeadcountAttested,
    PlaceReserved,
)
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import main_job

if TYPE_CHECKING:
    from shared.kernel.event import Event

EFFECTS: list[tuple[type[Event], type[Event]]] = [
    (HeadcountAttested, FeeAccrued),
    (HandoverOffered, HandoverPending),
    (PersonManifested, PlaceReserved),
    (PlaceReserved, PlaceConfirmed),
    (CustodyAccepted, CaseTransferred),
    (AgreementActivated, TermsActivated),
]
"""Every row of the runbook's table (docs/guides/topic-findings.md): a cause and what follows."""


@pytest.mark.parametrize(
    ("cause", "effect"), EFFECTS, ids=lambda kind: kind.__name__ if kind else ""
)
def test_an_effect_of_what_the_log_has_not_signed_is_found_where_it_stands(
    cause: type[Event], effect: type[Event]
) -> None:
    tampered = Tampering(main_job(), cause)
    unsigned = tampered.fact.ref
    facts = tampered.gone().facts
    effects = {
        fact.ref for fact in facts if isinstance(fact.event, effect) and fact.causation == unsigned
    }
    assert effects
    found = {f"{finding.origin}#{finding.index}" for finding in audited(facts)[1]}
    assert effects <= found
