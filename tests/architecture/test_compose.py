"""docker-compose.yml and the Dockerfile, read as text: complete, without secrets, and in step."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from cli.local import addresses
from cli.local.addresses import code_of
from cli.servers.postgres import INITDB
from cli.servers.postgres_programs import MAJOR

ROOT: Final = Path(__file__).parents[2]
LOGS: Final = {"intake": 8001, "placement": 8002, "billing": 8003}  # as README.md says
NODES: Final = {"audit-usa": 8004, "audit-slv": 8005}
PORTS: Final = {**LOGS, **NODES}
DATABASES: Final = {f"{name}-db" for name in PORTS}
ONE_SHOTS: Final = {f"{name}-migrate" for name in PORTS}
STORES: Final = {**dict.fromkeys(DATABASES, "/var/lib/postgresql"), "kafka": "/var/lib/kafka/data"}
GIVEN: Final = re.compile(r"\$\{\w+:\?[^}]*\}(/\w+)?|/run/secrets/\w+")
CREDENTIAL: Final = re.compile(
    r"PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE|CREDENTIAL|_KEY|KEY_", re.IGNORECASE
)
ASSIGNED: Final = re.compile(
    r"(?:password|secret|token|private_?key)[\"']?\s*[=:]\s*(\S+)", re.IGNORECASE
)
URL_PASSWORD: Final = re.compile(r"\w+://[^\s/@:]*:([^\s@]+)@")
# Key material: a PEM header, or a long run that mixes digits, small and capital letters.
RUN: Final = "[A-Za-z0-9+/_-]"
KEY_MATERIAL: Final = re.compile(
    rf"-----BEGIN|(?={RUN}*[a-z])(?={RUN}*[A-Z])(?={RUN}*\d){RUN}{{40,}}"
)

Compose = dict[str, Any]


@pytest.fixture
def compose() -> Compose:
    loaded: Compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def environment(service: Compose) -> dict[str, str]:
    """A service's environment, written as a mapping or as a list of NAME=value."""
    given = service.get("environment", {})
    pairs = (
        given.items() if isinstance(given, dict) else (line.partition("=")[::2] for line in given)
    )
    return {str(name): str(value) for name, value in pairs}


def program_of(service: str) -> str:
    """Whose a service is: `audit-usa-db` and `audit-usa-migrate` are of `audit-usa`."""
    return service.removesuffix("-db").removesuffix("-migrate")


def underscored(name: str) -> str:
    """A program's name as databases, roles and secrets have it."""
    return name.replace("-", "_")


