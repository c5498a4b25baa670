"""A replay of proved entries says what follows from them: nothing is taken on a service's word."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.output import COULD_NOT, FINDING, WRONG_USE
from tests.support.exports import audit, export_of, flip
from tests.support.newer_entries import newer
from tests.support.sealed_logs import ORIGINS, WITNESSES, MemorySource, sealed, three_logs
from tests.support.signing import key_file
from tests.support.three_logs import SERVICES, origin
from tests.unit.audit.story import in_custody

INTAKE, PLACEMENT, BILLING = ORIGINS
Logs = dict[str, list[bytes]]


def told() -> Logs:
    """The entries of an honest story of two persons."""
    story = in_custody(1, 2)
    return {origin(name): story.world.logs[name].entries for name in SERVICES}


def signed_by_all(logs: Logs, folder: Path) -> Path:
    """An export of logs that both governments have cosigned, whatever stands in them."""
    source = MemorySource({name: sealed(name, logs[name], WITNESSES) for name in logs})
    return export_of(source, folder)


def with_keys(folder: Path) -> tuple[object, ...]:
    """A replay by the auditor's own copy of the parties' public keys."""
    return ("replay", folder, "--party-keys", key_file(folder.parent))


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return signed_by_all(told(), tmp_path_factory.mktemp("replay") / "export")


def test_an_honest_story_follows_from_its_entries(honest: Path) -> None:
    status, said = audit(*with_keys(honest))
    assert (status, said["good"], said["findings"]) == (0, True, [])
    assert said["audit"]["good"], "every entry that was replayed is also proved"
    report = said["report"]
    assert (report["departed"], report["in_custody"]) == (2, 2)
    assert report["entries"] == {log["origin"]: log["size"] for log in said["audit"]["logs"]}


def test_f8_without_the_parties_keys_a_replay_says_what_it_could_not_check(
    honest: Path, tmp_path: Path
) -> None:
    status, said = audit("replay", honest)
    assert (status, said["good"]) == (COULD_NOT, False)
    unchecked = [(finding["kind"], finding["rule"]) for finding in said["findings"]]
    assert unchecked == [("coverage-incomplete", "F8")] * 2
    status, _ = audit("replay", honest, "--party-keys", tmp_path / "none.json")
    assert status == WRONG_USE


def test_people_read_what_was_rebuilt(honest: Path) -> None:
    done = CliRunner().invoke(app, ["audit", *map(str, with_keys(honest))])
    assert done.exit_code == 0
    assert "What was rebuilt" in done.stdout
    assert "2, 0 of them unaccounted for" in done.stdout
    assert "good: whatever was recorded follows from the" in done.stdout


def test_a_lie_that_both_governments_cosigned_is_found_by_its_entry(tmp_path: Path) -> None:
    logs = told()
    index = next(i for i, content in enumerate(logs[PLACEMENT]) if b"CapacityApproved" in content)
    before = logs[PLACEMENT][index]
    logs[PLACEMENT][index] = before.replace(b'"places":40', b'"places":41')
    assert logs[PLACEMENT][index] != before
    folder = signed_by_all(logs, tmp_path / "export")
    assert audit("verify", folder)[0] == 0, "the hashes are in order: only the story is not"
    status, said = audit(*with_keys(folder))
    assert status == FINDING
    assert (said["findings"][0]["origin"], said["findings"][0]["index"]) == (PLACEMENT, index)
    done = CliRunner().invoke(app, ["audit", *map(str, with_keys(folder))], terminal_width=200)
    assert f"{PLACEMENT}#{index}" in done.stdout
    assert "NOT good" in done.stdout


def test_what_a_later_version_added_is_not_checked_and_never_good(tmp_path: Path) -> None:
    logs = told()
    index = len(logs[PLACEMENT]) - 1
    logs[PLACEMENT][index] = newer(logs[PLACEMENT][index], seen_by="a later version")
    folder = signed_by_all(logs, tmp_path / "export")
    assert audit("verify", folder)[0] == 0
    status, said = audit(*with_keys(folder))
    first = said["findings"][0]
    assert (first["kind"], first["origin"], first["index"]) == (
        "coverage-incomplete",
        PLACEMENT,
        index,
    )
    assert status == COULD_NOT, "what follows from it is held against nobody"


def test_a_changed_byte_is_a_finding_of_the_replay_too(tmp_path: Path) -> None:
    folder = signed_by_all(told(), tmp_path / "export")
    (bundle,) = (path for path in (folder / BILLING / "tile/entries").rglob("*") if path.is_file())
    flip(bundle, 300)
    status, said = audit(*with_keys(folder))
    assert (status, said["audit"]["findings"][0]["index"]) == (FINDING, 0)


@pytest.mark.parametrize("log", [INTAKE, PLACEMENT, BILLING])
def test_a_replay_of_a_log_that_is_not_whole_is_never_good_and_blames_nobody(
    tmp_path: Path, log: str
) -> None:
    folder = signed_by_all(told(), tmp_path / "export")
    (bundle,) = (path for path in (folder / log / "tile/entries").rglob("*") if path.is_file())
    bundle.unlink()
    status, said = audit(*with_keys(folder))
    assert (status, said["findings"]) == (COULD_NOT, [])
    assert said["audit"]["unchecked"][0]["origin"] == log


def test_what_follows_from_entries_that_are_not_final_yet_waits_for_them(tmp_path: Path) -> None:
    logs = told()
    cause = max(
        int(content.partition(f'"causation":"{INTAKE}#'.encode())[2].partition(b'"')[0] or -1)
        for content in logs[PLACEMENT]
    )
    logs[INTAKE] = logs[INTAKE][:cause]
    status, said = audit(*with_keys(signed_by_all(logs, tmp_path / "export")))
    assert status == COULD_NOT
    waiting = {finding["origin"]: finding["detail"] for finding in said["unchecked"]}
    assert f"it follows from {INTAKE}#{cause}, and that is not among" in waiting[PLACEMENT]
    assert said["findings"] == [], "nothing is held against those who could not know yet"


def test_a_cause_that_is_nowhere_is_a_finding(tmp_path: Path) -> None:
    logs = told()
    index = next(i for i, content in enumerate(logs[PLACEMENT]) if b'"causation"' in content)
    logs[PLACEMENT][index] = logs[PLACEMENT][index].replace(INTAKE.encode(), b"other.example/log/0")
    status, said = audit(*with_keys(signed_by_all(logs, tmp_path / "export")))
    assert status == FINDING
    assert (PLACEMENT, index) in {
        (finding["origin"], finding["index"]) for finding in said["findings"]
    }


def test_a_replay_needs_every_log(tmp_path: Path) -> None:
    folder = signed_by_all(told(), tmp_path / "export")
    (folder / BILLING / "checkpoint").unlink()
    status, said = audit(*with_keys(folder))
    assert (status, said["findings"]) == (COULD_NOT, [])
    assert [finding["origin"] for finding in said["unchecked"]] == [BILLING]
    assert [log["origin"] for log in said["audit"]["logs"]] == [INTAKE, PLACEMENT]


def test_logs_that_nobody_has_cosigned_yet_are_counted_as_not_checked(tmp_path: Path) -> None:
    logs = {name: sealed(name, [], WITNESSES if name == INTAKE else ()) for name in ORIGINS}
    folder = export_of(MemorySource(logs), tmp_path / "export")
    status, said = audit(*with_keys(folder))
    assert (status, said["audit"]["good"]) == (COULD_NOT, False)
    assert [finding["origin"] for finding in said["audit"]["unchecked"]] == [BILLING, PLACEMENT]
    shown = CliRunner().invoke(app, ["audit", *map(str, with_keys(folder))]).stdout
    assert shown.endswith("NOT checked: 0 findings, 2 things not checked\n")


def test_whatever_the_proof_finds_is_counted_in_the_replays_verdict(tmp_path: Path) -> None:
    folder = signed_by_all(told(), tmp_path / "export")
    (folder / "extra").write_bytes(b"")
    shown = CliRunner().invoke(app, ["audit", *map(str, with_keys(folder))]).stdout
    assert shown.endswith("NOT good: 1 findings, 0 things not checked\n")


def test_empty_logs_that_both_have_cosigned_are_checked(tmp_path: Path) -> None:
    folder = export_of(three_logs((0, 0, 0)), tmp_path / "export")
    status, said = audit("verify", folder)
    assert (status, [log["size"] for log in said["logs"]]) == (0, [0, 0, 0])
    status, said = audit(*with_keys(folder))
    assert (status, said["good"], said["audit"]["unchecked"]) == (0, True, [])
