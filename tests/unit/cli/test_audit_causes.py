"""What follows from no signed entry of the other log is listed with the cause that it claims."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cli.output import COULD_NOT, FINDING
from tests.support.exports import audit
from tests.unit.cli.test_audit_replay import BILLING, PLACEMENT, signed_by_all, told

if TYPE_CHECKING:
    from pathlib import Path


def test_an_honest_story_s_effects_follow_from_their_causes(tmp_path: Path) -> None:
    status, said = audit("causes", signed_by_all(told(), tmp_path / "export"))
    assert (status, said["good"], said["unproved"]) == (0, True, [])
    assert said["effects"] > 0


def caused_by(index: int, folder: Path) -> tuple[int, dict[str, Any], str]:
    """What is said when billing opened a stay because of this entry of placement."""
    logs = told()
    stay = next(i for i, content in enumerate(logs[BILLING]) if b"billing.StayOpened" in content)
    claimed = rb"\g<1>#%d" % index
    cause = rb'("causation":"[^"#]+)#\d+'
    logs[BILLING][stay] = re.sub(cause, claimed, logs[BILLING][stay])
    status, said = audit("causes", signed_by_all(logs, folder / "export"))
    return status, said, f"{BILLING}#{stay}"


def test_an_effect_whose_cause_says_something_else_is_listed_with_it(tmp_path: Path) -> None:
    status, said, entry = caused_by(0, tmp_path)
    assert (status, said["good"]) == (FINDING, False)
    assert {row["entry"] for row in said["unproved"]} == {entry}
    assert {row["cause"] for row in said["unproved"]} == {f"{PLACEMENT}#0"}


def test_an_effect_of_what_nobody_signed_is_named_and_never_good(tmp_path: Path) -> None:
    status, said, _ = caused_by(95, tmp_path)
    assert (status, said["good"]) == (COULD_NOT, False)
    assert f"it follows from {PLACEMENT}#95" in said["unchecked"][0]["detail"]
