"""The vault's index is made again: whom older code registered is found by every spelling (G9)."""

import asyncio
import json
from pathlib import Path

import asyncpg
import pytest

from cli.output import COULD_NOT, FINDING, WRONG_USE
from services.intake import identity_index
from services.intake.identity_index import Reindexed, reindex
from services.intake.settings import IntakeSettings
from services.intake.vault import SealedPerson, Vault, VaultSealedOtherwise
from services.intake.vault_keys import KeyFile, VaultKeys, file_of
from shared.database.errors import Unavailable
from tests.integration.cli.test_migrate import run
from tests.integration.intake.agencies import Agencies, made, refused
from tests.integration.intake.test_who_is_who import identity

ROUNDS = 8
OTHER = VaultKeys(b"i" * 32, b"x" * 32)


@pytest.fixture
def vault(settings: IntakeSettings) -> Vault:
    return Vault(KeyFile(settings.vault_key_file))


async def rows(url: str) -> dict[str, set[bytes]]:
    """Everybody's keys."""
    connection = await asyncpg.connect(url)
    try:
        found: dict[str, set[bytes]] = {}
        for person, key in await connection.fetch("SELECT person, key FROM identity_keys"):
            found.setdefault(person, set()).add(key)
        return found
    finally:
        await connection.close()


async def right(url: str, vault: Vault) -> dict[str, set[bytes]]:
    """The keys that everybody in the vault should have."""
    connection = await asyncpg.connect(url)
    try:
        sealed = [SealedPerson(**row) for row in await connection.fetch("TABLE sealed_persons")]
        return {each.person: set(vault.keys(vault.open(each)[0]).every()) for each in sealed}
    finally:
        await connection.close()


async def registered(agencies: Agencies, number: str) -> None:
    """Somebody is registered; a client asks again when too many are alike at this moment."""
    answer = await agencies.sender.post("/v1/persons", identity(number))
    for _ in range(5):
        if answer.status_code == 503:
            answer = await agencies.sender.post("/v1/persons", identity(number))
    made(answer)


