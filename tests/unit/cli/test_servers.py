"""Where servers of the stack come from, and what is said when one cannot be had."""

from pathlib import Path

import pytest

from cli.local.servers import obtain_kafka, why_no_kafka
from cli.output import CouldNot
from cli.servers.process import free_port


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing on its PATH and nothing named."""
    for name in ("JAVA_HOME", "KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("ACCORD_CACHE", str(tmp_path / "cache"))
    return tmp_path


def executable(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.usefixtures("bare")
def test_without_java_it_is_said_what_to_install() -> None:
    assert "there is no `java`: install it" in (why_no_kafka() or "")


def test_without_maven_and_jars_it_is_said_what_to_install(bare: Path) -> None:
    executable(bare / "java", "echo 'openjdk version \"17.0.1\"' >&2")
    assert "there is no `mvn`: install it" in (why_no_kafka() or "")


def test_a_cache_that_cannot_be_written_is_named(bare: Path) -> None:
    executable(bare / "java", "echo 'openjdk version \"17.0.1\"' >&2")
    (bare / "cache").touch()
    with pytest.raises(CouldNot, match=r"cache cannot be used .+ ACCORD_CACHE"):
        why_no_kafka()


@pytest.mark.usefixtures("bare")
def test_a_kafka_that_is_named_needs_no_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP", "127.0.0.1:9092")
    assert why_no_kafka() is None


@pytest.mark.parametrize("address", ["127.0.0.1:{free}", "nonsense"])
def test_a_named_kafka_that_does_not_answer_is_told(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bootstrap = address.format(free=free_port())
    monkeypatch.setenv("KAFKA_BOOTSTRAP", bootstrap)
    with pytest.raises(CouldNot, match=f"no Kafka answers at {bootstrap}"):
        obtain_kafka(tmp_path)
