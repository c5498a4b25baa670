"""A running node is audited as an export is: over HTTP, under the auditor's own policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.audit import source_audit
from cli.audit.source import LARGEST
from cli.output import COULD_NOT, FINDING, WRONG_USE
from tests.support.entries import entries
from tests.support.exports import audit
from tests.support.sealed_logs import ORIGINS, WITNESSES, MemorySource, policy, sealed, three_logs
from tests.support.web_files import serving

INTAKE = ORIGINS[0]


def node(source: MemorySource) -> dict[str, bytes | int]:
    """The files of an audit node, which has every log below its origin."""
    return {
        "policy": source.policy(),
        **{
            f"{name}/{path}": data
            for name, log in source.logs.items()
            for path, data in log.items()
        },
    }


def service(source: MemorySource, origin: str = INTAKE) -> dict[str, bytes | int]:
    """The files of a service, which has its own log at its root."""
    return {"v1/log": b'{"origin":"%s","size":600}' % origin.encode(), **source.logs[origin]}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "policy"
    file.write_text(policy().encode())
    return file


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody cosigns any more: there is nothing to wait for."""
    monkeypatch.setattr(source_audit, "FINAL_PATIENCE", 0.3)


def test_a_node_proves_every_log(own: Path) -> None:
    with serving(node(three_logs())) as url:
        status, told = audit("verify", url, "--policy", own)
    assert (status, told["source"]) == (0, url)
    assert [log["origin"] for log in told["logs"]] == [*ORIGINS]


def test_a_service_proves_its_own_log_to_whoever_asks_for_that_alone(own: Path) -> None:
    with serving(service(three_logs())) as url:
        status, told = audit("verify", url, "--policy", own, "--origin", INTAKE)
    assert (status, [log["origin"] for log in told["logs"]]) == (0, [INTAKE])


def test_a_node_that_poses_as_a_service_keeps_no_log_back_unnoticed(own: Path) -> None:
    posing = node(three_logs()) | service(three_logs())
    with serving(posing) as url:
        status, told = audit("verify", url, "--policy", own)
        assert (status, told["good"]) == (COULD_NOT, False)
        assert [finding["origin"] for finding in told["unchecked"]] == [*ORIGINS[1:]]
        status, told = audit("verify", url, "--policy", own, "--origin", ORIGINS[1])
    assert (status, [finding["origin"] for finding in told["unchecked"]]) == (
        COULD_NOT,
        [ORIGINS[1]],
    )


def test_a_nodes_own_policy_counts_only_when_the_auditor_says_so() -> None:
    with serving(node(three_logs())) as url:
        status, told = audit("verify", url)
        assert status == WRONG_USE
        assert "--policy" in told["error"]
        status, told = audit("verify", url, "--its-policy")
    assert (status, told["policy"]) == (0, f"the one of {url}, not yours")


def grown_since(size: int) -> dict[str, bytes | int]:
    """A service whose log has 600 entries, and whose checkpoint is older than its files."""
    written = entries(600, origin=INTAKE)
    before, now = (sealed(INTAKE, part, WITNESSES) for part in (written[:size], written))
    return service(MemorySource({INTAKE: now | {"checkpoint": before["checkpoint"]}}))


def test_a_partial_file_that_is_gone_is_the_beginning_of_the_full_one(own: Path) -> None:
    with serving(grown_since(100)) as url:
        status, told = audit("verify", url, "--policy", own, "--origin", INTAKE)
    assert (status, told["logs"][0]["size"]) == (0, 100)


def test_where_there_is_no_full_one_either_it_could_not_be_checked(own: Path) -> None:
    with serving(grown_since(300)) as url:
        status, told = audit("verify", url, "--policy", own, "--origin", INTAKE)
    assert (status, told["unchecked"][0]["file"]) == (COULD_NOT, f"{url}/tile/1/000")


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/0/001", "tile/1/000.p/2"])
def test_a_changed_file_of_a_node_is_found_by_the_root(own: Path, path: str) -> None:
    files = node(three_logs())
    before = files[f"{INTAKE}/{path}"]
    assert isinstance(before, bytes)
    files[f"{INTAKE}/{path}"] = before[:45] + bytes([before[45] ^ 1]) + before[46:]
    with serving(files) as url:
        status, told = audit("verify", url, "--policy", own)
    (finding,) = told["findings"]
    assert (status, finding["kind"], finding["file"]) == (
        FINDING,
        "hash-mismatch",
        f"{INTAKE}/{path}",
    )
    assert finding["index"] in (256, 257)


@pytest.mark.parametrize("answer", [404, 503])
def test_a_file_that_a_node_does_not_give_is_never_good(own: Path, answer: int) -> None:
    files = node(three_logs()) | {f"{INTAKE}/tile/entries/001": answer}
    with serving(files) as url:
        status, told = audit("verify", url, "--policy", own)
    assert status == COULD_NOT
    assert f"it answers {answer}" in told["unchecked"][0]["detail"]


def test_an_answer_without_end_is_not_read_to_its_end(own: Path) -> None:
    files = node(three_logs()) | {f"{INTAKE}/tile/entries/001": b"x" * (LARGEST + 1)}
    with serving(files) as url:
        status, told = audit("verify", url, "--policy", own)
    assert status == COULD_NOT
    assert told["unchecked"][0]["detail"] == f"it answers with more than {LARGEST:,} bytes"


def test_an_answer_that_trickles_is_not_waited_for(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.audit.node.WHOLE_SECONDS", -1.0)
    with serving(node(three_logs())) as url:
        status, told = audit("verify", url, "--policy", own)
    assert status == COULD_NOT
    assert "is not whole after" in told["unchecked"][0]["detail"]


def test_a_node_that_does_not_answer_could_not_be_checked(own: Path) -> None:
    with serving({}) as url:
        pass
    status, told = audit("verify", url, "--policy", own)
    assert status == COULD_NOT
    assert "no answer" in told["error"]


@pytest.mark.usefixtures("impatient")
def test_a_checkpoint_is_waited_for_until_both_have_cosigned_it(own: Path) -> None:
    with serving(node(three_logs((5, 5, 5), cosigners=WITNESSES[:1]))) as url:
        status, told = audit("verify", url, "--policy", own)
    assert (status, {finding["kind"] for finding in told["findings"]}) == (FINDING, {"not-final"})


def test_an_export_of_a_node_is_what_the_node_has(own: Path, tmp_path: Path) -> None:
    source, folder = three_logs(), tmp_path / "export"
    with serving(node(source)) as url:
        status, told = audit("export", folder, "--from", url, "--policy", own)
    assert (status, told["good"], told["tables"]) == (0, True, True)
    for origin, log in source.logs.items():
        for path, data in log.items():
            assert (folder / origin / path).read_bytes() == data
    assert audit("verify", folder, "--policy", own)[0] == 0
