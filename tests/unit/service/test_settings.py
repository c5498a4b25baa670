"""Settings: read from the environment once, with one list of all that is wrong."""

from pathlib import Path

import pytest

from shared.service.settings import SealingSettings, ServiceSettings, SettingsWrong


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The least that a service is told."""
    jwks = tmp_path / "jwks.json"
    jwks.write_text("{}")
    return {
        "ACCORD_DATABASE_URL": "postgresql://accord@127.0.0.1:5432/intake",
        "ACCORD_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
        "ACCORD_JWKS": str(jwks),
    }


def test_what_is_not_told_has_a_default(environ: dict[str, str]) -> None:
    settings = ServiceSettings.read(environ)
    assert settings.origin("intake") == "accord.example/intake/0"
    assert settings.topic("billing") == "accord.billing"
    assert settings.placement_url == "http://127.0.0.1:8002"
    assert settings.jwks == Path(environ["ACCORD_JWKS"])


def test_everything_can_be_told(environ: dict[str, str]) -> None:
    told = {
        **environ,
        "ACCORD_TOPIC_PREFIX": "test",
        "ACCORD_ORIGIN_PREFIX": "ledger.example",
        "ACCORD_INTAKE_URL": "https://intake.example",
        "UNRELATED": "x",
    }
    settings = ServiceSettings.read(told)
    assert settings.origin("intake") == "ledger.example/intake/0"
    assert settings.topic("intake") == "test.intake"
    assert settings.intake_url == "https://intake.example"


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(SettingsWrong) as wrong:
        ServiceSettings.read({"ACCORD_JWKS": " "})
    for name in ("ACCORD_DATABASE_URL", "ACCORD_KAFKA_BOOTSTRAP", "ACCORD_JWKS"):
        assert f"{name} is not set: " in str(wrong.value)


def test_all_that_is_wrong_is_said_at_once(environ: dict[str, str]) -> None:
    told = {
        **environ,
        "ACCORD_DATABASE_URL": "mysql://x",
        "ACCORD_BILLING_URL": "billing:8003",
        "ACCORD_JWKS": "/nowhere/jwks.json",
    }
    with pytest.raises(SettingsWrong) as wrong:
        ServiceSettings.read(told)
    assert "ACCORD_DATABASE_URL is not a postgresql" in str(wrong.value)
    assert "ACCORD_BILLING_URL is not a http" in str(wrong.value)
    assert "ACCORD_JWKS names no file" in str(wrong.value)


def test_a_password_in_an_address_is_not_repeated(environ: dict[str, str]) -> None:
    told = {**environ, "ACCORD_DATABASE_URL": "mysql://user:hunter2@host/db"}
    with pytest.raises(SettingsWrong) as wrong:
        ServiceSettings.read(told)
    assert "hunter2" not in str(wrong.value)


@pytest.fixture
def sealing(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The least that a service is told that seals its log."""
    for name in ("log.key", "policy"):
        (tmp_path / name).write_text("")
    files = {"ACCORD_LOG_KEY": tmp_path / "log.key", "ACCORD_POLICY": tmp_path / "policy"}
    return {**environ, **{name: str(path) for name, path in files.items()}}


def test_a_service_that_seals_its_log_has_keys_and_a_policy(sealing: dict[str, str]) -> None:
    settings = SealingSettings.read(sealing)
    assert (settings.log_key.name, settings.policy.name) == ("log.key", "policy")
    assert settings.seal_milliseconds == 100
    assert (
        SealingSettings.read({**sealing, "ACCORD_SEAL_MILLISECONDS": "20"}).seal_milliseconds == 20
    )


def test_without_keys_and_policy_it_says_how_to_make_them(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsWrong) as wrong:
        SealingSettings.read({**environ, "ACCORD_POLICY": "/nowhere/policy"})
    assert "ACCORD_LOG_KEY is not set: " in str(wrong.value)
    assert "`accord keys log <origin> --out F`" in str(wrong.value)
    assert "ACCORD_POLICY names no file: " in str(wrong.value)
    assert "`accord keys policy`" in str(wrong.value)


@pytest.mark.parametrize("milliseconds", ["9", "201", "0.1", "soon"])
def test_a_checkpoint_comes_five_times_a_second_at_the_least(
    sealing: dict[str, str], milliseconds: str
) -> None:
    with pytest.raises(SettingsWrong, match="ACCORD_SEAL_MILLISECONDS is out of bounds"):
        SealingSettings.read({**sealing, "ACCORD_SEAL_MILLISECONDS": milliseconds})
