"""The documents in `agreements/`: each can be proposed, and comes to what its source says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from services.intake.domain import fee_terms
from shared.contracts.agreement import AgreementDocument
from shared.kernel.ids import EntryRef
from shared.kernel.money import Money, total
from shared.kernel.reference.named_codes import faults
from shared.tariff.fact import MonthEnd
from shared.web.yaml_document import read_yaml

FOLDER = Path(__file__).parents[3] / "agreements"
DOCUMENTS = sorted(FOLDER.glob("*.yaml"))


def read(path: Path) -> AgreementDocument:
    """The document as the endpoint reads it."""
    return msgspec.convert(read_yaml(path.read_bytes()), AgreementDocument, strict=False)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_document_can_be_proposed_as_it_stands(path: Path) -> None:
    document = read(path)
    assert document.agreement == path.stem
    assert [*faults(document)] == []
    fee_terms.check(document, [])


@pytest.mark.parametrize(
    ("name", "months", "comes_to"),
    [
        ("nor-nld-2015", 36, "76500000.00"),  # F1
        ("dnk-rks-2027", 120, "210000000.00"),  # F5
        ("swe-est-2026", 9, "22950000.00"),  # F6: nobody comes, the minimum is owed
    ],
)
def test_f1_f5_f6_with_nobody_there_come_to_what_their_sources_say(
    name: str, months: int, comes_to: str
) -> None:
    document = read(FOLDER / f"{name}.yaml")
    first = document.effective.start
    ends = [
        date(first.year + (first.month - 1 + number) // 12, (first.month - 1 + number) % 12 + 1, 1)
        for number in range(months)
    ]
    earned: list[Money] = []
    for component in document.tariff.components:
        tally = component.empty
        for end in ends:
            charge = component.close(MonthEnd(f"{end:%Y-%m}", EntryRef("o#1")), tally)
            assert charge is not None
            tally, earned = charge.tally, [*earned, charge.amount]

    assert total(earned, "EUR") == Money(comes_to, "EUR")
