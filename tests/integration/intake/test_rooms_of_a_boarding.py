"""How many rooms a boarding is handed through, from its route to its entry."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from services.intake.domain.manifest.board_person import BoardPerson
from tests.architecture.source import ROOT
from tests.integration.intake.agencies import made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from tests.integration.intake.travel import Travel

MOST_ROOMS = 6


@contextmanager
def rooms_of(command: type) -> Iterator[set[str]]:
    """The product's files in which a function is called that has such a command in its hands."""
    rooms = set[str]()

    def called(frame: FrameType, what: str, _: object) -> None:
        file = frame.f_code.co_filename
        is_ours = what == "call" and file.startswith((f"{ROOT}/services/", f"{ROOT}/shared/"))
        if is_ours and any(isinstance(value, command) for value in frame.f_locals.values()):
            rooms.add(file.removeprefix(f"{ROOT}/"))

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        yield rooms
    finally:
        sys.setprofile(before)


async def test_a_boarding_is_handed_through_six_rooms_at_most(travel: Travel) -> None:
    (one,) = await travel.cleared(1)
    path = await travel.sealed(one)
    with rooms_of(BoardPerson) as rooms:
        made(await travel.escort.post(f"{path}/persons/{one.case}:board"))
    assert {"services/intake/api/manifests.py", "shared/ledger/runner.py"} <= rooms
    assert any(room.startswith("services/intake/domain/manifest/") for room in rooms)
    assert len(rooms) <= MOST_ROOMS, sorted(rooms)