def texts(node: object) -> Iterator[str]:
    """Every scalar anywhere in the document."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from texts(name)
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    else:
        yield str(node)


def secret_literals(compose: Compose) -> list[str]:
    """Every place where a credential stands in the file instead of being given from outside."""
    named = [
        f"{service}: {name}"
        for service, body in compose["services"].items()
        for name, value in environment(body).items()
        if CREDENTIAL.search(name) and not GIVEN.fullmatch(value)
    ]
    anywhere = [
        text
        for text in texts(compose)
        if any(not GIVEN.match(match[1]) for match in URL_PASSWORD.finditer(text))
        or any(not GIVEN.match(match[1]) for match in ASSIGNED.finditer(text))
        or KEY_MATERIAL.search(GIVEN.sub("", text))
    ]
    stored = [
        f"{kind}: {name}"
        for kind in ("secrets", "configs")
        for name, source in compose.get(kind, {}).items()
        if set(source) != {"file"} or not GIVEN.fullmatch(source["file"])
    ]
    return named + anywhere + stored


def test_every_part_of_the_stack_is_there(compose: Compose) -> None:
    assert set(compose["services"]) == {"kafka", *PORTS, *DATABASES, *ONE_SHOTS}


def test_everything_but_a_migration_has_a_health_check(compose: Compose) -> None:
    unchecked = {name for name, body in compose["services"].items() if "healthcheck" not in body}
    assert unchecked == ONE_SHOTS


def test_everything_is_started_again_when_it_fails(compose: Compose) -> None:
    policies = {name: body["restart"] for name, body in compose["services"].items()}
    assert {name for name, policy in policies.items() if policy == "on-failure:3"} == ONE_SHOTS
    assert {policy for name, policy in policies.items() if name not in ONE_SHOTS} == {
        "unless-stopped"
    }


def test_data_live_in_named_volumes(compose: Compose) -> None:
    mounted = {
        name: mount.partition(":")[0]
        for name, path in STORES.items()
        for mount in compose["services"][name]["volumes"]
        if mount.endswith(f":{path}")
    }
    assert set(mounted) == set(STORES)
    assert sorted(mounted.values()) == sorted(compose["volumes"])


def test_no_secret_stands_in_the_file(compose: Compose) -> None:
    assert secret_literals(compose) == []


@pytest.mark.parametrize(
    ("service", "planted"),
    [
        ("intake-db", {"environment": {"POSTGRES_PASSWORD": "hunter2"}}),
        ("intake-db", {"environment": ["POSTGRES_PASSWORD=hunter2"]}),
        ("intake-db", {"environment": {"POSTGRES_PASSWORD": "${DB_PASSWORD:-hunter2}"}}),
        ("intake-db", {"environment": {"POSTGRES_PASSWORD": "${DB_PASSWORD}"}}),
        ("intake", {"environment": {"ACCORD_DATABASE_URL": "postgresql://a:hunter2@intake-db/x"}}),
        ("intake", {"environment": {"ACCORD_VAULT_KEY": "c2hvcnQ="}}),
        ("intake", {"environment": {"ANYTHING": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="}}),
        ("intake", {"command": ["accord", "--password=hunter2"]}),
        ("kafka", {"labels": {"note": "-----BEGIN PRIVATE KEY-----"}}),
    ],
)
def test_a_planted_secret_is_caught(compose: Compose, service: str, planted: Compose) -> None:
    spoiled = copy.deepcopy(compose)
    spoiled["services"][service] |= planted
    assert secret_literals(spoiled) != []


@pytest.mark.parametrize("source", [{"content": "x"}, {"file": "./secrets/x"}, {"file": "/etc/x"}])
def test_a_secret_kept_beside_the_file_is_caught(compose: Compose, source: Compose) -> None:
    spoiled = copy.deepcopy(compose)
    spoiled["secrets"]["intake_vault_key"] = source
    assert secret_literals(spoiled) == ["secrets: intake_vault_key"]


def test_every_secret_is_used_and_made_by_the_script(compose: Compose) -> None:
    used = {name for body in compose["services"].values() for name in body.get("secrets", ())}
    assert used == set(compose["secrets"])
    for name, body in compose["services"].items():
        read = {
            value.removeprefix("/run/secrets/")
            for value in environment(body).values()
            if value.startswith("/run/secrets/")
        }
        assert read == set(body.get("secrets", ())), name
        own = f"{underscored(program_of(name))}_"
        assert all(secret.startswith(own) for secret in read), "its own secrets alone"


def test_a_service_never_holds_the_password_of_the_owner(compose: Compose) -> None:
    for name in PORTS:
        own = underscored(name)
        assert f"{own}_owner_password" not in compose["services"][name]["secrets"]
        url = environment(compose["services"][name])["ACCORD_DATABASE_URL"]
        assert url == f"postgresql://accord_{own}@{name}-db:5432/{own}"
        assert environment(compose["services"][f"{name}-db"])["ACCORD_SERVICE_ROLE"] in url


def test_images_are_the_versions_of_the_stack_without_docker(compose: Compose) -> None:
    pom = (ROOT / "deploy/local/pom.xml").read_text()
    versions = re.findall(r"<kafka\.version>(.*)</kafka\.version>", pom)
    assert [compose["services"]["kafka"]["image"]] == [f"apache/kafka:{v}" for v in versions]
    for name in DATABASES:
        assert compose["services"][name]["image"] == f"postgres:{MAJOR}"


def test_text_sorts_alike_in_both_stacks(compose: Compose) -> None:
    ours = {option for option in INITDB if "locale" in option or "encoding" in option}
    for name in DATABASES:
        given = environment(compose["services"][name])["POSTGRES_INITDB_ARGS"]
        assert set(given.split()) == ours


def test_kafka_keeps_entries_alike_in_both_stacks(compose: Compose) -> None:
    given = environment(compose["services"]["kafka"])
    local = (ROOT / "deploy/local/kafka.properties").read_text()
    for setting in ("auto.create.topics.enable", "log.retention.ms", "log.retention.bytes"):
        name = "KAFKA_" + setting.upper().replace(".", "_")
        assert f"\n{setting}={given[name]}\n" in local


@pytest.mark.parametrize(("name", "port"), PORTS.items())
def test_a_service_is_reached_at_its_port(compose: Compose, name: str, port: int) -> None:
    service = compose["services"][name]
    assert service["ports"] == [f"{port}:{port}"]
    assert f"--port={port}" in service["command"]
    assert f"services.{code_of(name)}.app:create_app" in service["command"]
    assert f"http://127.0.0.1:{port}/readyz" in service["healthcheck"]["test"][-1]
    for other in PORTS:
        if name in LOGS:
            url = environment(compose["services"][other])[f"ACCORD_{name.upper()}_URL"]
            assert url == f"http://{name}:{port}"


def test_known_ports_are_the_same_in_both_stacks() -> None:
    assert dict(addresses.PORTS) == PORTS


def test_every_log_is_signed_with_its_own_key_and_every_node_cosigns_with_its_own(
    compose: Compose,
) -> None:
    for name in LOGS:
        told = environment(compose["services"][name])
        assert told["ACCORD_LOG_KEY"] == f"/run/secrets/{name}_log_key"
    for name, party in addresses.NODES.items():
        told = environment(compose["services"][name])
        assert told["ACCORD_PARTY"] == party
        assert told["ACCORD_WITNESS_KEY"] == f"/run/secrets/{underscored(name)}_witness_key"
        (peer,) = NODES.keys() - {name}
        assert told["ACCORD_PEER_URL"] == f"http://{peer}:{NODES[peer]}"


def test_everybody_has_the_same_policy(compose: Compose) -> None:
    for name in PORTS:
        service = compose["services"][name]
        assert environment(service)["ACCORD_POLICY"] == "/run/accord/policy"
        assert {"source": "policy", "target": "/run/accord/policy"} in service["configs"]


@pytest.mark.parametrize("name", PORTS)
def test_a_service_starts_when_its_servers_are_healthy(compose: Compose, name: str) -> None:
    healthy, done = (
        {"condition": "service_healthy"},
        {"condition": "service_completed_successfully"},
    )
    services = compose["services"]
    assert services[name]["depends_on"] == {
        f"{name}-migrate": done,
        f"{name}-db": healthy,
        "kafka": healthy,
    }
    assert services[f"{name}-migrate"]["depends_on"] == {f"{name}-db": healthy}
    assert services[f"{name}-migrate"]["command"] == ["accord", "migrate", code_of(name)]


def test_services_run_without_root_on_a_read_only_file_system(compose: Compose) -> None:
    for name in {*PORTS, *ONE_SHOTS}:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["user"] == "10001:10001"
        assert service["cap_drop"] == ["ALL"]


def test_a_database_is_reached_by_its_own_service_alone(compose: Compose) -> None:
    for name in PORTS:
        network = f"{name}-data"
        members = {n for n, body in compose["services"].items() if network in body["networks"]}
        assert members == {name, f"{name}-db", f"{name}-migrate"}
        assert compose["networks"][network] == {"internal": True}
        assert compose["services"][f"{name}-db"]["networks"] == [network]


def test_the_image_is_built_from_the_lock_file_and_runs_without_root() -> None:
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert bases == ["python:3.11-slim", "python:3.11-slim"]
    syncs = re.findall(r"^RUN (uv sync .*)$", dockerfile, re.MULTILINE)
    assert syncs
    assert all("--frozen --no-dev" in sync for sync in syncs)
    assert re.findall(r"^USER (.*)$", dockerfile, re.MULTILINE) == ["10001:10001"]


def test_what_the_image_copies_exists_and_reaches_the_builder() -> None:
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    allowed = (ROOT / "deploy/Dockerfile.dockerignore").read_text().splitlines()
    copied = re.findall(r"^COPY (?!--from)(?:--\S+ )?(.*) \S+$", dockerfile, re.MULTILINE)
    for path in " ".join(copied).split():
        assert (ROOT / path).exists(), path
        assert f"!{path}" in allowed, path
