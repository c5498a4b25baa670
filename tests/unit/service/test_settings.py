"""Settings: read from the environment once, with one list of all that is wrong."""

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from shared.messaging.access import Access, Login
from shared.service.kafka_settings import KafkaSettings
from shared.service.setting import SettingsWrong
from shared.service.settings import SealingSettings, ServiceSettings
from tests.support.certificates import Authority
from tests.support.processes import ROOT


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


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """A certificate that is none, and a password."""
    made = {"certificate": "no certificate", "key": "no key", "password": "secret\n"}
    for name, text in made.items():
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in made}


@pytest.mark.parametrize(
    ("kafka", "wrong"),
    [
        ({"SECURITY": "TLS"}, "ACCORD_KAFKA_SECURITY is out of bounds"),
        ({"SECURITY": "SASL_SSL"}, "SASL_SSL needs ACCORD_KAFKA_USER"),
        ({"USER": "intake"}, "needs ACCORD_KAFKA_SECURITY=SASL_SSL"),
        ({"PASSWORD_FILE": "password"}, "needs ACCORD_KAFKA_SECURITY=SASL_SSL"),
        ({"SECURITY": "SSL", "CERTIFICATE": "certificate"}, "go together"),
        ({"CERTIFICATE": "certificate", "KEY": "key"}, "need ACCORD_KAFKA_SECURITY=SSL"),
        ({"CA": "certificate"}, "need ACCORD_KAFKA_SECURITY=SSL"),
        ({"CA": "nowhere"}, "ACCORD_KAFKA_CA names no file"),
        ({"REPLICATION": "0"}, "ACCORD_KAFKA_REPLICATION is out of bounds"),
        ({"REPLICATION": "2", "MIN_IN_SYNC": "3"}, "is more than ACCORD_KAFKA_REPLICATION"),
    ],
)
def test_kafka_is_not_spoken_to_in_a_way_that_does_not_fit_together(
    environ: dict[str, str], files: dict[str, str], kafka: dict[str, str], wrong: str
) -> None:
    """A password is never sent in the clear, and no copy is asked for that nobody keeps."""
    told = {f"ACCORD_KAFKA_{name}": files.get(value, value) for name, value in kafka.items()}
    with pytest.raises(SettingsWrong, match=wrong):
        ServiceSettings.read({**environ, **told})


@pytest.mark.parametrize("name", ["CERTIFICATE", "CA"])
def test_a_file_that_is_no_certificate_is_said(
    environ: dict[str, str], files: dict[str, str], name: str
) -> None:
    told = {
        "CERTIFICATE": {"CERTIFICATE": files["certificate"], "KEY": files["key"]},
        "CA": {"CA": files["certificate"]},
    }[name]
    kafka = {f"ACCORD_KAFKA_{key}": value for key, value in told.items()}
    settings = ServiceSettings.read({**environ, "ACCORD_KAFKA_SECURITY": "SSL", **kafka})
    with pytest.raises(SettingsWrong, match="cannot be read"):
        settings.broker()


def test_a_password_is_in_no_text_of_the_settings(
    environ: dict[str, str], files: dict[str, str]
) -> None:
    kafka = {"SECURITY": "SASL_SSL", "USER": "intake", "PASSWORD_FILE": files["password"]}
    told = {f"ACCORD_KAFKA_{name}": value for name, value in kafka.items()}
    settings = ServiceSettings.read({**environ, **told})
    settings.broker()
    assert "secret" not in repr(settings)
    assert "secret" not in repr(Login("PLAIN", "intake", "secret"))
    with pytest.raises(ValueError, match="needs TLS"):
        Access(login=Login("PLAIN", "intake", "secret"))


def test_a_password_file_that_is_empty_is_said(
    environ: dict[str, str], files: dict[str, str]
) -> None:
    Path(files["password"]).write_text("\n")
    kafka = {"SECURITY": "SASL_SSL", "USER": "intake", "PASSWORD_FILE": files["password"]}
    told = {f"ACCORD_KAFKA_{name}": value for name, value in kafka.items()}
    with pytest.raises(SettingsWrong, match="is empty: write the password"):
        ServiceSettings.read({**environ, **told}).broker()


def test_a_key_that_asks_for_a_password_is_refused_and_nobody_is_asked(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """A service has no terminal: waiting at one would look like a start that takes long."""
    certificate, key = Authority(tmp_path).certify("intake")
    unlocked = load_pem_private_key(key.read_bytes(), None)
    locked = unlocked.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    kafka = {"SECURITY": "SSL", "CERTIFICATE": str(certificate), "KEY": str(key)}
    told = {f"ACCORD_KAFKA_{name}": value for name, value in kafka.items()}
    ServiceSettings.read({**environ, **told}).broker()
    key.write_bytes(locked)
    with pytest.raises(SettingsWrong, match="cannot be read"):
        ServiceSettings.read({**environ, **told}).broker()


def test_the_guide_names_every_setting_of_kafka() -> None:
    guide = (ROOT / "docs/guides/kafka.md").read_text()
    fields = msgspec.structs.fields(KafkaSettings)
    missing = [name for field in fields if (name := f"`ACCORD_{field.name.upper()}`") not in guide]
    assert missing == []
