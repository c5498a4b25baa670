"""What an addition costs is measured, and stays within its limits (docs/adr/0021, 0023)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.contracts.placement import DeathReported
from tests.architecture.costs import Cost, costs, names_in, places_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("cost", costs(), ids=lambda cost: cost.what)
def test_an_addition_costs_no_more_than_its_limit(cost: Cost) -> None:
    assert cost.found <= cost.most


@pytest.mark.parametrize(
    "text",
    [
        "from shared.contracts.placement import DeathReported\n",
        "import shared.contracts.placement as p\n\ndef f(event):\n    return p.DeathReported\n",
    ],
)
def test_one_more_place_that_names_an_event_is_counted(text: str, tmp_path: Path) -> None:
    planted = tmp_path / "services/billing/domain/death.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(text, encoding="utf-8")
    assert places_of(DeathReported, names_in(tmp_path)) == [
        "services/billing/domain/death.py",
        "shared/contracts/placement.py",
    ]
