"""The guide's story, played over HTTP from the services' own documents: at most 40 requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.by_hand import GUIDE, ROW, Hand

if TYPE_CHECKING:
    from cli.local.stack import LocalStack

MOST_REQUESTS = 40

pytestmark = pytest.mark.timeout(600)


def test_a_whole_story_by_hand_takes_no_more_than_forty_requests(stack: LocalStack) -> None:
    guide = GUIDE.read_text("utf-8")
    rows = ROW.findall(guide)
    assert len(rows) == len(re.findall("^\\| (USA|SLV|XX) ", guide, re.MULTILINE))
    assert f"and {len(rows)} requests" in guide
    hand = Hand(stack)
    answers = [hand.step(row) for row in rows]
    assert answers[-1]["certified_by"] == "USA:treasury:treasury/one"
    assert len(rows) == hand.requests <= MOST_REQUESTS
