"""A node's settings: whose it is, its keys, the policy, and the other government's node."""

from pathlib import Path

import msgspec
import pytest

from services.audit.settings import LOGS, AuditSettings, check_policy
from shared.service.setting import SettingsWrong
from shared.transparency.policy import LogEntry, Policy, bilateral
from tests.support.sealed_logs import ORIGINS, log_signers
from tests.support.signers import SLV, STRANGER, USA


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment that says all that a node needs."""
    for name in ("jwks.json", "witness.key", "policy"):
        (tmp_path / name).write_text("a file")
    return {
        "ACCORD_PARTY": "USA",
        "ACCORD_DATABASE_URL": "postgresql://audit@127.0.0.1:5432/audit_usa",
        "ACCORD_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
        "ACCORD_JWKS": str(tmp_path / "jwks.json"),
        "ACCORD_WITNESS_KEY": str(tmp_path / "witness.key"),
        "ACCORD_POLICY": str(tmp_path / "policy"),
        "ACCORD_PEER_URL": "http://127.0.0.1:8005",
    }


def policy(*witnesses: str, origins: tuple[str, ...] = ORIGINS) -> Policy:
    named = {witness.name: witness for witness in (USA, SLV, STRANGER)}
    return bilateral(
        [LogEntry(key) for origin in origins for key in log_signers(origin).verifiers],
        [(key, None) for name in witnesses for key in named[name].verifiers],
    )


def test_the_environment_says_whose_node_it_is_and_where_the_logs_are(
    environ: dict[str, str],
) -> None:
    settings = AuditSettings.read(environ)
    assert (settings.party, settings.peer_url) == ("USA", "http://127.0.0.1:8005")
    assert [settings.log_url(service) for service in LOGS] == [
        "http://127.0.0.1:8001",
        "http://127.0.0.1:8002",
        "http://127.0.0.1:8003",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCORD_PARTY", ""),
        ("ACCORD_PARTY", "usa"),
        ("ACCORD_PARTY", "US"),
        ("ACCORD_PEER_URL", "127.0.0.1:8005"),
        ("ACCORD_PEER_URL", ""),
        ("ACCORD_WITNESS_KEY", ""),
        ("ACCORD_WITNESS_KEY", "/nowhere/witness.key"),
        ("ACCORD_POLICY", "/nowhere/policy"),
        ("ACCORD_DATABASE_URL", ""),
    ],
)
def test_what_is_missing_or_wrong_is_named(environ: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingsWrong, match=name):
        AuditSettings.read({**environ, name: value})


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(SettingsWrong) as wrong:
        AuditSettings.read({})
    for name in ("PARTY", "DATABASE_URL", "JWKS", "WITNESS_KEY", "POLICY", "PEER_URL"):
        assert f"ACCORD_{name}" in str(wrong.value)


def test_a_policy_that_names_all_logs_and_both_witnesses_fits(environ: dict[str, str]) -> None:
    check_policy(AuditSettings.read(environ), policy(USA.name, SLV.name), USA.name)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (policy(USA.name, SLV.name, origins=ORIGINS[:2]), "no key of the log accord.example/bil"),
        (policy(SLV.name, STRANGER.name), f"does not name {USA.name}"),
        (policy(USA.name), "the other government's witness"),
        (
            msgspec.structs.replace(policy(USA.name, SLV.name), quorum="none"),
            f"what {SLV.name} need not have cosigned",
        ),
    ],
)
def test_a_policy_that_lacks_somebody_does_not_fit(
    environ: dict[str, str], given: Policy, why: str
) -> None:
    with pytest.raises(SettingsWrong, match=why):
        check_policy(AuditSettings.read(environ), given, USA.name)