async def as_older_code_left_it(url: str) -> None:
    """Everybody has one key, which is none of this code's."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DELETE FROM identity_keys")
        await connection.execute(
            "INSERT INTO identity_keys SELECT person, sha256(person::bytea), 0 FROM sealed_persons"
        )
    finally:
        await connection.close()


async def test_g9_whoever_older_code_registered_is_found_again_by_every_spelling(
    agencies: Agencies, settings: IntakeSettings, vault: Vault
) -> None:
    url = settings.database_url
    zivko = made(await agencies.sender.post("/v1/persons", identity("SYN-1", "Živko")))["person"]
    await as_older_code_left_it(url)
    missed = made(await agencies.sender.post("/v1/persons", identity("SYN-2", "Живко")))
    assert missed["near_matches"] == []
    pair = tuple(sorted((zivko, missed["person"])))
    assert await reindex(url, vault) == Reindexed(persons=2, changed=1, alike=(pair,))
    assert await rows(url) == await right(url, vault)
    assert await reindex(url, vault) == Reindexed(persons=2, changed=0, alike=(pair,))
    found = made(await agencies.sender.post("/v1/persons", identity("SYN-3", "Zhivko")))
    assert missed["person"] in found["near_matches"]
    made(await agencies.sender.post(f"/v1/persons/{pair[0]}:same-as", {"person": pair[1]}))
    alike = (await reindex(url, vault)).alike
    assert pair not in alike, "somebody has decided"
    assert all(found["person"] not in each or missed["person"] not in each for each in alike)


async def test_stopped_half_way_it_goes_on_when_it_is_started_again(
    agencies: Agencies,
    settings: IntakeSettings,
    vault: Vault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = settings.database_url
    for number in range(7):
        await agencies.person(number)
    await as_older_code_left_it(url)
    monkeypatch.setattr(identity_index, "PAGE", 2)

    def stop(done: int, of: int) -> None:
        assert of == 7
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await reindex(url, vault, stop)
    assert await rows(url) != await right(url, vault)
    made_again = await reindex(url, vault)
    assert (made_again.persons, made_again.changed) == (7, 3)
    assert await rows(url) == await right(url, vault)


async def test_whoever_registers_meanwhile_waits_for_nobody_and_is_found(
    agencies: Agencies, settings: IntakeSettings, vault: Vault
) -> None:
    """All of them share their keys: each wants a place that another one is about to take."""
    url = settings.database_url
    for number in range(3):
        await agencies.sender.post("/v1/persons", identity(f"OLD-{number}"))
    for number in range(ROUNDS):
        await as_older_code_left_it(url)
        registering = (registered(agencies, f"NEW-{number}-{each}") for each in range(3))
        await asyncio.gather(reindex(url, vault), *registering)
    await reindex(url, vault)
    assert await rows(url) == await right(url, vault)


async def test_a_person_who_is_sealed_under_another_key_stops_it(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    person = await agencies.person()
    with pytest.raises(VaultSealedOtherwise, match=person):
        await reindex(settings.database_url, Vault(lambda: OTHER))
    with pytest.raises(Unavailable, match="what was done is kept"):
        await reindex("postgresql://somebody@127.0.0.1:1/intake", Vault(lambda: OTHER))


def environment(settings: IntakeSettings) -> dict[str, str]:
    """What the command is told."""
    return {
        "ACCORD_MIGRATION_URL": settings.database_url,
        "ACCORD_VAULT_KEY_FILE": str(settings.vault_key_file),
    }


async def test_the_command_says_what_it_did_and_whom_to_look_at(
    agencies: Agencies, settings: IntakeSettings
) -> None:
    environ = environment(settings)
    first = await agencies.person()
    await as_older_code_left_it(settings.database_url)
    done = run("reindex", **environ)
    said = "intake: 1 persons are found as this version spells, 1 of them anew\n"
    assert (done.returncode, done.stdout) == (0, said)
    await as_older_code_left_it(settings.database_url)
    second = await agencies.person(1_001)
    alike = made(await agencies.sender.post("/v1/persons", identity("SYN-9")))["person"]
    told = run("reindex", "--json", **environ)
    assert told.returncode == FINDING
    assert json.loads(told.stdout) == {
        "persons": 3,
        "changed": 1,
        "alike": [sorted((first, alike))],
    }
    assert second not in told.stdout

    colleague = agencies.office("USA", "intake-agency", "intake-desk-2")
    made(await colleague.post(f"/v1/persons/{first}:different-from", {"person": alike}))
    assert run("reindex", **environ).returncode == 0, "an office has looked at them"


async def test_g9_who_is_one_person_by_way_of_others_is_no_pair(
    agencies: Agencies, settings: IntakeSettings, vault: Vault
) -> None:
    first, middle = await agencies.person(), await agencies.person(1_001)
    await as_older_code_left_it(settings.database_url)
    alike = made(await agencies.sender.post("/v1/persons", identity("SYN-9")))["person"]
    assert (await reindex(settings.database_url, vault)).alike == (_sorted(first, alike),)
    colleague = agencies.office("USA", "intake-agency", "intake-desk-2")
    for person, other in ((first, middle), (middle, alike)):
        made(await colleague.post(f"/v1/persons/{person}:same-as", {"person": other}))
    assert (await reindex(settings.database_url, vault)).alike == ()
    refused(
        await colleague.post(f"/v1/persons/{first}:different-from", {"person": alike}),
        409,
        "nothing-to-tell-apart",
    )
    supervisor = agencies.office("USA", "intake-agency", "supervisor-1")
    made(await supervisor.post(f"/v1/persons/{first}:different-from", {"person": middle}))
    assert (await reindex(settings.database_url, vault)).alike == (_sorted(first, alike),)


def _sorted(*persons: str) -> tuple[str, ...]:
    return tuple(sorted(persons))


async def test_the_command_says_what_it_lacks(
    agencies: Agencies, settings: IntakeSettings, tmp_path: Path
) -> None:
    environ = environment(settings)
    await agencies.person()
    other = tmp_path / "other.key"
    other.write_text(file_of(OTHER))
    for changed, status, words in (
        ({"ACCORD_VAULT_KEY_FILE": ""}, WRONG_USE, "names no file"),
        ({"ACCORD_VAULT_KEY_FILE": str(tmp_path)}, WRONG_USE, "holds no vault's keys"),
        ({"ACCORD_VAULT_KEY_FILE": str(other)}, COULD_NOT, "start again to go on"),
        ({"ACCORD_MIGRATION_URL": ""}, WRONG_USE, "ACCORD_MIGRATION_URL"),
        ({"ACCORD_MIGRATION_URL": "postgresql://a@127.0.0.1:1/b"}, COULD_NOT, "must be up"),
    ):
        refused = run("reindex", **{**environ, **changed})
        assert (refused.returncode, words in refused.stderr) == (status, True), refused.stderr
