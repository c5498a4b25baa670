"""An entry is read as what it is, or not at all: an older process says that it is older."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.contracts.upcasting import newest
from shared.ledger.entry import decode
from shared.ledger.errors import OlderThanLog
from tests.support.entries import entry
from tests.support.judgments import judgment_v1
from tests.support.newer_entries import NEWER


def test_an_entry_of_an_earlier_version_is_read_as_the_newest() -> None:
    former = judgment_v1()
    assert decode(entry(3, former)).event == newest(former)


@pytest.mark.parametrize("what", NEWER)
def test_what_a_later_version_added_is_not_passed_over_by_an_older_process(what: str) -> None:
    with pytest.raises(OlderThanLog, match="upgrade"):
        decode(NEWER[what])


@pytest.mark.parametrize("data", [[], {}, "text", {"custody": 1}])
def test_data_of_another_shape_is_not_read_either(data: object) -> None:
    attributes: dict[str, Any] = json.loads(entry(0))
    changed = json.dumps({**attributes, "data": data}).encode()
    with pytest.raises(OlderThanLog, match=r"PlaceReserved\.v1 that this process cannot read"):
        decode(changed)
